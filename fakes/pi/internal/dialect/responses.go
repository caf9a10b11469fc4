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

// responses is OpenAI's responses API.
type responses struct{ wellDone }

func (responses) request(c *Call) (string, wire.Header, any) {
	var h wire.Header
	stainless(&h, c, "OpenAI/JS", c.Persona.OpenAI)
	h.Set("authorization", "Bearer "+c.Key)
	if c.SessionID != "" && !c.Uncached {
		h.Set("session_id", c.SessionID)
		h.Set("x-client-request-id", c.SessionID)
	}
	common(&h)
	return "/responses", h, responsesBody(c)
}

func (responses) refusal(c *Call, r refused) string {
	v, raw := sdkBody(r.body)
	payload, status := v.Get("error"), r.status
	text := sdkError(status, payload, raw)
	if c.Persona.WholeErrors && payload.Kind() == jsval.Object {
		text = payload.JSON()
	}
	who := "OpenAI"
	if c.Persona.NamesProvider && c.Model.Provider != "openai" {
		who = c.Model.Provider
	}
	return fmt.Sprintf("%s API error (%d): %s", who, status, text)
}

func (responses) unreachable(_ *Call, err error) string { return sdkUnreachable(err) }

// responsesReader keeps which item a stream is filling. Items come one after
// another, each with its own kind of deltas.
type responsesReader struct {
	*stream
	kind    string // of the item: "reasoning", "message" or "function_call"
	block   chat.Block
	parts   int // content parts of a message, summary parts of a reasoning
	lastOut string
	ended   bool // by an event that says so
}

// responsesCut is said of a stream that ends too early.
const responsesCut = "OpenAI Responses stream ended before a terminal response event"

func (responses) read(c *Call, s *stream) error {
	s.start()
	r := &responsesReader{stream: s}
	for {
		v, err := s.chunk(c.Log)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := r.event(v); err != nil {
			return err
		}
	}
	if !r.ended && s.who.ResponsesEnd {
		return errors.New(responsesCut)
	}
	return s.stopped(responsesCut)
}

func (r *responsesReader) event(v jsval.Value) error {
	delta := v.Get("delta").String()
	switch v.Get("type").String() {
	case "response.created":
		r.answer.ResponseID = v.Get("response").Get("id").String()
	case "response.output_item.added":
		r.begin(v.Get("item"))
	case "response.reasoning_summary_part.added":
		r.parts++
	case "response.reasoning_summary_text.delta":
		if b, ok := r.block.(*chat.Thinking); ok && r.parts > 0 {
			r.thinking(b, delta)
		}
	case "response.reasoning_summary_part.done":
		if b, ok := r.block.(*chat.Thinking); ok && r.parts > 0 {
			r.thinking(b, "\n\n")
		}
	case "response.reasoning_text.delta":
		if b, ok := r.block.(*chat.Thinking); ok {
			r.thinking(b, delta)
		}
	case "response.content_part.added":
		if kind := v.Get("part").Get("type").String(); r.kind == "message" && (kind == "output_text" || kind == "refusal") {
			r.parts++
			r.lastOut = kind
		}
	case "response.output_text.delta", "response.refusal.delta":
		wanted := strings.TrimSuffix(strings.TrimPrefix(v.Get("type").String(), "response."), ".delta")
		if b, ok := r.block.(*chat.Text); ok && r.parts > 0 && r.lastOut == wanted {
			r.text(b, delta)
		}
	case "response.function_call_arguments.delta":
		if b, ok := r.block.(*chat.ToolCall); ok {
			r.arguments(b, delta)
		}
	case "response.function_call_arguments.done":
		if b, ok := r.block.(*chat.ToolCall); ok {
			whole := v.Get("arguments").String()
			if rest, ok := strings.CutPrefix(whole, r.args[b]); ok && rest != "" {
				r.arguments(b, rest)
			}
			r.setArguments(b, whole)
		}
	case "response.output_item.done":
		r.end(v.Get("item"))
	case "response.completed":
		r.completed(v.Get("response"))
	case "response.incomplete":
		if r.who.ResponsesEnd {
			r.completed(v.Get("response"))
		}
	case "error":
		return fmt.Errorf("Error Code %s: %s", v.Get("code").Word(), v.Get("message").Word())
	case "response.failed":
		r.rawStop(v.Get("response").Get("status").String())
		return failedResponse(v.Get("response"))
	}
	return nil
}

func (r *responsesReader) begin(item jsval.Value) {
	r.kind, r.parts, r.lastOut = item.Get("type").String(), 0, ""
	switch r.kind {
	case "reasoning":
		r.parts = len(item.Get("summary").Items())
		r.block = r.startThinking("")
	case "message":
		if parts := item.Get("content").Items(); len(parts) > 0 {
			r.parts, r.lastOut = len(parts), parts[len(parts)-1].Get("type").String()
		}
		r.block = r.startText()
	case "function_call":
		b := r.startCall(item.Get("call_id").String()+"|"+item.Get("id").String(), item.Get("name").String())
		r.setArguments(b, item.Get("arguments").String())
		r.block = b
	}
}

func (r *responsesReader) end(item jsval.Value) {
	switch b := r.block.(type) {
	case *chat.Thinking:
		if item.Get("type").String() != "reasoning" {
			return
		}
		if text := joined(item.Get("summary"), "\n\n"); text != "" {
			b.Thinking = text
		} else if text := joined(item.Get("content"), "\n\n"); text != "" {
			b.Thinking = text
		}
		b.Signature = item.JSON()
	case *chat.Text:
		if item.Get("type").String() != "message" {
			return
		}
		b.Text = joined(item.Get("content"), "")
		signature := jsval.Value{}.With("v", jsval.Of(1)).With("id", item.Get("id"))
		if phase := item.Get("phase"); phase.Truthy() {
			signature = signature.With("phase", phase)
		}
		b.Signature = signature.JSON()
	case *chat.ToolCall:
		if r.args[b] == "" {
			r.setArguments(b, item.Get("arguments").String())
		}
	}
	r.finish(r.block)
	r.block = nil
}

// joined joins the texts, or refusals, of a list of parts.
func joined(parts jsval.Value, sep string) string {
	var texts []string
	for _, p := range parts.Items() {
		if p.Get("type").String() == "refusal" {
			texts = append(texts, p.Get("refusal").String())
		} else {
			texts = append(texts, p.Get("text").String())
		}
	}
	return strings.Join(texts, sep)
}

func (r *responsesReader) completed(v jsval.Value) {
	r.ended = true
	status := v.Get("status").String()
	if why := v.Get("incomplete_details").Get("reason").String(); why != "" && r.who.WholeRawStop {
		status += "." + why
	}
	r.rawStop(status)
	if id := v.Get("id").String(); id != "" {
		r.answer.ResponseID = id
	}
	if u := v.Get("usage"); u.Truthy() {
		cached := num(u.Get("input_tokens_details").Get("cached_tokens"))
		usage := chat.Usage{
			Input: num(u.Get("input_tokens")) - cached, Output: num(u.Get("output_tokens")),
			CacheRead: cached, TotalTokens: num(u.Get("total_tokens")),
		}
		r.reasoned(&usage, num(u.Get("output_tokens_details").Get("reasoning_tokens")))
		r.usage(usage)
	}
	switch v.Get("status").String() {
	case "incomplete":
		r.answer.StopReason = chat.Length
	case "failed", "cancelled":
		r.answer.StopReason = chat.Error
	default:
		r.answer.StopReason = chat.Stop
		if len(r.answer.Calls()) > 0 {
			r.answer.StopReason = chat.ToolUse
		}
	}
}

func failedResponse(v jsval.Value) error {
	if e := v.Get("error"); e.Truthy() {
		code, message := e.Get("code").String(), e.Get("message").String()
		if code == "" {
			code = "unknown"
		}
		if message == "" {
			message = "no message"
		}
		return errors.New(code + ": " + message)
	}
	if reason := v.Get("incomplete_details").Get("reason").String(); reason != "" {
		return errors.New("incomplete: " + reason)
	}
	return errors.New("Unknown error (no error details in response)")
}
