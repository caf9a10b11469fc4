package providers

import "net/http"

// responses is openai-responses, as OpenAI speaks it or with OpenRouter behind
// it.
type responses struct {
	openRouter bool
}

func (responses) name() string                            { return "openai-responses" }
func (responses) landmark() string                        { return "/responses" }
func (responses) operation(path string) (operation, bool) { return exactly(path, "/responses") }
func (d responses) shape() *shape {
	if d.openRouter {
		return openRouterResponsesShape
	}
	return openAIResponsesShape
}
func (responses) talk(items []item) talk     { return inputTalk(items) }
func (responses) winner(model string) string { return model }
func (d responses) key(h http.Header) string {
	if d.openRouter {
		return either(h)
	}
	return bearer(h)
}

func (d responses) label(a *answer) string {
	if d.openRouter {
		return generation(a.id)
	}
	return "resp_" + a.id
}

func (d responses) headers(h http.Header, id string) {
	if d.openRouter {
		openRouter{}.headers(h, id)
		return
	}
	h.Set("X-Request-Id", "req_"+id)
}

func (d responses) whole(a *answer) obj { return d.response(a, d.status(a), d.items(a)) }

// status is how the answer ended; an answer that was too long is incomplete.
func (responses) status(a *answer) string {
	return a.ending("completed", "completed", "incomplete", "incomplete")
}

func (d responses) response(a *answer, status string, output list) obj {
	usage, details := any(nil), any(nil)
	if status != "in_progress" {
		u := a.usage
		usage = obj{
			{"input_tokens", u.Prompt}, {"input_tokens_details", obj{{"cached_tokens", u.Cached}}},
			{"output_tokens", u.Output}, {"output_tokens_details", obj{{"reasoning_tokens", u.Reasoning}}},
			{"total_tokens", u.Prompt + u.Output},
		}
	}
	if status == "incomplete" {
		details = obj{{"reason", a.ending("", "", "max_output_tokens", "content_filter")}}
	}
	return obj{
		{"id", d.label(a)}, {"object", "response"}, {"created_at", a.created}, {"status", status},
		{"error", nil}, {"incomplete_details", details}, {"instructions", nil}, {"model", a.model}, {"output", output},
		{"parallel_tool_calls", true}, {"temperature", 1}, {"tool_choice", "auto"}, {"tools", list{}}, {"top_p", 1},
		{"usage", usage}, {"metadata", obj{}},
	}
}

func (d responses) items(a *answer) list {
	items := list{}
	if a.reasoning != "" {
		items = append(items, d.reasoning(a, list{summary(a.reasoning)}))
	}
	if a.text != "" || len(a.calls) == 0 {
		items = append(items, d.item(a, "completed", list{d.part(a.text)}))
	}
	for _, c := range a.calls {
		items = append(items, d.call(c, "completed", c.arguments))
	}
	return items
}

func (responses) item(a *answer, status string, content list) obj {
	return obj{{"id", "msg_" + a.id}, {"type", "message"}, {"status", status}, {"role", "assistant"}, {"content", content}}
}

func (responses) part(text string) obj {
	return obj{{"type", "output_text"}, {"text", text}, {"annotations", list{}}, {"logprobs", list{}}}
}

func (responses) reasoning(a *answer, summary list) obj {
	return obj{{"id", "rs_" + a.id}, {"type", "reasoning"}, {"summary", summary}}
}

func summary(text string) obj { return obj{{"type", "summary_text"}, {"text", text}} }

func (responses) call(c toolCall, status, arguments string) obj {
	return obj{
		{"id", "fc_" + c.id}, {"type", "function_call"}, {"status", status}, {"call_id", c.prefixed("call_")},
		{"name", c.name}, {"arguments", arguments},
	}
}

func (d responses) explain(w why, model string) (int, string) {
	switch {
	case w.refusal == badModel && d.openRouter:
		return openRouter{}.explain(w, model)
	case w.refusal == badModel:
		return http.StatusBadRequest, "The requested model '" + model + "' does not exist."
	case d.openRouter && w.refusal != badBody:
		return openRouter{}.explain(w, model)
	case w.problem.kind == unknownOne:
		return http.StatusBadRequest, "Unknown parameter: '" + w.problem.name + "'."
	}
	return openAIText(w, model)
}

func (d responses) failure(f failure) obj {
	if !d.openRouter {
		return openAIFailure(f)
	}
	return openRouter{}.failure(f)
}

func (responses) broken(s *stream, _ *answer, f failure, _ string) {
	s.event("error", obj{
		{"type", "error"}, {"code", "server_error"}, {"message", f.message}, {"param", nil},
		// Clients do not count; the number only has to be greater than those before.
		{"sequence_number", 1 << 20},
	}, 0)
}
