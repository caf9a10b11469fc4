package dialect

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// mistral is Mistral's chat API. Its address has /v1 in the path, not in the
// base URL.
type mistral struct{}

func (mistral) request(c *Call) (string, wire.Header, any) {
	var h wire.Header
	h.Set("accept", "text/event-stream")
	h.Set("authorization", "Bearer "+c.Key)
	if c.Persona.OwnMistral {
		h.Set("user-agent", piAgent())
	} else {
		h.Set("cookie", "")
		h.Set("user-agent", "mistral-client-typescript/"+c.Persona.Mistral)
	}
	if c.SessionID != "" {
		h.Set("x-affinity", c.SessionID)
	}
	common(&h)
	return "/v1/chat/completions", h, mistralBody(c)
}

func (mistral) accepts(c *Call, status int, contentType string) bool {
	return wellDone{}.accepts(c, status, "") && (c.Persona.OwnMistral || strings.HasPrefix(contentType, "text/event-stream"))
}

func (mistral) refusal(c *Call, r refused) string {
	const longest = 4000
	text, status := strings.TrimSpace(r.body), r.status
	if text == "" && c.Persona.OwnMistral {
		return fmt.Sprintf("Mistral API error (%d): %s", status, r.reason)
	}
	if text == "" {
		kind := ""
		if r.contentType != "application/json" {
			kind = " Content-Type " + cmp.Or(r.contentType, `""`)
		}
		if strings.Contains(r.contentType, " ") {
			kind = fmt.Sprintf(` Content-Type "%s"`, r.contentType)
		}
		return fmt.Sprintf(`Mistral API error (%d): API error occurred: Status %d%s. Body: ""`, status, status, kind)
	}
	if n := len(text); n > longest {
		text = fmt.Sprintf("%s... [truncated %d chars]", text[:longest], n-longest)
	}
	return fmt.Sprintf("Mistral API error (%d): %s", status, text)
}

func (mistral) unreachable(c *Call, err error) string {
	if errors.Is(err, wire.ErrURL) {
		return wire.ErrURL.Error()
	}
	if c.Persona.OwnMistral {
		return "fetch failed"
	}
	return "Unable to make request: TypeError: fetch failed"
}

func (mistral) read(c *Call, s *stream) error {
	var current chat.Block
	started := false
	var failed error
	calls := map[string]*chat.ToolCall{}
	for {
		ev, err := s.events.next()
		if err == io.EOF || err == nil && strings.HasPrefix(ev.data, "[DONE]") {
			break
		}
		if err != nil {
			return err
		}
		if ev.data == "" {
			continue
		}
		v, err := mistralChunk(c, ev.data)
		if err != nil {
			return err
		}
		if !started { // the library looks at the first event before it returns
			s.start()
			started = true
		}
		if s.answer.ResponseID == "" {
			s.answer.ResponseID = v.Get("id").String()
		}
		if u := v.Get("usage"); u.Truthy() {
			usage := chat.Usage{Input: num(u.Get("prompt_tokens")), Output: num(u.Get("completion_tokens")), TotalTokens: num(u.Get("total_tokens"))}
			if usage.TotalTokens == 0 {
				usage.TotalTokens = usage.Input + usage.Output
			}
			if c.Persona.MistralCaches {
				usage.CacheRead = min(usage.Input, max(0, num(u.Get("prompt_tokens_details").Get("cached_tokens"))))
				usage.Input -= usage.CacheRead
			}
			s.usage(usage)
		}
		choices := v.Get("choices").Items()
		if len(choices) == 0 {
			continue
		}
		if reason := choices[0].Get("finish_reason").String(); reason != "" {
			s.answer.StopReason = mistralStop(reason)
			if c.Persona.RawStop && (reason == "error" || s.answer.StopReason == chat.Stop && reason != "stop") {
				failed = fmt.Errorf("Provider stopped with: %s", reason)
			}
			s.rawStop(reason)
		}
		delta := choices[0].Get("delta")
		current = mistralContent(s, current, delta.Get("content"))
		for _, call := range delta.Get("tool_calls").Items() {
			s.finish(current)
			current = nil
			mistralCall(c, s, calls, call)
		}
	}
	if !started {
		s.start()
	}
	s.finishAll()
	if failed != nil {
		return failed
	}
	return s.stopped("Mistral stream ended without a finish reason")
}

// mistralContent adds text, or a list of pieces of text and thinking.
func mistralContent(s *stream, current chat.Block, content jsval.Value) chat.Block {
	items := content.Items()
	if content.Kind() == jsval.String {
		items = []jsval.Value{content}
	}
	for _, item := range items {
		if item.Get("type").String() == "thinking" {
			text := joined(item.Get("thinking"), "")
			if text == "" {
				continue
			}
			b, ok := current.(*chat.Thinking)
			if !ok {
				s.finish(current)
				b = s.startThinking("")
			}
			s.thinking(b, text)
			current = b
			continue
		}
		text := item.String()
		if item.Kind() == jsval.Object {
			text = item.Get("text").String()
		}
		b, ok := current.(*chat.Text)
		if !ok {
			s.finish(current)
			b = s.startText()
		}
		s.text(b, text)
		current = b
	}
	return current
}

func mistralCall(c *Call, s *stream, calls map[string]*chat.ToolCall, v jsval.Value) {
	id := v.Get("id").String()
	at := num(v.Get("index"))
	if id == "" || id == "null" {
		id = fmt.Sprintf("call%05.0f", at)
	}
	key := fmt.Sprintf("%s:%v", id, at)
	if c.Persona.MistralIndex && v.Has("index") {
		key = fmt.Sprint(at)
	}
	b := calls[key]
	if b == nil {
		b = s.startCall(id, v.Get("function").Get("name").String())
		calls[key] = b
	}
	args := v.Get("function").Get("arguments")
	text := args.String()
	if args.Kind() == jsval.Object {
		text = args.JSON()
	}
	s.arguments(b, text)
}

func mistralStop(reason string) string {
	switch reason {
	case "length", "model_length":
		return chat.Length
	case "tool_calls":
		return chat.ToolUse
	case "error":
		return chat.Error
	default:
		return chat.Stop
	}
}
