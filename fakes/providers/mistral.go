package providers

import "net/http"

// mistral is mistral-conversations: completions with errors and
// small habits of its own.
type mistral struct{ completions }

func (mistral) name() string                     { return "mistral-conversations" }
func (mistral) headers(h http.Header, id string) { h.Set("Mistral-Correlation-Id", id) }

func (mistral) whole(a answer) obj {
	return obj{
		"id": a.id, "object": "chat.completion", "created": a.created, "model": a.model,
		"choices": list{obj{
			"index": 0, "finish_reason": "stop",
			"message": obj{"role": "assistant", "content": a.text, "tool_calls": nil, "prefix": false},
		}},
		"usage": mistralUsage(a),
	}
}

// pieces has the usage in the frame that finishes, not in one of its own.
func (mistral) pieces(a answer) pieces {
	chunk := func(delta obj, finish any) obj {
		return obj{
			"id": a.id, "object": "chat.completion.chunk", "created": a.created, "model": a.model,
			"choices": list{obj{"index": 0, "delta": delta, "finish_reason": finish}},
		}
	}
	p := pieces{head: []frame{{data: chunk(obj{"role": "assistant", "content": ""}, nil)}}}
	for _, text := range a.deltas {
		p.text = append(p.text, frame{data: chunk(obj{"content": text}, nil)})
	}
	last := chunk(obj{"content": ""}, "stop")
	last["usage"] = mistralUsage(a)
	p.tail = []frame{{data: last}, {data: done}}
	return p
}

func mistralUsage(a answer) obj {
	return obj{"prompt_tokens": a.prompt, "completion_tokens": a.output, "total_tokens": a.prompt + a.output}
}

func (mistral) explain(r refusal, model string) (int, string) {
	switch r {
	case noKey, badKey:
		return http.StatusUnauthorized, "Unauthorized"
	case badPath:
		return http.StatusNotFound, "no Route matched with those values"
	case badModel:
		return http.StatusBadRequest, "Invalid model: " + model
	default:
		return http.StatusBadRequest, "Invalid request body"
	}
}

func (mistral) failure(f failure) obj {
	if f.status == http.StatusUnauthorized || f.refusal == badPath {
		return obj{"message": f.message, "request_id": f.id} // from the gate before the API
	}
	kind := "invalid_request_error"
	switch {
	case f.refusal == badModel:
		kind = "invalid_model"
	case f.status == http.StatusTooManyRequests:
		kind = "rate_limited"
	case f.status >= http.StatusInternalServerError:
		kind = "internal_server_error"
	}
	// The code is a number of Mistral's own. The real one of an unknown model
	// holds digits that Pi takes for a status, so none is sent.
	return obj{"object": "error", "message": f.message, "type": kind, "param": nil, "code": nil}
}

func (d mistral) broken(_ answer, f failure) frame { return frame{data: d.failure(f)} }
