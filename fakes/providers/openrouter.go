package providers

import (
	"net/http"
	"strings"
)

// epoch is the time part of OpenRouter's generation ids. It is fixed, and holds
// no three digits that a client could take for a status.
const epoch = "1779358422"

// openRouter is openai-completions as OpenRouter speaks it.
type openRouter struct{ completions }

func (openRouter) key(h http.Header) string { return either(h) }

func (openRouter) headers(h http.Header, id string) {
	h.Set("X-Generation-Id", generation(id))
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "X-Generation-Id,X-Provider-Name,cf-ray")
}

func generation(id string) string { return "gen-" + epoch + "-" + id }

func (openRouter) whole(a answer) obj {
	return obj{
		"id": generation(a.id), "object": "chat.completion", "created": a.created,
		"model": a.model, "provider": upstream(a.model),
		"system_fingerprint": nil, // must be here, and must not be in a chunk
		"choices": list{obj{
			"index": 0, "logprobs": nil, "finish_reason": "stop", "native_finish_reason": "stop",
			"message": obj{"role": "assistant", "content": a.text, "refusal": nil, "reasoning": nil},
		}},
		"usage": openRouterUsage(a),
	}
}

func (d openRouter) pieces(a answer) pieces {
	processing := frame{comment: "OPENROUTER PROCESSING"}
	p := pieces{head: []frame{processing, processing}}
	for i, text := range a.deltas {
		if i == len(a.deltas)/2 { // they come between data as well
			p.text = append(p.text, processing)
		}
		p.text = append(p.text, d.chunk(a, text, nil))
	}
	usage := d.envelope(a)
	usage["choices"], usage["usage"] = list{}, openRouterUsage(a)
	p.tail = []frame{d.chunk(a, "", "stop"), {data: usage}, {data: done}}
	return p
}

// chunk has the role in every delta, unlike OpenAI's.
func (d openRouter) chunk(a answer, text string, finish any) frame {
	data := d.envelope(a)
	data["choices"] = list{obj{
		"index": 0, "delta": obj{"role": "assistant", "content": text},
		"finish_reason": finish, "native_finish_reason": finish,
	}}
	return frame{data: data}
}

func (openRouter) envelope(a answer) obj {
	return obj{
		"id": generation(a.id), "object": "chat.completion.chunk", "created": a.created,
		"model": a.model, "provider": upstream(a.model),
	}
}

func openRouterUsage(a answer) obj {
	prompt, output := float64(a.prompt)*1.5e-7, float64(a.output)*6e-7
	return obj{
		"prompt_tokens": a.prompt, "completion_tokens": a.output, "total_tokens": a.prompt + a.output,
		"cost": prompt + output, "is_byok": false,
		"prompt_tokens_details": obj{"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0, "video_tokens": 0},
		"cost_details": obj{
			"upstream_inference_cost":             prompt + output,
			"upstream_inference_prompt_cost":      prompt,
			"upstream_inference_completions_cost": output,
		},
		"completion_tokens_details": obj{"reasoning_tokens": 0, "image_tokens": 0, "audio_tokens": 0},
	}
}

func (openRouter) explain(r refusal, model string) (int, string) {
	switch r {
	case noKey:
		return http.StatusUnauthorized, "No cookie auth credentials found"
	case badKey:
		return http.StatusUnauthorized, "User not found."
	case badPath:
		return http.StatusNotFound, "Not Found"
	case badModel:
		return http.StatusBadRequest, model + " is not a valid model ID"
	default:
		return http.StatusBadRequest, "Invalid request parameters"
	}
}

// failure has an integer code; clients of OpenRouter choke on a string.
func (openRouter) failure(f failure) obj {
	document := obj{"error": obj{"code": f.status, "message": f.message}}
	if f.known {
		document["user_id"] = "user_fake"
	}
	return document
}

// broken is a chunk like all others with an error beside its choices.
func (d openRouter) broken(a answer, f failure) frame {
	data := d.envelope(a)
	data["error"] = obj{"code": f.status, "message": f.message}
	data["choices"] = list{obj{"index": 0, "delta": obj{"content": ""}, "finish_reason": "error"}}
	return frame{data: data}
}

// winner is the model that answers: suffixes that only steer the routing are
// gone, those that name a model of its own stay.
func (openRouter) winner(model string) string {
	base, suffix, ok := strings.Cut(model, ":")
	switch {
	case !ok:
		return model
	case suffix == "nitro", suffix == "floor", suffix == "online", suffix == "exacto":
		return base
	}
	return model
}

// upstream is the display name of a provider that could have served the model.
func upstream(model string) string {
	author, _, _ := strings.Cut(model, "/")
	switch author {
	case "openai":
		return "OpenAI"
	case "anthropic":
		return "Anthropic"
	case "google":
		return "Google AI Studio"
	case "mistralai":
		return "Mistral"
	}
	return "DeepInfra"
}

// either is a credential in one of two places.
func either(h http.Header) string {
	if key := h.Get("X-Api-Key"); key != "" {
		return key
	}
	return bearer(h)
}
