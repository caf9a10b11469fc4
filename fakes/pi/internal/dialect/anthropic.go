package dialect

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// anthropic is Anthropic's messages API.
type anthropic struct{ wellDone }

func (anthropic) request(c *Call) (string, wire.Header, any) {
	q := anthropicQuirks(c)
	betas := q.betas(c)
	var h wire.Header
	stainless(&h, c, "Anthropic/JS", c.Persona.Anthropic)
	h.Set("anthropic-version", "2023-06-01")
	if isLoginToken(c.Key) {
		h.Set("authorization", "Bearer "+c.Key)
		h.Set("user-agent", "claude-cli/"+c.Persona.ClaudeCode)
		h.Set("x-app", "cli")
		betas = append([]string{"claude-code-20250219", "oauth-2025-04-20"}, betas...)
	} else {
		if c.Key != "" {
			h.Set("x-api-key", c.Key)
		}
	}
	h.Set("anthropic-dangerous-direct-browser-access", "true")
	if len(betas) > 0 {
		h.Set("anthropic-beta", strings.Join(betas, ","))
	}
	if q.affinity != "" && c.SessionID != "" && !c.Uncached {
		h.Set(q.affinity, c.SessionID)
	}
	common(&h)
	path := "/v1/messages"
	if c.Persona.Betas {
		path += "?beta=true"
	}
	body := anthropicBody(c, q)
	c.warnOfModel(body.Thinking)
	return path, h, body
}

// isLoginToken reports whether a key is the access token of a login, which is
// recognised by its looks alone.
func isLoginToken(key string) bool { return strings.Contains(key, "sk-ant-oat") }

func (anthropic) refusal(_ *Call, r refused) string {
	v, raw := sdkBody(r.body)
	return sdkError(r.status, v, raw)
}

func (anthropic) unreachable(_ *Call, err error) string { return sdkUnreachable(err) }

// anthropicReader keeps which blocks a stream is filling, by their number.
type anthropicReader struct {
	*stream
	call   *Call
	blocks map[float64]chat.Block
	reason string // why the model stopped, if that is an error
}

func (anthropic) read(c *Call, s *stream) error {
	s.start()
	r := anthropicReader{stream: s, call: c, blocks: map[float64]chat.Block{}}
	known := []string{"message_start", "message_delta", "message_stop", "content_block_start", "content_block_delta", "content_block_stop"}
	begun, ended := false, false
	for {
		ev, err := s.events.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if ev.name == "error" {
			return errors.New(ev.data)
		}
		if !slices.Contains(known, ev.name) {
			continue
		}
		v, err := jsval.Parse(ev.data)
		if err != nil {
			return fmt.Errorf("Could not parse Anthropic SSE event %s: %w; data=%s; raw=%s", ev.name, err, ev.data, strings.Join(ev.lines, `\n`))
		}
		switch v.Get("type").String() {
		case "message_start":
			begun = true
		case "message_stop":
			ended = true
		}
		if err := r.event(v); err != nil {
			return err
		}
	}
	switch {
	case begun && !ended:
		return errors.New("Anthropic stream ended before message_stop")
	case s.answer.StopReason == chat.Error && r.reason != "":
		return errors.New(r.reason)
	}
	return s.stopped("Anthropic stream ended without a stop reason")
}

func (r *anthropicReader) event(v jsval.Value) error {
	at, _ := v.Get("index").Float()
	switch v.Get("type").String() {
	case "message_start":
		r.answer.ResponseID = v.Get("message").Get("id").String()
		model := v.Get("message").Get("model").String()
		switch {
		case r.who.AnthropicModel && model != r.model.ID:
			r.answer.ResponseModel = model
		case r.who.AnthropicRename && model != "":
			r.answer.Model = model
		}
		r.answer.Usage.CacheWrite1h = new(float64)
		r.count(v.Get("message").Get("usage"))
	case "content_block_start":
		r.begin(at, v.Get("content_block"))
	case "content_block_delta":
		r.delta(r.blocks[at], v.Get("delta"))
	case "content_block_stop":
		if b := r.blocks[at]; b != nil {
			r.finish(b)
			delete(r.blocks, at)
		}
	case "message_delta":
		if err := r.stop(v.Get("delta")); err != nil {
			return err
		}
		r.count(v.Get("usage"))
	}
	return nil
}

func (r *anthropicReader) begin(at float64, block jsval.Value) {
	switch block.Get("type").String() {
	case "text":
		r.blocks[at] = r.startText()
	case "thinking":
		r.blocks[at] = r.startThinking("")
	case "redacted_thinking":
		b := &chat.Thinking{Type: "thinking", Thinking: "[Reasoning redacted]", Signature: block.Get("data").String(), Redacted: true}
		r.tell(chat.Event{Type: chat.ThinkingStart, ContentIndex: r.add(b)})
		r.blocks[at] = b
	case "tool_use":
		b := r.startCall(block.Get("id").String(), r.call.ownToolName(block.Get("name").String()))
		if input := block.Get("input"); input.Kind() == jsval.Object {
			b.Arguments = input.Append(nil)
		}
		r.blocks[at] = b
	}
}

func (r *anthropicReader) delta(block chat.Block, d jsval.Value) {
	kind := d.Get("type").String()
	switch b := block.(type) {
	case *chat.Text:
		if kind == "text_delta" {
			r.text(b, d.Get("text").String())
		}
	case *chat.Thinking:
		switch kind {
		case "thinking_delta":
			r.thinking(b, d.Get("thinking").String())
		case "signature_delta":
			b.Signature += d.Get("signature").String()
		}
	case *chat.ToolCall:
		if kind == "input_json_delta" {
			r.arguments(b, d.Get("partial_json").String())
		}
	}
}

// count takes over the numbers that a usage report has; those that it lacks
// stay what they were.
func (r *anthropicReader) count(v jsval.Value) {
	u := r.answer.Usage
	for name, field := range map[string]*float64{
		"input_tokens": &u.Input, "output_tokens": &u.Output,
		"cache_read_input_tokens": &u.CacheRead, "cache_creation_input_tokens": &u.CacheWrite,
	} {
		if n, ok := v.Get(name).Float(); ok {
			*field = n
		}
	}
	u.TotalTokens = u.Input + u.Output + u.CacheRead + u.CacheWrite
	r.usage(u)
}

func (r *anthropicReader) stop(delta jsval.Value) error {
	reason := delta.Get("stop_reason").String()
	r.rawStop(reason)
	switch reason {
	case "":
	case "end_turn", "pause_turn", "stop_sequence":
		r.answer.StopReason = chat.Stop
	case "max_tokens":
		r.answer.StopReason = chat.Length
	case "tool_use":
		r.answer.StopReason = chat.ToolUse
	case "refusal":
		r.answer.StopReason = chat.Error
		r.reason = delta.Get("stop_details").Get("explanation").String()
		if r.reason == "" {
			r.reason = "The model refused to complete the request"
		}
	case "sensitive":
		r.answer.StopReason = chat.Error
	default:
		return fmt.Errorf("Unhandled stop reason: %s", reason)
	}
	return nil
}
