package daytona

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/agenta-ai/conform/subjects/reference/direct"
)

// Client speaks to the cloud with one API key.
type Client struct {
	api  string
	key  string
	http *http.Client
}

// NewClient makes a client of the API at an address such as
// https://app.daytona.io/api.
func NewClient(api, key string) *Client {
	return &Client{api: strings.TrimRight(api, "/"), key: key, http: direct.NewClient(0)}
}

// Error is a request that the cloud refused.
type Error struct {
	Doing   string // such as "create a sandbox"
	Status  int
	Message string
}

// Error says what was being done and what the cloud said.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: the sandbox cloud answered %d: %s", e.Doing, e.Status, e.Message)
}

// NotFound says whether what was asked for is not there.
func (e *Error) NotFound() bool { return e.Status == http.StatusNotFound }

// maxAnswer bounds what is read of an answer.
const maxAnswer = 8 << 20

// call makes a request in JSON and reads the answer into out, unless it is nil.
func (c *Client) call(ctx context.Context, doing, method, address string, body, out any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
	}
	return c.send(ctx, doing, method, address, "application/json", text, out)
}

func (c *Client) send(ctx context.Context, doing, method, address, kind string, body []byte, out any) error {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	r.Header.Set("Authorization", "Bearer "+c.key)
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return refused(doing, resp.StatusCode, text)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s: decode the sandbox cloud's answer: %w", doing, err)
	}
	return nil
}

func refused(doing string, status int, text []byte) error {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(text, &said) != nil || said.Message == "" {
		said.Message = http.StatusText(status)
	}
	return &Error{Doing: doing, Status: status, Message: said.Message}
}

// Spec is what a sandbox is created with.
type Spec struct {
	Snapshot string
	Env      map[string]string
	Labels   map[string]string
	Secrets  map[string]string // variable → name of a secret
	AutoStop int               // minutes without activity
}

// Sandbox is one sandbox.
type Sandbox struct {
	client *Client
	id     string
	tools  string // address of its toolbox
}

// ID is the cloud's name for it.
func (s *Sandbox) ID() string { return s.id }

type description struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Reason  string `json:"errorReason"`
	Toolbox string `json:"toolboxProxyUrl"`
}

// The limits of waiting for a sandbox.
const (
	startLimit = 2 * time.Minute
	askFirst   = 20 * time.Millisecond // and twice as long each time
	askLast    = time.Second
)

// Create makes a sandbox and waits until it runs. A sandbox that was made and
// does not come to run is deleted.
func (c *Client) Create(ctx context.Context, spec Spec) (*Sandbox, error) {
	const doing = "create a sandbox"
	body := map[string]any{"env": spec.Env, "labels": spec.Labels, "autoStopInterval": spec.AutoStop, "autoDeleteInterval": 0}
	if spec.Snapshot != "" {
		body["snapshot"] = spec.Snapshot
	}
	var secrets []map[string]string
	for variable, name := range spec.Secrets {
		secrets = append(secrets, map[string]string{variable: name})
	}
	if secrets != nil {
		body["secrets"] = secrets
	}
	var d description
	if err := c.call(ctx, doing, http.MethodPost, c.api+"/sandbox", body, &d); err != nil {
		return nil, err
	}
	s := &Sandbox{client: c, id: d.ID}
	if err := s.started(ctx, &d); err != nil {
		s.Delete(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	s.tools = strings.TrimRight(d.Toolbox, "/") + "/" + url.PathEscape(d.ID)
	return s, nil
}

// started waits for the state in which a sandbox can be used.
func (s *Sandbox) started(ctx context.Context, d *description) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for pause := askFirst; d.State != "started"; pause = min(2*pause, askLast) {
		switch d.State {
		case "error", "build_failed", "destroyed", "stopped":
			return fmt.Errorf("it is in state %s: %s", d.State, d.Reason)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("it is still in state %s: %w", d.State, ctx.Err())
		}
		if err := s.client.call(ctx, "ask for its state", http.MethodGet, s.client.api+"/sandbox/"+url.PathEscape(s.id), nil, d); err != nil {
			return err
		}
	}
	return nil
}

// Delete ends the sandbox and everything in it. One that is gone is no error.
func (s *Sandbox) Delete(ctx context.Context) error {
	return gone(s.client.call(ctx, "delete a sandbox", http.MethodDelete, s.client.api+"/sandbox/"+url.PathEscape(s.id), nil, nil))
}
