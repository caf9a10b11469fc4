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
func (google) winner(model string) string  { return model }
func (google) content() string             { return "contents" }
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

func (google) chunk(a answer, text string, finish string) obj {
	candidate := obj{"index": 0, "content": obj{"role": "model", "parts": list{obj{"text": text}}}}
	chunk := obj{"candidates": list{candidate}, "modelVersion": a.model, "responseId": a.id}
	if finish != "" {
		candidate["finishReason"] = finish
		chunk["usageMetadata"] = obj{
			"promptTokenCount": a.prompt, "candidatesTokenCount": a.output, "totalTokenCount": a.prompt + a.output,
		}
	}
	return chunk
}

func (d google) whole(a answer) obj { return d.chunk(a, a.text, "STOP") }

func (d google) pieces(a answer) pieces {
	p := pieces{lineEnd: "\r\n"}
	for _, text := range a.deltas {
		p.text = append(p.text, frame{data: d.chunk(a, text, "")})
	}
	p.tail = []frame{{data: d.chunk(a, "", "STOP")}}
	return p
}

func (google) explain(r refusal, model string) (int, string) {
	switch r {
	case noKey:
		return http.StatusUnauthorized, "Request is missing required authentication credential. Expected an API key or another valid authentication credential."
	case badKey:
		return http.StatusUnauthorized, "API key not valid. Please pass a valid API key."
	case badPath:
		return http.StatusNotFound, "Requested entity was not found."
	case badModel:
		return http.StatusNotFound, "models/" + model + " is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods."
	default:
		return http.StatusBadRequest, "Invalid JSON payload received, or contents is not specified"
	}
}

func (google) failure(f failure) obj {
	return obj{"error": obj{"code": f.status, "message": f.message, "status": googleStatus(f.status)}}
}

func (d google) broken(_ answer, f failure) frame { return frame{data: d.failure(f)} }

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
