package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// join connects the tap: to the subject's own runner half if it has one that
// the scenario wants, else the tap answers as a runner would, or as the scenario
// has it go wrong.
func (st *staging) join() {
	l := st.lane
	if st.subject == nil || st.subject.runner == "" || st.scenario.Record {
		l.tap.Answer(runner.Reply{
			Output: st.scenario.Script.Reply, Fault: st.scenario.Runner.Fault, Status: st.scenario.Runner.Status, Elsewhere: l.urls.elsewhere,
		})
		if st.scenario.Runner.Fault == runner.Redirects {
			// The platform may say as well that the session ran elsewhere.
			const replica = "elsewhere"
			l.vault.RunsAt(l.urls.elsewhere, replica)
			l.elsewhere.Answer(runner.Reply{Output: st.scenario.Script.Reply, Replica: replica})
		}
		return
	}
	if err := l.tap.Forward(st.subject.runner); err != nil {
		// The turn will fail at the tap, and the log says why.
		st.note(fmt.Sprintf("the subject's runner_url is no URL: %v", err))
	}
}

// note adds a remark of the world's own to the case's log.
func (st *staging) note(text string) { st.ev.Log = append(st.ev.Log, "(conform: "+text+")") }

// ask puts the scenario's questions to the subject and keeps the answers.
func (st *staging) ask(ctx context.Context) *trouble {
	l, s := st.lane, st.scenario
	ctx, cancel := context.WithTimeout(ctx, l.world.Timeouts.Case)
	defer cancel()
	if s.ReadOnlyTemp {
		if err := block(l.dir.temp); err != nil {
			return broken("world", fmt.Errorf("block the temporary root: %w", err))
		}
	}
	d := st.subject.driver
	var err error
	if s.Twin != nil {
		if err = st.twin(ctx, d); err != nil {
			return st.verdict(ctx, err)
		}
	}
	switch {
	case s.Abort && s.Turn != nil:
		err = st.abort(ctx, d)
	case s.Turn != nil:
		err = st.invoke(ctx, d, *s.Turn)
	case s.Direct != "":
		st.ev.Direct, err = st.request(ctx, http.MethodPost, "/run", s.Direct)
	case s.Health:
		st.ev.Health, err = st.request(ctx, http.MethodGet, "/health", "")
	case s.Picker != nil && st.can(protocol.CapPicker):
		err = st.pick(ctx, d)
	case s.Catalog && st.can(protocol.CapCatalog):
		err = keep(&st.ev.Catalog, func() (protocol.Catalog, error) { return d.Catalog(ctx) })
	case s.Envmap && st.can(protocol.CapEnvmap):
		err = keep(&st.ev.Envmap, func() (protocol.Envmap, error) { return d.Envmap(ctx) })
	}
	if err == nil {
		err = st.probe(ctx, d)
	}
	return st.verdict(ctx, err)
}

// verdict decides whether a failed call broke the subject.
func (st *staging) verdict(ctx context.Context, err error) *trouble {
	if err == nil || errors.Is(ctx.Err(), context.Canceled) {
		return nil // an interruption is nobody's failure
	}
	t := broken("subject", limited(err, st.lane.world.Timeouts.Case))
	if _, answered := errors.AsType[*protocol.RPCError](err); answered {
		return t // the driver is well and its log is in the evidence
	}
	t.fatal = true
	if t.Tail == nil {
		t.Tail = st.subject.driver.Log().Tail(10)
	}
	return t
}

// can reports whether the subject claims a capability. Without it there is
// nothing to observe, and the checks say so.
func (st *staging) can(capability string) bool {
	return slices.Contains(st.subject.description.Capabilities, capability)
}

func keep[T any](to **T, call func() (T, error)) error {
	out, err := call()
	if err == nil {
		*to = &out
	}
	return err
}

func (st *staging) invoke(ctx context.Context, d *protocol.Driver, t protocol.Turn) error {
	return keep(&st.ev.Outcome, func() (protocol.Outcome, error) { return d.Invoke(ctx, t) })
}

// abort cancels the turn as soon as the provider has been called. A subject need
// not answer a turn whose caller is gone.
func (st *staging) abort(ctx context.Context, d *protocol.Driver) error {
	turn := *st.scenario.Turn
	turning, give := context.WithCancel(ctx)
	defer give()
	done := make(chan error, 1)
	go func() { done <- st.invoke(turning, d, turn) }()
	select {
	case err := <-done:
		return err // it never came to a call, or did not wait for its answer
	case <-st.called:
	}
	st.cancelled = true
	if err := d.Cancel(ctx, turn.ID); err != nil {
		give()
		return errors.Join(err, <-done)
	}
	patience := time.NewTimer(st.lane.world.Timeouts.Settle)
	defer patience.Stop()
	select {
	case err := <-done:
		return err
	case <-patience.C:
		give()
		<-done
		st.note("the cancelled turn was never answered")
		return nil
	}
}

// pick asks for the options and, when the scenario says so, takes the turn that
// choosing one of them gives.
func (st *staging) pick(ctx context.Context, d *protocol.Driver) error {
	err := keep(&st.ev.Picker, func() (protocol.Picker, error) { return d.Picker(ctx, *st.scenario.Picker) })
	if err != nil || st.scenario.Choose == nil {
		return err
	}
	turn, offered := st.scenario.Choose.from(*st.ev.Picker)
	if !offered {
		return nil
	}
	st.ev.Input.Turn = &turn
	return st.invoke(ctx, d, turn)
}

// probe calls the scenario's functions. That the subject refuses one is an
// observation, not a breakdown.
func (st *staging) probe(ctx context.Context, d *protocol.Driver) error {
	for _, p := range st.scenario.Probes {
		if !slices.Contains(st.subject.description.Probes, p.Name) {
			continue
		}
		seen := evidence.Probe{Name: p.Name, Label: p.Label, Input: string(p.Input)}
		out, err := d.Probe(ctx, p.Probe)
		refusal, refused := errors.AsType[*protocol.RPCError](err)
		switch {
		case refused:
			seen.Error = refusal.Message
		case err != nil:
			return err
		}
		seen.Output = string(out.Output)
		st.ev.Probes = append(st.ev.Probes, seen)
	}
	return nil
}

// maxReply bounds a reply that conform reads itself.
const maxReply = 8 << 20

// request talks to the subject's runner half directly, past the service half and
// the tap, with the token that a service half would have. A subject without a
// runner half shows nothing.
func (st *staging) request(ctx context.Context, method, path, body string) (*evidence.DirectReply, error) {
	if st.subject.runner == "" {
		return nil, nil
	}
	reply, err := st.exchange(ctx, method, st.subject.runner+path, body)
	if err == nil {
		return reply, nil
	}
	if dead := st.subject.driver.Death(); dead != nil {
		return nil, dead
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, &protocol.TimeoutError{Method: method + " " + path}
	}
	reply.Error = err.Error() // such as a connection that the runner closed
	return reply, nil
}

// exchange is one HTTP request; the reply holds what came before an error.
func (st *staging) exchange(ctx context.Context, method, url, body string) (*evidence.DirectReply, error) {
	reply := &evidence.DirectReply{}
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return reply, err
	}
	r.Header.Set("Authorization", "Bearer "+value(st.subject.planted, "AGENTA_RUNNER_TOKEN"))
	r.Header.Set("Accept", "application/json")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return reply, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	reply.Status, reply.Body = resp.StatusCode, string(text)
	return reply, err
}
