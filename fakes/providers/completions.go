package providers

import "net/http"

// completions is openai-completions as OpenAI, Groq, Together, MiniMax and most
// gateways speak it.
type completions struct {
	openAI    bool   // OpenAI itself
	reasoning string // member in which others send reasoning, "" for none
}

func (completions) name() string     { return "openai-completions" }
func (completions) landmark() string { return "/chat/completions" }
func (completions) operation(path string) (operation, bool) {
	return exactly(path, "/chat/completions")
}
func (d completions) shape() *shape {
	if d.openAI {
		return openAIChatShape
	}
	return compatibleChatShape
}
func (completions) talk(items []item) talk                { return messagesTalk(items) }
func (completions) winner(model string) string            { return model }
func (completions) key(h http.Header) string              { return bearer(h) }
func (completions) headers(h http.Header, id string)      { h.Set("X-Request-Id", "req_"+id) }
func (completions) label(a *answer) string                { return "chatcmpl-" + a.id }
func (completions) explain(w why, m string) (int, string) { return openAIText(w, m) }
func (completions) failure(f failure) obj                 { return openAIFailure(f) }
func (completions) broken(s *stream, _ *answer, f failure, _ string) {
	s.data(openAIFailure(f))
}

func (d completions) whole(a *answer) obj {
	message := obj{{"role", "assistant"}, {"content", content(a)}, {"refusal", nil}}
	if a.reasoning != "" && d.reasoning != "" {
		message = message.with(d.reasoning, a.reasoning)
	}
	if len(a.calls) > 0 {
		message = message.with("tool_calls", wholeCalls(a, "call_"))
	}
	return obj{
		{"id", d.label(a)}, {"object", "chat.completion"}, {"created", a.created}, {"model", a.model},
		{"choices", list{obj{{"index", 0}, {"message", message}, {"logprobs", nil}, {"finish_reason", chatEnding(a)}}}},
		{"usage", completionUsage(a)}, {"system_fingerprint", nil},
	}
}

func (d completions) stream(s *stream, a *answer) {
	head := encode(obj{{"id", d.label(a)}, {"object", "chat.completion.chunk"}, {"created", a.created}, {"model", a.model}})
	chunk := func(delta obj, finish any) after {
		return after{head, obj{{"choices", list{obj{{"index", 0}, {"delta", delta}, {"logprobs", nil}, {"finish_reason", finish}}}}}}
	}
	s.data(chunk(obj{{"role", "assistant"}, {"content", ""}}, nil))
	s.body()
	if d.reasoning != "" {
		for _, text := range a.pieces(a.reasoning) {
			s.says("", chunk(obj{{d.reasoning, text}}, nil), text)
		}
	}
	says := s.template("", chunk(obj{{"content", blank}}, nil))
	for _, text := range a.pieces(a.text) {
		says(text)
	}
	for i, c := range a.calls {
		for _, f := range fragments(a, i, c, "call_") {
			s.says("", chunk(obj{{"tool_calls", list{f.document}}}, nil), f.text)
		}
	}
	s.tail()
	s.data(chunk(obj{}, chatEnding(a)))
	if a.tell {
		s.data(after{head, obj{{"choices", list{}}, {"usage", completionUsage(a)}}})
	}
	s.data(doneMark)
}

// content is the text of a message: null when there are calls and no text.
func content(a *answer) any {
	if a.text == "" && len(a.calls) > 0 {
		return nil
	}
	return a.text
}

func chatEnding(a *answer) string { return a.ending("stop", "tool_calls", "length", "content_filter") }

// prefixed is the id of a call as a dialect writes it, unless the script gave it
// whole.
func (c toolCall) prefixed(prefix string) string {
	if len(c.id) == 9 {
		return prefix + c.id
	}
	return c.id
}

func wholeCalls(a *answer, prefix string) list {
	var calls list
	for i, c := range a.calls {
		calls = append(calls, obj{
			{"index", i}, {"id", c.prefixed(prefix)}, {"type", "function"},
			{"function", obj{{"name", c.name}, {"arguments", c.arguments}}},
		})
	}
	return calls
}

// fragment is a piece of a call in a stream.
type fragment struct {
	document obj
	text     string
}

// fragments is a call as OpenAI streams it: its name first, then its arguments
// in pieces that only the index holds together.
func fragments(a *answer, index int, c toolCall, prefix string) []fragment {
	all := []fragment{{obj{
		{"index", index}, {"id", c.prefixed(prefix)}, {"type", "function"},
		{"function", obj{{"name", c.name}, {"arguments", ""}}},
	}, c.name}}
	for _, text := range a.pieces(c.arguments) {
		all = append(all, fragment{obj{{"index", index}, {"function", obj{{"arguments", text}}}}, text})
	}
	return all
}

func completionUsage(a *answer) obj {
	u := a.usage
	return obj{
		{"prompt_tokens", u.Prompt}, {"completion_tokens", u.Output}, {"total_tokens", u.Prompt + u.Output},
		{"prompt_tokens_details", obj{{"cached_tokens", u.Cached}, {"audio_tokens", 0}}},
		{"completion_tokens_details", obj{
			{"reasoning_tokens", u.Reasoning}, {"audio_tokens", 0}, {"accepted_prediction_tokens", 0}, {"rejected_prediction_tokens", 0},
		}},
	}
}
