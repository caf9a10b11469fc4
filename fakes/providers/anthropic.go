package providers

import "net/http"

// anthropic is anthropic-messages, as Anthropic and MiniMax speak it or with
// OpenRouter behind it.
type anthropic struct {
	openRouter bool
}

func (anthropic) name() string                            { return "anthropic-messages" }
func (anthropic) landmark() string                        { return "/v1/messages" }
func (anthropic) operation(path string) (operation, bool) { return exactly(path, "/v1/messages") }
func (anthropic) winner(model string) string              { return model }
func (anthropic) content() string                         { return "messages" }
func (anthropic) key(h http.Header) string                { return either(h) }

func (d anthropic) headers(h http.Header, id string) {
	if d.openRouter {
		openRouter{}.headers(h, id)
		return
	}
	h.Set("Request-Id", "req_"+id)
}

func (d anthropic) message(a answer, content list, stop any, output int) obj {
	id := "msg_" + a.id
	if d.openRouter {
		id = generation(a.id)
	}
	return obj{
		"id": id, "type": "message", "role": "assistant", "model": a.model,
		"content": content, "stop_reason": stop, "stop_sequence": nil,
		"usage": obj{
			"input_tokens": a.prompt, "output_tokens": output,
			"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
		},
	}
}

func (d anthropic) whole(a answer) obj {
	return d.message(a, list{obj{"type": "text", "text": a.text}}, "end_turn", a.output)
}

func (d anthropic) pieces(a answer) pieces {
	event := func(name string, data obj) frame {
		data["type"] = name
		return frame{event: name, data: data}
	}
	p := pieces{
		head: []frame{
			event("message_start", obj{"message": d.message(a, list{}, nil, 1)}),
			event("content_block_start", obj{"index": 0, "content_block": obj{"type": "text", "text": ""}}),
			event("ping", obj{}),
		},
		tail: []frame{
			event("content_block_stop", obj{"index": 0}),
			event("message_delta", obj{
				"delta": obj{"stop_reason": "end_turn", "stop_sequence": nil},
				"usage": obj{"output_tokens": a.output},
			}),
			event("message_stop", obj{}),
		},
	}
	for _, text := range a.deltas {
		p.text = append(p.text, event("content_block_delta", obj{"index": 0, "delta": obj{"type": "text_delta", "text": text}}))
	}
	return p
}

func (d anthropic) explain(r refusal, model string) (int, string) {
	if d.openRouter {
		return openRouter{}.explain(r, model)
	}
	switch r {
	case noKey:
		return http.StatusUnauthorized, "x-api-key header is required"
	case badKey:
		return http.StatusUnauthorized, "invalid x-api-key"
	case badPath:
		return http.StatusNotFound, "Not Found"
	case badModel:
		return http.StatusNotFound, "model: " + model
	default:
		return http.StatusBadRequest, "The request body is not valid JSON, or messages or model: Field required"
	}
}

func (d anthropic) failure(f failure) obj {
	id := any("req_" + f.id)
	if d.openRouter {
		id = nil
	}
	return obj{"type": "error", "error": obj{"type": anthropicKind(f.status), "message": f.message}, "request_id": id}
}

func (d anthropic) broken(_ answer, f failure) frame {
	return frame{event: "error", data: d.failure(f)}
}

// anthropicKind is Anthropic's own word for a status.
func anthropicKind(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "authentication_error"
	case http.StatusPaymentRequired:
		return "billing_error"
	case http.StatusForbidden:
		return "permission_error"
	case http.StatusNotFound:
		return "not_found_error"
	case http.StatusRequestEntityTooLarge:
		return "request_too_large"
	case http.StatusTooManyRequests:
		return "rate_limit_error"
	case http.StatusGatewayTimeout:
		return "timeout_error"
	case http.StatusServiceUnavailable, 529:
		return "overloaded_error"
	}
	if status >= http.StatusInternalServerError {
		return "api_error"
	}
	return "invalid_request_error"
}
