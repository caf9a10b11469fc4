package acp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/internal/verify/endpoint"
	"github.com/agenta-ai/conform/internal/verify/input"
)

// Session is one whole session, in the order in which a client would do it.
type Session struct {
	*Client
	Provider *endpoint.Endpoint
	Dir      string // working directory of the session
	id       string
	step     int
}

// Run goes through the session.
func (s *Session) Run(ctx context.Context) error {
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"initialize", s.initialize}, {"begin", s.begin}, {"choose", s.choose}, {"refuse", s.refuse},
		{"talk", s.talk}, {"tool", s.tool}, {"error", s.failure}, {"retry", s.retry}, {"cancel", s.cancel}, {"end", s.end},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

type object = map[string]any

func (s *Session) initialize(ctx context.Context) error {
	_, err := s.Call(ctx, "initialize", object{"protocolVersion": 1, "clientCapabilities": object{"fs": object{"readTextFile": false, "writeTextFile": false}, "terminal": false}})
	return err
}

func (s *Session) begin(ctx context.Context) error {
	from := s.Count()
	f, err := s.Call(ctx, "session/new", object{"cwd": s.Dir, "mcpServers": []any{}})
	if err != nil {
		return err
	}
	var result struct {
		ID string `json:"sessionId"`
	}
	if err := json.Unmarshal(f.Result, &result); err != nil || result.ID == "" {
		return fmt.Errorf("no session: %s", f.Text)
	}
	s.id = result.ID
	return s.told(ctx, from, "available_commands_update")
}

// told waits for an update of a kind.
func (s *Session) told(ctx context.Context, from int, kind string) error {
	_, _, err := s.Await(ctx, from, kind, func(f Frame) bool { return f.Params.Update.Kind == kind })
	return err
}

func (s *Session) choose(ctx context.Context) error {
	for _, option := range [][3]string{
		{"model", "fake/m2", "usage_update"}, {"thought_level", "high", "config_option_update"}, {"model", "fake/m1", "usage_update"},
	} {
		from := s.Count()
		if _, err := s.Call(ctx, "session/set_config_option", object{"sessionId": s.id, "configId": option[0], "value": option[1]}); err != nil {
			return err
		}
		if err := s.told(ctx, from, option[2]); err != nil {
			return err
		}
	}
	return nil
}

// refuse asks for what cannot be had.
func (s *Session) refuse(ctx context.Context) error {
	for _, params := range []object{
		{"configId": "model", "value": "fake/nope"}, {"configId": "model", "value": "nope"}, {"configId": "model", "value": 5}, {"configId": "zzz", "value": "x"},
	} {
		params["sessionId"] = s.id
		if _, err := s.Call(ctx, "session/set_config_option", params); err != nil {
			return err
		}
	}
	_, err := s.Call(ctx, "session/set_config_option", object{"sessionId": "nope", "configId": "model", "value": "fake/m1"})
	_, other := s.Call(ctx, "session/set_model", object{"sessionId": s.id, "modelId": "fake/m1"})
	return errors.Join(err, other)
}

// prompt asks and waits until the adapter says that it is idle again.
func (s *Session) prompt(ctx context.Context, text string, replies ...input.Reply) error {
	s.step++
	s.Provider.Begin(s.step, replies, false)
	from := s.Count()
	if _, err := s.Call(ctx, "session/prompt", object{"sessionId": s.id, "prompt": []any{object{"type": "text", "text": text}}}); err != nil {
		return err
	}
	return s.idle(ctx, from)
}

func (s *Session) idle(ctx context.Context, from int) error {
	_, _, err := s.Await(ctx, from, "the end of the turn", func(f Frame) bool {
		running := f.Params.Update.Meta.Adapter.Running
		return running != nil && !*running
	})
	return err
}

func (s *Session) talk(ctx context.Context) error {
	return s.prompt(ctx, "hi", input.Reply{Blocks: []input.Block{{Think: "Let me see."}, {Text: "Hello there."}}, Usage: true})
}

func (s *Session) tool(ctx context.Context) error {
	call := &input.ToolUse{ID: "call_one", Name: "bash", Args: `{"command":"echo from-the-tool"}`}
	return s.prompt(ctx, "use it",
		input.Reply{Blocks: []input.Block{{Tool: call}}, Finish: "tool_calls", Usage: true},
		input.Reply{Blocks: []input.Block{{Text: "It is done."}}, Usage: true})
}

func (s *Session) failure(ctx context.Context) error {
	return s.prompt(ctx, "fail", input.Reply{Status: 401, Body: `{"error":{"message":"No credentials","code":"bad_key"}}`})
}

func (s *Session) retry(ctx context.Context) error {
	return s.prompt(ctx, "again", input.Reply{Status: 503, Body: `{"error":{"message":"Overloaded"}}`},
		input.Reply{Blocks: []input.Block{{Text: "Now it works."}}, Usage: true})
}

// cancel stops an answer in the middle.
func (s *Session) cancel(ctx context.Context) error {
	s.step++
	s.Provider.Begin(s.step, []input.Reply{{Blocks: []input.Block{{Text: "I was about to"}}, Fault: input.Stall}}, false)
	from := s.Count()
	id, err := s.Send("session/prompt", object{"sessionId": s.id, "prompt": []any{object{"type": "text", "text": "long"}}}, false)
	if err != nil {
		return err
	}
	if _, _, err := s.Await(ctx, from, "the first piece", func(f Frame) bool { return strings.Contains(f.Text, "I was a") }); err != nil {
		return err
	}
	if _, err := s.Send("session/cancel", object{"sessionId": s.id}, true); err != nil {
		return err
	}
	if _, _, err := s.Await(ctx, from, "the answer of the cancelled turn", func(f Frame) bool { return string(f.ID) == id && f.Method == "" }); err != nil {
		return err
	}
	return s.idle(ctx, from)
}

func (s *Session) end(ctx context.Context) error {
	if _, err := s.Call(ctx, "session/close", object{"sessionId": s.id}); err != nil {
		return err
	}
	return s.Close(ctx)
}
