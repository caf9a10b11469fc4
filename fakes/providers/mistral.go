package providers

import (
	"net/http"

	"github.com/agenta-ai/conform/fakes/providers/internal/scan"
)

// mistral is mistral-conversations: completions with errors and habits of its
// own.
type mistral struct{ completions }

func (mistral) name() string                     { return "mistral-conversations" }
func (mistral) shape() *shape                    { return mistralShape }
func (mistral) headers(h http.Header, id string) { h.Set("Mistral-Correlation-Id", id) }
func (mistral) label(a *answer) string           { return a.id }

// check refuses ids of tool calls that are not nine letters or digits.
func (mistral) check(items []item) problem {
	var p problem
	look := func(literal []byte) {
		if id, ok := scan.Text(literal); ok && p.kind == fine && !nineLetters(id) {
			p = problem{badToolID, id}
		}
	}
	for _, i := range items {
		look(i.other)
		_ = scan.Array(i.calls, func(call []byte) { look(scan.Member(call, "id")) })
	}
	return p
}

func nineLetters(id string) bool {
	for _, c := range id {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
			return false
		}
	}
	return len(id) == 9
}

func (d mistral) whole(a *answer) obj {
	message := obj{{"role", "assistant"}, {"content", a.text}, {"tool_calls", nil}, {"prefix", false}}
	if a.reasoning != "" {
		message[1].value = list{thinking(a.reasoning), obj{{"type", "text"}, {"text", a.text}}}
	}
	if len(a.calls) > 0 {
		message[2].value = d.calls(a)
	}
	return obj{
		{"id", a.id}, {"object", "chat.completion"}, {"created", a.created}, {"model", a.model},
		{"choices", list{obj{{"index", 0}, {"finish_reason", chatEnding(a)}, {"message", message}}}},
		{"usage", mistralUsage(a)},
	}
}

// calls are whole in one piece, also in a stream.
func (mistral) calls(a *answer) list {
	var calls list
	for i, c := range a.calls {
		calls = append(calls, obj{
			{"id", c.id}, {"function", obj{{"name", c.name}, {"arguments", c.arguments}}}, {"index", i},
		})
	}
	return calls
}

func thinking(text string) obj {
	return obj{{"type", "thinking"}, {"thinking", list{obj{{"type", "text"}, {"text", text}}}}}
}

// stream has calls and usage in the frame that finishes, not in frames of their
// own.
func (d mistral) stream(s *stream, a *answer) {
	chunk := func(delta obj, finish any) obj {
		return obj{
			{"id", a.id}, {"object", "chat.completion.chunk"}, {"created", a.created}, {"model", a.model},
			{"choices", list{obj{{"index", 0}, {"delta", delta}, {"finish_reason", finish}}}},
		}
	}
	s.data(chunk(obj{{"role", "assistant"}, {"content", ""}}, nil))
	s.body()
	for _, text := range a.pieces(a.reasoning) {
		s.says("", chunk(obj{{"content", list{thinking(text)}}}, nil), text)
	}
	says := s.template("", chunk(obj{{"content", blank}}, nil))
	for _, text := range a.pieces(a.text) {
		says(text)
	}
	s.tail()
	last := obj{{"content", ""}}
	if len(a.calls) > 0 {
		last = last.with("tool_calls", d.calls(a))
	}
	s.data(chunk(last, chatEnding(a)).with("usage", mistralUsage(a)))
	s.data(doneMark)
}

func mistralUsage(a *answer) obj {
	return obj{
		{"prompt_tokens", a.usage.Prompt}, {"completion_tokens", a.usage.Output},
		{"total_tokens", a.usage.Prompt + a.usage.Output},
	}
}

func (mistral) explain(w why, model string) (int, string) {
	switch w.refusal {
	case noKey, badKey:
		return http.StatusUnauthorized, "Unauthorized"
	case badPath:
		return http.StatusNotFound, "no Route matched with those values"
	case badModel:
		return http.StatusBadRequest, "Invalid model: " + model
	}
	switch w.problem.kind {
	case badToolID:
		return http.StatusBadRequest, "Tool call id was " + w.problem.name + " but must be a-z, A-Z, 0-9, with a length of 9."
	case unknownOne:
		return http.StatusUnprocessableEntity, "Extra inputs are not permitted"
	case missing:
		return http.StatusUnprocessableEntity, "Field required"
	}
	return http.StatusBadRequest, "Invalid request body"
}

func (mistral) failure(f failure) obj {
	if f.status == http.StatusUnauthorized || f.refusal == badPath {
		return obj{{"message", f.message}, {"request_id", f.id}} // from the gate before the API
	}
	kind, message := "invalid_request_error", any(f.message)
	switch {
	case f.refusal == badModel:
		kind = "invalid_model"
	case f.problem.kind == badToolID:
		kind = "invalid_function_call"
	case f.problem.kind == unknownOne:
		message = detail("extra_forbidden", f)
	case f.problem.kind == missing:
		message = detail("missing", f)
	case f.status == http.StatusTooManyRequests:
		kind = "rate_limited"
	case f.status >= http.StatusInternalServerError:
		kind = "internal_server_error"
	}
	// The code is a number of Mistral's own. The real one of an unknown model
	// holds digits that Pi takes for a status, so none is sent.
	return obj{{"object", "error"}, {"message", message}, {"type", kind}, {"param", nil}, {"code", nil}}
}

// detail is a list of what is wrong with the body.
func detail(kind string, f failure) obj {
	return obj{{"detail", list{obj{{"type", kind}, {"loc", list{"body", f.problem.name}}, {"msg", f.message}, {"input", nil}}}}}
}

func (d mistral) broken(s *stream, _ *answer, f failure, _ string) { s.data(d.failure(f)) }
