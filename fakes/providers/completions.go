package providers

import "net/http"

// completions is openai-completions as OpenAI, Groq, Together, MiniMax and most
// gateways speak it.
type completions struct{}

func (completions) name() string     { return "openai-completions" }
func (completions) landmark() string { return "/chat/completions" }
func (completions) operation(path string) (operation, bool) {
	return exactly(path, "/chat/completions")
}
func (completions) winner(model string) string       { return model }
func (completions) content() string                  { return "messages" }
func (completions) key(h http.Header) string         { return bearer(h) }
func (completions) headers(h http.Header, id string) { h.Set("X-Request-Id", "req_"+id) }

func (completions) whole(a answer) obj {
	return obj{
		"id": "chatcmpl-" + a.id, "object": "chat.completion", "created": a.created, "model": a.model,
		"system_fingerprint": nil,
		"choices": list{obj{
			"index": 0, "logprobs": nil, "finish_reason": "stop",
			"message": obj{"role": "assistant", "content": a.text, "refusal": nil},
		}},
		"usage": completionUsage(a),
	}
}

func (completions) pieces(a answer) pieces {
	chunk := func(delta obj, finish any) frame {
		return frame{data: obj{
			"id": "chatcmpl-" + a.id, "object": "chat.completion.chunk", "created": a.created, "model": a.model,
			"choices": list{obj{"index": 0, "delta": delta, "logprobs": nil, "finish_reason": finish}},
		}}
	}
	p := pieces{head: []frame{chunk(obj{"role": "assistant", "content": ""}, nil)}}
	for _, text := range a.deltas {
		p.text = append(p.text, chunk(obj{"content": text}, nil))
	}
	p.tail = []frame{chunk(obj{}, "stop")}
	if a.usage {
		p.tail = append(p.tail, frame{data: obj{
			"id": "chatcmpl-" + a.id, "object": "chat.completion.chunk", "created": a.created, "model": a.model,
			"choices": list{}, "usage": completionUsage(a),
		}})
	}
	p.tail = append(p.tail, frame{data: done})
	return p
}

func completionUsage(a answer) obj {
	return obj{
		"prompt_tokens": a.prompt, "completion_tokens": a.output, "total_tokens": a.prompt + a.output,
		"prompt_tokens_details":     obj{"cached_tokens": 0, "audio_tokens": 0},
		"completion_tokens_details": obj{"reasoning_tokens": 0, "audio_tokens": 0},
	}
}

func (completions) explain(r refusal, model string) (int, string) { return openAIText(r, model) }
func (completions) failure(f failure) obj                         { return openAIFailure(f) }
func (completions) broken(_ answer, f failure) frame              { return frame{data: openAIFailure(f)} }

// openAIText is the text of a refusal in both of OpenAI's dialects.
func openAIText(r refusal, model string) (int, string) {
	switch r {
	case noKey:
		return http.StatusUnauthorized, "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
	case badKey:
		return http.StatusUnauthorized, "Incorrect API key provided."
	case badPath:
		return http.StatusNotFound, "Invalid URL"
	case badModel:
		return http.StatusNotFound, "The model `" + model + "` does not exist or you do not have access to it."
	default:
		return http.StatusBadRequest, "We could not parse the JSON body of your request, or it lacks a required parameter."
	}
}

// openAIFailure is OpenAI's error document.
func openAIFailure(f failure) obj {
	kind, code := "invalid_request_error", any(nil)
	switch {
	case f.refusal == badModel:
		code = "model_not_found"
	case f.status == http.StatusUnauthorized:
		code = "invalid_api_key"
	case f.status == http.StatusTooManyRequests:
		kind, code = "requests", "rate_limit_exceeded"
	case f.status >= http.StatusInternalServerError:
		kind = "server_error"
	}
	return obj{"error": obj{"message": f.message, "type": kind, "param": nil, "code": code}}
}
