package providers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/providers/internal/scan"
)

// epoch is the time part of OpenRouter's generation ids. It is fixed, and holds
// no three digits that a client could take for a status.
const epoch = "1779358422"

// openRouter is openai-completions as OpenRouter speaks it.
type openRouter struct{ completions }

func (openRouter) shape() *shape            { return openRouterChatShape }
func (openRouter) key(h http.Header) string { return either(h) }
func (openRouter) label(a *answer) string   { return generation(a.id) }

func (openRouter) headers(h http.Header, id string) {
	h.Set("X-Generation-Id", generation(id))
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "X-Generation-Id,X-Provider-Name,cf-ray")
}

func generation(id string) string { return "gen-" + epoch + "-" + id }

func (d openRouter) whole(a *answer) obj {
	message := obj{{"role", "assistant"}, {"content", content(a)}, {"refusal", nil}, {"reasoning", nil}}
	if a.reasoning != "" {
		message[3].value = a.reasoning
		message = message.with("reasoning_details", list{reasoningDetail(a.reasoning)})
	}
	if len(a.calls) > 0 {
		message = message.with("tool_calls", wholeCalls(a, "call_"))
	}
	return obj{
		{"id", generation(a.id)}, {"object", "chat.completion"}, {"created", a.created},
		{"model", a.model}, {"provider", upstream(a)},
		{"system_fingerprint", nil}, // must be here, and must not be in a chunk
		{"choices", list{obj{
			{"index", 0}, {"logprobs", nil}, {"finish_reason", chatEnding(a)}, {"native_finish_reason", chatEnding(a)},
			{"message", message},
		}}},
		{"usage", openRouterUsage(a)},
	}
}

// stream has the role in every delta, unlike OpenAI's, and comments before and
// between the data.
func (d openRouter) stream(s *stream, a *answer) {
	const processing = "OPENROUTER PROCESSING"
	head := d.head(a)
	s.comment(processing)
	s.comment(processing)
	s.body()
	for _, text := range a.pieces(a.reasoning) {
		s.says("", chunk(head, obj{
			{"role", "assistant"}, {"content", ""}, {"reasoning", text}, {"reasoning_details", list{reasoningDetail(text)}},
		}, nil), text)
	}
	pieces := a.pieces(a.text)
	says := s.template("", chunk(head, obj{{"role", "assistant"}, {"content", blank}}, nil))
	for i, text := range pieces {
		if i == len(pieces)/2 {
			s.comment(processing)
		}
		says(text)
	}
	for i, c := range a.calls {
		for _, f := range fragments(a, i, c, "call_") {
			s.says("", chunk(head, obj{{"role", "assistant"}, {"content", nil}, {"tool_calls", list{f.document}}}, nil), f.text)
		}
	}
	s.tail()
	s.data(chunk(head, obj{{"role", "assistant"}, {"content", ""}}, chatEnding(a)))
	s.data(after{head, obj{{"choices", list{}}, {"usage", openRouterUsage(a)}}})
	s.data(doneMark)
}

func chunk(head []byte, delta obj, finish any) after {
	return after{head, obj{{"choices", list{obj{
		{"index", 0}, {"delta", delta}, {"finish_reason", finish}, {"native_finish_reason", finish},
	}}}}}
}

// head is what all chunks of an answer begin with.
func (openRouter) head(a *answer) []byte {
	return encode(obj{
		{"id", generation(a.id)}, {"object", "chat.completion.chunk"}, {"created", a.created},
		{"model", a.model}, {"provider", upstream(a)},
	})
}

func reasoningDetail(text string) obj {
	return obj{{"type", "reasoning.text"}, {"text", text}, {"format", "unknown"}, {"index", 0}}
}

func openRouterUsage(a *answer) obj {
	prompt, output := a.cost()
	u := a.usage
	return obj{
		{"prompt_tokens", u.Prompt}, {"completion_tokens", u.Output}, {"total_tokens", u.Prompt + u.Output},
		{"cost", a.total()}, {"is_byok", false},
		{"prompt_tokens_details", obj{{"cached_tokens", u.Cached}, {"cache_write_tokens", 0}, {"audio_tokens", 0}, {"video_tokens", 0}}},
		{"cost_details", obj{
			{"upstream_inference_cost", a.total()},
			{"upstream_inference_prompt_cost", prompt},
			{"upstream_inference_completions_cost", output},
		}},
		{"completion_tokens_details", obj{{"reasoning_tokens", u.Reasoning}, {"image_tokens", 0}, {"audio_tokens", 0}}},
	}
}

func (openRouter) explain(w why, model string) (int, string) {
	switch w.refusal {
	case noKey:
		return http.StatusUnauthorized, "No cookie auth credentials found"
	case badKey:
		return http.StatusUnauthorized, "User not found."
	case badPath:
		return http.StatusNotFound, "Not Found"
	case forbidden:
		return http.StatusForbidden, "Only management keys can perform this operation"
	case badModel:
		return http.StatusBadRequest, model + " is not a valid model ID"
	}
	return http.StatusBadRequest, "Invalid request parameters"
}

// failure has an integer code; clients of OpenRouter choke on a string.
func (openRouter) failure(f failure) obj {
	said := obj{{"code", f.status}, {"message", f.message}}
	if f.metadata != nil {
		said = said.with("metadata", f.metadata)
	}
	document := obj{{"error", said}}
	if f.known {
		document = document.with("user_id", "user_fake")
	}
	return document
}

// broken is a chunk like all others with an error beside its choices.
func (d openRouter) broken(s *stream, a *answer, f failure, code string) {
	said := obj{{"code", f.status}, {"message", f.message}}
	if code != "" {
		said[0].value = code
	}
	if f.metadata != nil {
		said = said.with("metadata", f.metadata)
	}
	s.data(after{d.head(a), obj{
		{"error", said}, {"choices", list{obj{{"index", 0}, {"delta", obj{{"content", ""}}}, {"finish_reason", "error"}}}},
	}})
}

// winner is the model that answers: suffixes that only steer the routing are
// gone, those that name a model of its own stay.
func (openRouter) winner(model string) string {
	base, suffix, ok := strings.Cut(model, ":")
	if ok && slices.Contains([]string{"nitro", "floor", "online", "exacto"}, suffix) {
		return base
	}
	return model
}

// upstreams are the providers behind OpenRouter: slug, display name.
func upstreams() [][2]string {
	return [][2]string{
		{"anthropic", "Anthropic"}, {"azure", "Azure"}, {"deepinfra", "DeepInfra"}, {"google-ai-studio", "Google AI Studio"},
		{"groq", "Groq"}, {"mistral", "Mistral"}, {"openai", "OpenAI"}, {"together", "Together"},
	}
}

// upstream is the display name of the provider that serves the model.
func upstream(a *answer) string {
	if a.provider != "" {
		return a.provider
	}
	author, _, _ := strings.Cut(a.model, "/")
	switch author {
	case "google":
		return "Google AI Studio"
	case "mistralai":
		return "Mistral"
	}
	for _, u := range upstreams() {
		if u[0] == author {
			return u[1]
		}
	}
	return "DeepInfra"
}

// route chooses among the providers that the request allows.
func (openRouter) route(e *exchange) (why, string) {
	if e.question.only == nil {
		return why{}, ""
	}
	name := ""
	_ = scan.Array(e.question.only, func(slug []byte) { // what is no list allows all
		text, _ := scan.Text(slug)
		for _, u := range upstreams() {
			if base, _, _ := strings.Cut(text, "/"); name == "" && u[0] == base {
				name = u[1]
			}
		}
	})
	if name == "" {
		return why{refusal: badModel}, "No allowed providers are available for the selected model."
	}
	if e.say.Provider == "" {
		e.say.Provider = name
	}
	return why{}, ""
}
