package dialect

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// completions is OpenAI's chat completions API, which most providers imitate.
type completions struct{ wellDone }

func (completions) request(c *Call) (string, wire.Header, any) {
	var h wire.Header
	stainless(&h, c, "OpenAI/JS", c.Persona.OpenAI)
	h.Set("authorization", "Bearer "+c.Key)
	if format := quirksOf(c).text("sessionAffinityFormat", ""); c.Persona.SessionHeader && (c.Model.Provider == "openrouter" || strings.Contains(c.Model.BaseURL, "openrouter.ai")) && format == "" && c.SessionID != "" {
		h.Set("x-session-id", c.SessionID)
	}
	common(&h)
	return "/chat/completions", h, completionsBody(c)
}

func (completions) refusal(c *Call, r refused) string {
	v, raw := sdkBody(r.body)
	payload, status := v.Get("error"), r.status
	text := sdkError(status, payload, raw)
	if c.Persona.WholeErrors && payload.Kind() == jsval.Object {
		text = fmt.Sprintf("%d: %s", status, payload.JSON())
	}
	if raw := payload.Get("metadata").Get("raw"); raw.Truthy() && !strings.Contains(text, raw.String()) {
		text += "\n" + raw.String()
	}
	return text
}

func (completions) unreachable(_ *Call, err error) string { return sdkUnreachable(err) }

// sdkUnreachable words what the libraries of OpenAI and Anthropic make of a
// provider that gave no answer.
func sdkUnreachable(err error) string {
	switch {
	case errors.Is(err, wire.ErrURL):
		return wire.ErrURL.Error()
	case errors.Is(err, wire.ErrTimeout):
		return wire.ErrTimeout.Error()
	default:
		return wire.ErrConnection.Error()
	}
}

// chunk reads the next JSON event of an OpenAI stream; io.EOF is its end. What
// is no JSON is an error, and printed to log.
func (s *stream) chunk(log io.Writer) (jsval.Value, error) {
	for {
		ev, err := s.events.next()
		if err != nil {
			return jsval.Value{}, err
		}
		if strings.HasPrefix(ev.data, "[DONE]") { // the library reads on to the end all the same
			for err == nil {
				_, err = s.events.next()
			}
			return jsval.Value{}, err
		}
		if ev.data == "" && ev.name == "" {
			continue
		}
		v, err := jsval.Parse(ev.data)
		if err != nil {
			// The library prints this in the midst of everything, and so does Pi.
			fmt.Fprintf(log, "Could not parse message into JSON: %s\nFrom chunk: %s\n", ev.data, inspected(ev.lines))
			return jsval.Value{}, err
		}
		if payload := v.Get("error"); payload.Truthy() {
			text := sdkError(0, payload, "")
			if raw := payload.Get("metadata").Get("raw"); raw.Truthy() {
				text += "\n" + raw.String()
			}
			return jsval.Value{}, errors.New(text)
		}
		return v, nil
	}
}

// inspected writes lines as Node prints a list of strings: on one line if it is
// short enough, else each on its own.
func inspected(lines []string) string {
	const room = 80
	out := make([]string, len(lines))
	length := 2*len(lines) + 11 // separators and brackets, as Node counts them
	for i, line := range lines {
		out[i] = "'" + strings.ReplaceAll(line, "\\", `\\`) + "'"
		length += len([]rune(out[i]))
	}
	if length <= room {
		return "[ " + strings.Join(out, ", ") + " ]"
	}
	return "[\n  " + strings.Join(out, ",\n  ") + "\n]"
}

// completionsReader keeps which blocks a stream is filling.
type completionsReader struct {
	*stream
	text     *chat.Text
	thinking *chat.Thinking
	byIndex  map[float64]*chat.ToolCall
	byID     map[string]*chat.ToolCall
	finished string // finish_reason
}

func (completions) read(c *Call, s *stream) error {
	s.start()
	r := completionsReader{stream: s, byIndex: map[float64]*chat.ToolCall{}, byID: map[string]*chat.ToolCall{}}
	for {
		v, err := s.chunk(c.Log)
		if err == io.EOF || err != nil && s.aborted() { // to the library, an abort is an end
			break
		}
		if err != nil {
			return err
		}
		r.chunk(v)
	}
	s.finishAll()
	switch {
	case s.answer.StopReason == chat.Error:
		return fmt.Errorf("Provider finish_reason: %s", r.finished)
	case r.finished == "":
		return errors.New("Stream ended without finish_reason")
	}
	return nil
}

func (r *completionsReader) chunk(v jsval.Value) {
	a := r.answer
	if a.ResponseID == "" {
		a.ResponseID = v.Get("id").String()
	}
	if model := v.Get("model").String(); a.ResponseModel == "" && model != a.Model {
		a.ResponseModel = model
	}
	var choice jsval.Value
	if choices := v.Get("choices").Items(); len(choices) > 0 {
		choice = choices[0]
	}
	if u := v.Get("usage"); u.Truthy() {
		r.usage(r.completionsUsage(u))
	} else if u := choice.Get("usage"); u.Truthy() {
		r.usage(r.completionsUsage(u))
	}
	if reason := choice.Get("finish_reason").String(); reason != "" {
		r.finished = reason
		r.rawStop(reason)
		a.StopReason = completionsStop(reason)
	}
	r.delta(choice.Get("delta"))
}

func (r *completionsReader) delta(d jsval.Value) {
	if text := d.Get("content").String(); text != "" {
		if r.text == nil {
			r.text = r.startText()
		}
		r.stream.text(r.text, text)
	}
	for _, field := range []string{"reasoning_content", "reasoning", "reasoning_text"} {
		if text := d.Get(field).String(); text != "" {
			if r.thinking == nil {
				r.thinking = r.startThinking(field)
			}
			r.stream.thinking(r.thinking, text)
			break
		}
	}
	for _, call := range d.Get("tool_calls").Items() {
		b := r.call(call)
		r.arguments(b, call.Get("function").Get("arguments").String())
	}
}

// call finds the block of a piece of a tool call, or starts it.
func (r *completionsReader) call(v jsval.Value) *chat.ToolCall {
	id, name := v.Get("id").String(), v.Get("function").Get("name").String()
	at, numbered := v.Get("index").Float()
	var b *chat.ToolCall
	if numbered {
		b = r.byIndex[at]
	}
	if b == nil && id != "" {
		b = r.byID[id]
	}
	if b == nil {
		b = r.startCall(id, name)
	}
	if numbered {
		r.byIndex[at] = b
	}
	if id != "" {
		r.byID[id] = b
	}
	if b.ID == "" {
		b.ID = id
	}
	if b.Name == "" {
		b.Name = name
	}
	return b
}

func (s *stream) completionsUsage(v jsval.Value) chat.Usage {
	details := v.Get("prompt_tokens_details")
	u := chat.Usage{Output: num(v.Get("completion_tokens")), CacheWrite: num(details.Get("cache_write_tokens"))}
	if cached, ok := details.Get("cached_tokens").Float(); ok {
		u.CacheRead = cached
	} else {
		u.CacheRead = num(v.Get("prompt_cache_hit_tokens"))
	}
	u.Input = max(0, num(v.Get("prompt_tokens"))-u.CacheRead-u.CacheWrite)
	u.TotalTokens = u.Input + u.Output + u.CacheRead + u.CacheWrite
	s.reasoned(&u, num(v.Get("completion_tokens_details").Get("reasoning_tokens")))
	return u
}

func completionsStop(reason string) string {
	switch reason {
	case "stop", "end":
		return chat.Stop
	case "length":
		return chat.Length
	case "function_call", "tool_calls":
		return chat.ToolUse
	default:
		return chat.Error
	}
}
