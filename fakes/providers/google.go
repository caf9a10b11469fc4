package providers

import (
	"net/http"
	"strings"
)

// google is google-generative-ai. Its paths name the model and whether to
// stream.
type google struct{}

func (google) name() string                { return "google-generative-ai" }
func (google) landmark() string            { return "/models/" }
func (google) shape() *shape               { return googleShape }
func (google) talk(items []item) talk      { return contentsTalk(items) }
func (google) winner(model string) string  { return model }
func (google) label(a *answer) string      { return a.id }
func (google) headers(http.Header, string) {}
func (google) key(h http.Header) string    { return h.Get("X-Goog-Api-Key") }

func (google) operation(path string) (operation, bool) {
	id, ok := strings.CutPrefix(path, "/models/")
	if !ok {
		return operation{}, false
	}
	colon := strings.LastIndex(id, ":")
	if colon <= 0 || strings.HasPrefix(id, "models/") {
		return operation{}, false
	}
	switch id[colon:] {
	case ":generateContent":
		return operation{model: id[:colon]}, true
	case ":streamGenerateContent":
		return operation{model: id[:colon], stream: true}, true
	}
	return operation{}, false
}

func (google) chunk(a *answer, parts list, finish string) obj {
	candidate := obj{{"content", obj{{"parts", parts}, {"role", "model"}}}}
	chunk := obj{{"candidates", nil}}
	if finish != "" {
		candidate = candidate.with("finishReason", finish)
	}
	chunk[0].value = list{candidate.with("index", 0)}
	if finish != "" {
		u := a.usage
		usage := obj{{"promptTokenCount", u.Prompt}, {"candidatesTokenCount", u.Output}, {"totalTokenCount", u.Prompt + u.Output + u.Reasoning}}
		if u.Reasoning > 0 {
			usage = usage.with("thoughtsTokenCount", u.Reasoning)
		}
		chunk = chunk.with("usageMetadata", usage)
	}
	return chunk.with("modelVersion", a.model).with("responseId", a.id)
}

// ending is STOP after calls too: clients know no other word for it.
func (google) ending(a *answer) string { return a.ending("STOP", "STOP", "MAX_TOKENS", "SAFETY") }

func text(s string) obj { return obj{{"text", s}} }

func (google) call(c toolCall) obj {
	return obj{{"functionCall", obj{{"name", c.name}, {"args", c.value()}}}}
}

func (d google) whole(a *answer) obj {
	parts := list{}
	if a.reasoning != "" {
		parts = append(parts, text(a.reasoning).with("thought", true))
	}
	if a.text != "" || len(a.calls) == 0 {
		parts = append(parts, text(a.text))
	}
	for _, c := range a.calls {
		parts = append(parts, d.call(c))
	}
	return d.chunk(a, parts, d.ending(a))
}

func (d google) stream(s *stream, a *answer) {
	s.eol = "\r\n"
	s.body()
	for _, t := range a.pieces(a.reasoning) {
		s.says("", d.chunk(a, list{text(t).with("thought", true)}, ""), t)
	}
	says := s.template("", d.chunk(a, list{text(blank)}, ""))
	for _, t := range a.pieces(a.text) {
		says(t)
	}
	for _, c := range a.calls {
		s.says("", d.chunk(a, list{d.call(c)}, ""), c.arguments)
	}
	s.tail()
	s.data(d.chunk(a, list{text("")}, d.ending(a)))
}

func (google) explain(w why, model string) (int, string) {
	switch w.refusal {
	case noKey:
		return http.StatusUnauthorized, "Request is missing required authentication credential. Expected an API key or another valid authentication credential."
	case badKey:
		return http.StatusUnauthorized, "API key not valid. Please pass a valid API key."
	case badPath:
		return http.StatusNotFound, "Requested entity was not found."
	case badModel:
		return http.StatusNotFound, "models/" + model + " is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods."
	}
	if w.problem.kind == unknownOne {
		return http.StatusBadRequest, `Invalid JSON payload received. Unknown name "` + w.problem.name + `": Cannot find field.`
	}
	if w.problem.kind == missing || w.problem.kind == misshapen {
		return http.StatusBadRequest, "* GenerateContentRequest." + w.problem.name + ": " + w.problem.name + " is not specified"
	}
	return http.StatusBadRequest, "Invalid JSON payload received."
}

func (google) failure(f failure) obj {
	return obj{{"error", obj{{"code", f.status}, {"message", f.message}, {"status", googleStatus(f.status)}}}}
}

func (d google) broken(s *stream, _ *answer, f failure, _ string) {
	s.eol = "\r\n"
	s.data(d.failure(f))
}

// googleStatus is Google's own word for a status.
func googleStatus(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "UNAUTHENTICATED"
	case http.StatusForbidden:
		return "PERMISSION_DENIED"
	case http.StatusNotFound:
		return "NOT_FOUND"
	case http.StatusTooManyRequests:
		return "RESOURCE_EXHAUSTED"
	case http.StatusServiceUnavailable:
		return "UNAVAILABLE"
	case http.StatusGatewayTimeout:
		return "DEADLINE_EXCEEDED"
	}
	if status >= http.StatusInternalServerError {
		return "INTERNAL"
	}
	return "INVALID_ARGUMENT"
}
