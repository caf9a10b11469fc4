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
func (d anthropic) shape() *shape {
	if d.openRouter {
		return openRouterMessagesShape
	}
	return anthropicShape
}
func (anthropic) talk(items []item) talk     { return blocksTalk(items) }
func (anthropic) winner(model string) string { return model }
func (anthropic) key(h http.Header) string   { return either(h) }

func (d anthropic) label(a *answer) string {
	if d.openRouter {
		return generation(a.id)
	}
	return "msg_" + a.id
}

func (d anthropic) headers(h http.Header, id string) {
	if d.openRouter {
		openRouter{}.headers(h, id)
		return
	}
	h.Set("Request-Id", "req_"+id)
}

func (d anthropic) message(a *answer, content list, stop any, output int) obj {
	return obj{
		{"id", d.label(a)}, {"type", "message"}, {"role", "assistant"}, {"model", a.model},
		{"content", content}, {"stop_reason", stop}, {"stop_sequence", nil},
		{"usage", obj{
			{"input_tokens", a.usage.Prompt}, {"cache_creation_input_tokens", 0}, {"cache_read_input_tokens", a.usage.Cached},
			{"output_tokens", output},
		}},
	}
}

// signature is what closes a block of thinking; it only has to come back as it
// is.
func signature(a *answer) string { return "sig" + a.id }

func (d anthropic) ending(a *answer) string {
	return a.ending("end_turn", "tool_use", "max_tokens", "refusal")
}

func (d anthropic) whole(a *answer) obj {
	content := list{}
	if a.reasoning != "" {
		content = append(content, obj{{"type", "thinking"}, {"thinking", a.reasoning}, {"signature", signature(a)}})
	}
	if a.text != "" || len(a.calls) == 0 {
		content = append(content, obj{{"type", "text"}, {"text", a.text}})
	}
	for _, c := range a.calls {
		content = append(content, obj{{"type", "tool_use"}, {"id", c.prefixed("toolu_")}, {"name", c.name}, {"input", c.value()}})
	}
	return d.message(a, content, d.ending(a), a.usage.Output)
}

func (d anthropic) stream(s *stream, a *answer) {
	send := func(kind string, members ...member) {
		s.event(kind, append(obj{{"type", kind}}, members...), 0)
	}
	deltas := func(index int, kind, member string, pieces ...string) {
		says := s.template("content_block_delta", obj{
			{"type", "content_block_delta"}, {"index", index}, {"delta", obj{{"type", kind}, {member, blank}}},
		})
		for _, text := range pieces {
			says(text)
		}
	}
	send("message_start", member{"message", d.message(a, list{}, nil, 1)})
	index := 0
	block := func(first obj, inner func()) {
		send("content_block_start", member{"index", index}, member{"content_block", first})
		if index == 0 {
			send("ping")
			s.body()
		}
		inner()
		send("content_block_stop", member{"index", index})
		index++
	}
	if a.reasoning != "" {
		block(obj{{"type", "thinking"}, {"thinking", ""}, {"signature", ""}}, func() {
			deltas(index, "thinking_delta", "thinking", a.pieces(a.reasoning)...)
			deltas(index, "signature_delta", "signature", signature(a))
		})
	}
	if a.text != "" || len(a.calls) == 0 {
		block(obj{{"type", "text"}, {"text", ""}}, func() {
			deltas(index, "text_delta", "text", a.pieces(a.text)...)
			if len(a.calls) == 0 {
				s.tail()
			}
		})
	}
	for i, c := range a.calls {
		block(obj{{"type", "tool_use"}, {"id", c.prefixed("toolu_")}, {"name", c.name}, {"input", obj{}}}, func() {
			deltas(index, "input_json_delta", "partial_json", a.pieces(c.arguments)...)
			if i == len(a.calls)-1 {
				s.tail()
			}
		})
	}
	send("message_delta", member{"delta", obj{{"stop_reason", d.ending(a)}, {"stop_sequence", nil}}},
		member{"usage", obj{{"output_tokens", a.usage.Output}}})
	send("message_stop")
}

func (d anthropic) explain(w why, model string) (int, string) {
	if d.openRouter {
		return openRouter{}.explain(w, model)
	}
	switch w.refusal {
	case noKey:
		return http.StatusUnauthorized, "x-api-key header is required"
	case badKey:
		return http.StatusUnauthorized, "invalid x-api-key"
	case badPath:
		return http.StatusNotFound, "Not Found"
	case badModel:
		return http.StatusNotFound, "model: " + model
	}
	switch w.problem.kind {
	case missing:
		return http.StatusBadRequest, w.problem.name + ": Field required"
	case misshapen:
		return http.StatusBadRequest, w.problem.name + ": Input is not valid"
	case unknownOne:
		return http.StatusBadRequest, w.problem.name + ": Extra inputs are not permitted"
	}
	return http.StatusBadRequest, "The request body is not valid JSON"
}

func (d anthropic) failure(f failure) obj {
	id := any("req_" + f.id)
	if d.openRouter {
		id = nil
	}
	return obj{{"type", "error"}, {"error", obj{{"type", anthropicKind(f.status)}, {"message", f.message}}}, {"request_id", id}}
}

func (d anthropic) broken(s *stream, _ *answer, f failure, _ string) {
	s.event("error", d.failure(f), 0)
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
