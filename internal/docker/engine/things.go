package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Thing is something on the engine that a run of conform made.
type Thing struct {
	Kind  string // "container", "network" or "image"
	ID    string
	Name  string
	Run   string // "" for an image
	Owner Owner
}

// String is the kind and the name, and whose it is.
func (t Thing) String() string {
	if t.Run == "" {
		return t.Kind + " " + t.Name
	}
	return fmt.Sprintf("%s %s of run %s", t.Kind, t.Name, t.Run)
}

// Of lists the containers and networks of a run, of all runs when it is "".
// Containers come first: networks cannot go before them.
func (e *Engine) Of(ctx context.Context, run string) ([]Thing, error) {
	label := LabelRun
	if run != "" {
		label += "=" + run
	}
	var containers []struct {
		ID     string `json:"Id"`
		Names  []string
		Labels map[string]string
	}
	if err := e.get(ctx, "/containers/json?all=1&filters="+filters("label", label), &containers); err != nil {
		return nil, fmt.Errorf("list containers: %w", err)
	}
	var networks []struct {
		ID     string `json:"Id"`
		Name   string
		Labels map[string]string
	}
	if err := e.get(ctx, "/networks?filters="+filters("label", label), &networks); err != nil {
		return nil, fmt.Errorf("list networks: %w", err)
	}
	var all []Thing
	for _, c := range containers {
		name := c.ID[:min(12, len(c.ID))]
		if len(c.Names) > 0 {
			name = strings.TrimPrefix(c.Names[0], "/")
		}
		all = append(all, Thing{Kind: "container", ID: c.ID, Name: name, Run: c.Labels[LabelRun], Owner: ownerOf(c.Labels)})
	}
	for _, n := range networks {
		all = append(all, Thing{Kind: "network", ID: n.ID, Name: n.Name, Run: n.Labels[LabelRun], Owner: ownerOf(n.Labels)})
	}
	return all, nil
}

// Untagged lists images of conform that no name leads to any more.
func (e *Engine) Untagged(ctx context.Context) ([]Thing, error) {
	var images []struct {
		ID string `json:"Id"`
	}
	if err := e.get(ctx, "/images/json?filters="+filters("label", LabelImage, "dangling", "true"), &images); err != nil {
		return nil, fmt.Errorf("list images: %w", err)
	}
	var all []Thing
	for _, i := range images {
		all = append(all, Thing{Kind: "image", ID: i.ID, Name: strings.TrimPrefix(i.ID, "sha256:")[:12]})
	}
	return all, nil
}

// Remove removes a thing, running or not. That it is gone already is no error.
func (e *Engine) Remove(ctx context.Context, t Thing) error {
	path := map[string]string{"container": "/containers/" + t.ID + "?force=1&v=1", "network": "/networks/" + t.ID, "image": "/images/" + t.ID}[t.Kind]
	err := e.call(ctx, http.MethodDelete, path, nil)
	var refused *refusal
	if errors.As(err, &refused) && (refused.status == http.StatusNotFound || strings.Contains(refused.text, "already in progress")) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", t, err)
	}
	return nil
}

// Clear removes everything of a run until nothing is left for a while. What an
// engine was asked for just before its client died appears late, and is waited
// for as long as quiet.
func (e *Engine) Clear(ctx context.Context, run string, quiet time.Duration) error {
	const pause = 100 * time.Millisecond
	var last error
	for empty := time.Duration(0); ; empty += pause {
		left, err := e.Of(ctx, run)
		if err == nil && len(left) == 0 {
			if empty >= quiet {
				return nil
			}
		} else {
			empty = -pause
			if err != nil && ctx.Err() == nil { // that the time is over says less than why
				last = err
			}
		}
		if err := e.removeAll(ctx, left); err != nil && (last == nil || ctx.Err() == nil) {
			last = err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("remove what run %s left: %w", run, cmp.Or(last, ctx.Err()))
		case <-time.After(pause):
		}
	}
}

// together is how many containers are removed at the same time: more only wait
// for the engine.
const together = 4

// removeAll removes containers, some at a time, and then the rest, which cannot
// go before them.
func (e *Engine) removeAll(ctx context.Context, all []Thing) error {
	failed := make([]error, len(all))
	var removing sync.WaitGroup
	room := make(chan struct{}, together)
	for i, t := range all {
		if t.Kind == "container" {
			removing.Go(func() {
				room <- struct{}{}
				defer func() { <-room }()
				failed[i] = e.Remove(ctx, t)
			})
		}
	}
	removing.Wait()
	for i, t := range all {
		if t.Kind != "container" {
			failed[i] = e.Remove(ctx, t)
		}
	}
	for _, err := range slices.Backward(failed) {
		if err != nil {
			return err // the last one: what cannot go before others comes last
		}
	}
	return nil
}

// Stale lists what dead runs of this machine have left.
func (e *Engine) Stale(ctx context.Context) ([]Thing, error) {
	all, err := e.Of(ctx, "")
	return slices.DeleteFunc(all, func(t Thing) bool { return t.Owner.Fate() != Dead }), err
}

// refusal is an answer of the engine that is no success.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return fmt.Sprintf("the engine answers %d: %s", r.status, r.text) }

func (e *Engine) get(ctx context.Context, path string, into any) error {
	return e.call(ctx, http.MethodGet, path, into)
}

// limit bounds one call: a daemon under load takes seconds to end a container.
const limit = time.Minute

func (e *Engine) call(ctx context.Context, method, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://engine/v1."+fmt.Sprint(oldest)+path, nil)
	if err != nil {
		return err
	}
	resp, err := e.http.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		var said struct{ Message string }
		if json.Unmarshal(text, &said) != nil || said.Message == "" {
			said.Message = strings.TrimSpace(string(text))
		}
		return &refusal{resp.StatusCode, said.Message}
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// filters are those of a listing, as pairs of name and value.
func filters(pairs ...string) string {
	all := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		all[pairs[i]] = append(all[pairs[i]], pairs[i+1])
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // strings always encode
	}
	return url.QueryEscape(string(text))
}
