package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/refusal"
	"github.com/agenta-ai/conform/subjects/reference/runner/failure"
	"github.com/agenta-ai/conform/subjects/reference/runner/model"
	"github.com/agenta-ai/conform/subjects/reference/runner/pirpc"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// harnessError is an error in the harness's own words.
type harnessError struct{ said string }

func (e *harnessError) Error() string { return e.said }

// failure says what is wrong with a turn that Pi ended in good order.
func (t *turn) failure() error {
	switch {
	case t.last == nil:
		return &harnessError{"the turn ended without an answer"}
	case t.last.StopReason == "error" || t.last.StopReason == "aborted":
		return &harnessError{t.last.ErrorMessage}
	}
	return nil
}

// ran names the model that really answered; "" if none did.
func (t *turn) ran() string {
	if t.last == nil || t.last.Provider == "" {
		return ""
	}
	return t.last.Provider + "/" + t.last.Model
}

func (t *turn) reply(p plan) wire.Reply {
	stop := stopReason(t.last.StopReason)
	t.emit(wire.Event{Type: wire.EventUsage, Usage: &t.usage})
	t.emit(wire.Event{Type: wire.EventDone, StopReason: stop})
	output := strings.Join(t.texts, "\n\n")
	return wire.Reply{
		OK: true, Output: output, StopReason: stop, SessionID: p.SessionID, Model: t.ran(),
		Messages: raw([]wire.Message{{Role: "assistant", Content: output}}),
		Events:   t.collected(), Usage: raw(t.usage),
		Capabilities: raw(map[string]bool{"streaming": true, "tools": true}),
	}
}

// failed gives the reply of a turn that went wrong: one line without secrets,
// and the members of a typed error beside it.
func (t *turn) failed(p plan, err error, log *slog.Logger) wire.Reply {
	reply := wire.Reply{
		Messages: raw([]wire.Message{}), SessionID: p.SessionID, Model: t.ran(),
		Error: t.redactor.Text(describe(p, err)),
	}
	var unsettable *model.NotSettableError
	if errors.As(err, &unsettable) {
		reply.ErrorType = refusal.ModelNotSettable
		reply.Requested, reply.Allowed = unsettable.Requested, unsettable.Allowed
	}
	t.emit(wire.Event{Type: wire.EventError, Message: reply.Error})
	reply.Events = t.collected()
	log.Warn("run failed", "harness", p.Harness, "provider", p.Provider, "error", failure.Line(reply.Error))
	return reply
}

// describe gives the line for an error. Only what the harness said about its
// provider can be about a key; a model error is never read as one.
func describe(p plan, err error) string {
	var said *harnessError
	var refused *pirpc.RefusedError
	var ended *pirpc.EndedError
	switch {
	case errors.As(err, &said):
		return failure.Render(p.Harness, p.Provider, said.said)
	case errors.As(err, &refused):
		return failure.Render(p.Harness, p.Provider, refused.Text)
	case errors.As(err, &ended):
		return fmt.Sprintf("%s: %s", p.Harness, failure.Line(strings.Join(strings.Fields(ended.Error()), " ")))
	}
	return fmt.Sprintf("%s: %s", p.Harness, err)
}

// rejected is the reply to a request that this runner cannot do.
func rejected(req wire.Request, err error) wire.Reply {
	return wire.Reply{
		Messages: raw([]wire.Message{}), Events: []json.RawMessage{}, SessionID: req.SessionID, Error: err.Error(),
	}
}

func (t *turn) collected() []json.RawMessage {
	if t.events == nil {
		return []json.RawMessage{}
	}
	return t.events
}

func raw(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return text
}

func stopReason(pi string) string {
	switch pi {
	case "length":
		return "max_tokens"
	case "aborted":
		return "cancelled"
	}
	return "end_turn"
}
