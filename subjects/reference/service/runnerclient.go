package service

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/direct"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// runnerClient sends run requests to the one configured runner.
type runnerClient struct {
	url, token string
	http       *http.Client
}

func newRunnerClient(base, token string) *runnerClient {
	return &runnerClient{url: strings.TrimRight(base, "/") + "/run", token: token, http: direct.NewClient(0)}
}

// post sends a run request; the caller closes the answer's body.
func (c *runnerClient) post(ctx context.Context, req wire.Request, accept string) (*http.Response, error) {
	body, err := json.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("encode the run request: %w", err)
	}
	hr, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, unavailable("the runner has no usable address", err)
	}
	hr.Header.Set("Content-Type", "application/json")
	hr.Header.Set("Accept", accept)
	if c.token != "" {
		hr.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(hr)
	if err != nil {
		return nil, unavailable("the runner could not be reached", err)
	}
	return resp, nil
}

// document reads an answer that is one JSON document.
func document(resp *http.Response) (wire.Reply, error) {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return wire.Reply{}, unavailable("the runner's answer was cut off", err)
	}
	var reply wire.Reply
	bad := json.Unmarshal(body, &reply)
	switch run := resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusInternalServerError; {
	case !run:
		return wire.Reply{}, refusedBy(resp.StatusCode, body, reply)
	case resp.StatusCode == http.StatusInternalServerError && reply.Error == "":
		return wire.Reply{}, refusedBy(resp.StatusCode, body, reply)
	case bad != nil:
		return wire.Reply{}, unusable("the runner's answer is not a run's reply", bad)
	}
	return reply, verdict(reply, len(reply.Events))
}

// verdict says whether a reply tells of a turn that went well. A reply with
// neither an event nor a text tells of no turn at all.
func verdict(reply wire.Reply, events int) error {
	switch {
	case !reply.OK && reply.Error == "":
		return unusable("the runner's answer says neither how the run went nor why it failed", nil)
	case !reply.OK:
		return runFailed(reply)
	case events == 0 && reply.Output == "":
		return unusable("the runner's answer holds no turn", nil)
	}
	return nil
}

// runFailed makes an error of a run that failed. What its author can mend by
// another choice of model is theirs to mend; the rest is not.
func runFailed(reply wire.Reply) error {
	failed := &refusal.Error{
		Class: refusal.AgentRun, Stage: refusal.StageRun, Status: http.StatusInternalServerError,
		Text: reply.Error, Requested: reply.Requested, Allowed: reply.Allowed,
	}
	if reply.ErrorType != "" {
		failed.Class = reply.ErrorType
	}
	if failed.Class == refusal.ModelNotSettable {
		failed.Status = http.StatusUnprocessableEntity
	}
	return failed
}

// refusedBy makes an error of a runner's refusal, with its class and its words.
func refusedBy(status int, body []byte, reply wire.Reply) error {
	text := reply.Error
	if text == "" {
		text, _, _ = strings.Cut(strings.TrimSpace(string(body[:min(len(body), 300)])), "\n")
	}
	refused := &refusal.Error{
		Class: refusal.RunnerRefused, Stage: refusal.StageRun, Status: passed(status),
		Text: fmt.Sprintf("the runner refused the run (HTTP %d): %s", status, text),
	}
	if reply.ErrorType != "" {
		refused.Class = reply.ErrorType
	}
	return refused
}

// passed gives the status that a caller sees for a runner's. A runner's 401 is
// about the platform's token, not about the caller's.
func passed(status int) int {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return http.StatusFailedDependency
	case status >= 400 && status < 500, status == http.StatusServiceUnavailable:
		return status
	}
	return http.StatusBadGateway
}

func unusable(text string, cause error) error {
	return &refusal.Error{Class: refusal.AgentRun, Stage: refusal.StageRun, Status: http.StatusBadGateway, Text: text, Cause: cause}
}

func unavailable(text string, cause error) error {
	if errors.Is(cause, context.Canceled) {
		text = "the turn was cancelled"
	}
	return &refusal.Error{Class: refusal.RunnerUnavailable, Stage: refusal.StageRun, Status: http.StatusBadGateway, Text: text, Cause: cause}
}
