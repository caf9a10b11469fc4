package providers

import "net/http"

// responses is openai-responses.
type responses struct{}

func (responses) name() string                            { return "openai-responses" }
func (responses) landmark() string                        { return "/responses" }
func (responses) operation(path string) (operation, bool) { return exactly(path, "/responses") }
func (responses) winner(model string) string              { return model }
func (responses) content() string                         { return "input" }
func (responses) key(h http.Header) string                { return bearer(h) }
func (responses) headers(h http.Header, id string)        { h.Set("X-Request-Id", "req_"+id) }

func (d responses) whole(a answer) obj {
	return d.response(a, "completed", list{d.item(a, "completed", list{d.part(a.text)})})
}

func (responses) response(a answer, status string, output list) obj {
	r := obj{
		"id": "resp_" + a.id, "object": "response", "created_at": a.created, "status": status,
		"model": a.model, "output": output, "error": nil, "incomplete_details": nil, "instructions": nil,
		"metadata": obj{}, "parallel_tool_calls": true, "tool_choice": "auto", "tools": list{},
		"temperature": 1, "top_p": 1, "usage": nil,
	}
	if status == "completed" {
		r["usage"] = obj{
			"input_tokens": a.prompt, "input_tokens_details": obj{"cached_tokens": 0},
			"output_tokens": a.output, "output_tokens_details": obj{"reasoning_tokens": 0},
			"total_tokens": a.prompt + a.output,
		}
	}
	return r
}

func (responses) item(a answer, status string, content list) obj {
	return obj{"id": "msg_" + a.id, "type": "message", "status": status, "role": "assistant", "content": content}
}

func (responses) part(text string) obj {
	return obj{"type": "output_text", "text": text, "annotations": list{}, "logprobs": list{}}
}

func (d responses) pieces(a answer) pieces {
	sequence := 0
	event := func(name string, data obj) frame {
		data["type"], data["sequence_number"] = name, sequence
		sequence++
		return frame{event: name, data: data}
	}
	at := func(more obj) obj { // names the part of the answer that an event is about
		more["item_id"], more["output_index"], more["content_index"] = "msg_"+a.id, 0, 0
		return more
	}
	p := pieces{head: []frame{
		event("response.created", obj{"response": d.response(a, "in_progress", list{})}),
		event("response.in_progress", obj{"response": d.response(a, "in_progress", list{})}),
		event("response.output_item.added", obj{"output_index": 0, "item": d.item(a, "in_progress", list{})}),
		event("response.content_part.added", at(obj{"part": d.part("")})),
	}}
	for _, text := range a.deltas {
		p.text = append(p.text, event("response.output_text.delta", at(obj{"delta": text, "logprobs": list{}})))
	}
	p.tail = []frame{
		event("response.output_text.done", at(obj{"text": a.text, "logprobs": list{}})),
		event("response.content_part.done", at(obj{"part": d.part(a.text)})),
		event("response.output_item.done", obj{"output_index": 0, "item": d.item(a, "completed", list{d.part(a.text)})}),
		event("response.completed", obj{"response": d.whole(a)}),
	}
	return p
}

func (responses) explain(r refusal, model string) (int, string) {
	if r == badModel {
		return http.StatusBadRequest, "The requested model '" + model + "' does not exist."
	}
	return openAIText(r, model)
}

func (responses) failure(f failure) obj { return openAIFailure(f) }

func (responses) broken(_ answer, f failure) frame {
	return frame{event: "error", data: obj{
		"type": "error", "code": "server_error", "message": f.message, "param": nil,
		// Clients do not count; the number only has to be greater than those before.
		"sequence_number": 1 << 20,
	}}
}
