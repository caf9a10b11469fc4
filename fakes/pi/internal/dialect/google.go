package dialect

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// google is Google's generative language API.
type google struct{ wellDone }

func (google) request(c *Call) (string, wire.Header, any) {
	agent := "google-genai-sdk/" + c.Persona.Google + " gl-node/" + nodeVersion
	if env := c.Env; env != nil && strings.TrimSpace(env("GOOGLE_API_KEY")) != "" && strings.TrimSpace(env("GEMINI_API_KEY")) != "" {
		fmt.Fprintln(c.Log, "Both GOOGLE_API_KEY and GEMINI_API_KEY are set. Using GOOGLE_API_KEY.") // which is then not used
	}
	var h wire.Header
	h.Set("user-agent", agent)
	if c.Persona.PiAgent {
		h.Set("user-agent", piAgent())
	}
	h.Set("x-goog-api-client", agent)
	h.Set("x-goog-api-key", c.Key)
	h.Set("accept", "*/*")
	common(&h)
	return "/models/" + c.Model.ID + ":streamGenerateContent?alt=sse", h, googleBody(c)
}

func (google) refusal(_ *Call, r refused) string {
	if strings.Contains(r.contentType, "application/json") {
		v, err := jsval.Parse(r.body)
		if err != nil {
			return err.Error()
		}
		return v.JSON()
	}
	inner := jsval.Value{}.With("message", jsval.Of(r.body)).With("code", jsval.Of(r.status)).With("status", jsval.Of(r.reason))
	return jsval.Value{}.With("error", inner).JSON()
}

func (google) unreachable(_ *Call, err error) string {
	if errors.Is(err, wire.ErrURL) {
		return wire.ErrURL.Error()
	}
	return "fetch failed"
}

func (google) read(_ *Call, s *stream) error {
	s.start()
	var current chat.Block
	for n := 0; ; {
		ev, err := s.events.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if ev.cut {
			return errors.New("Incomplete JSON segment at the end")
		}
		if ev.data == "" {
			continue
		}
		v, err := jsval.Parse(ev.data)
		if err != nil {
			return err
		}
		if s.answer.ResponseID == "" {
			s.answer.ResponseID = v.Get("responseId").String()
		}
		var candidate jsval.Value
		if all := v.Get("candidates").Items(); len(all) > 0 {
			candidate = all[0]
		}
		for _, part := range candidate.Get("content").Get("parts").Items() {
			if text := part.Get("text"); text.Kind() == jsval.String {
				current = googleText(s, current, part)
			}
			if call := part.Get("functionCall"); call.Truthy() {
				s.finish(current)
				current = nil
				n++
				googleCall(s, call, n)
			}
		}
		if reason := candidate.Get("finishReason").String(); reason != "" {
			s.answer.StopReason = googleStop(reason, s.answer)
			s.rawStop(reason)
		}
		if u := v.Get("usageMetadata"); u.Truthy() {
			cached := num(u.Get("cachedContentTokenCount"))
			thoughts := num(u.Get("thoughtsTokenCount"))
			usage := chat.Usage{
				Input:       num(u.Get("promptTokenCount")) - cached,
				Output:      num(u.Get("candidatesTokenCount")) + thoughts,
				CacheRead:   cached,
				TotalTokens: num(u.Get("totalTokenCount")),
			}
			s.reasoned(&usage, thoughts)
			s.usage(usage)
		}
	}
	s.finish(current)
	return s.stopped("Google stream ended without a finish reason")
}

// googleText adds a part to the current block, or begins another if the part is
// of the other kind.
func googleText(s *stream, current chat.Block, part jsval.Value) chat.Block {
	text, signature := part.Get("text").String(), part.Get("thoughtSignature").String()
	if part.Get("thought").Truthy() {
		b, ok := current.(*chat.Thinking)
		if !ok {
			s.finish(current)
			b = s.startThinking("")
		}
		if signature != "" {
			b.Signature = signature
		}
		s.thinking(b, text)
		return b
	}
	b, ok := current.(*chat.Text)
	if !ok {
		s.finish(current)
		b = s.startText()
	}
	if signature != "" {
		b.Signature = signature
	}
	s.text(b, text)
	return b
}

func googleCall(s *stream, call jsval.Value, n int) {
	name, id := call.Get("name").String(), call.Get("id").String()
	for _, other := range s.answer.Calls() {
		if other.ID == id {
			id = ""
		}
	}
	if id == "" {
		id = fmt.Sprintf("%s_%d_%d", name, time.Now().UnixMilli(), n)
	}
	args := "{}"
	if v := call.Get("args"); v.Kind() == jsval.Object {
		args = v.JSON()
	}
	b := s.startCall(id, name)
	s.arguments(b, args)
	s.finish(b)
}

func googleStop(reason string, a *chat.Assistant) string {
	switch {
	case len(a.Calls()) > 0:
		return chat.ToolUse
	case reason == "STOP":
		return chat.Stop
	case reason == "MAX_TOKENS":
		return chat.Length
	default:
		return chat.Error
	}
}
