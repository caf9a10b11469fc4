package providers

import (
	"slices"
	"strings"
)

// catalogue is the ids that a list of models shows: those that the script names
// without a pattern, else a few.
func (e *exchange) catalogue() []string {
	var ids []string
	for _, p := range e.play.Models {
		if text := string(p); text != "" && !strings.ContainsAny(text, "*") && !strings.HasPrefix(text, "/") {
			ids = append(ids, text)
		}
	}
	if len(ids) == 0 {
		ids = someModels(e.host)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(e.play.Unserved, id) })
}

// someModels are models of a host, for those who ask for a list.
func someModels(host string) []string {
	switch host {
	case "openrouter.ai":
		return []string{"anthropic/claude-3-haiku", "google/gemma-4-26b-a4b-it:free", "moonshotai/kimi-k2.6", "openai/gpt-4o-mini"}
	case "api.anthropic.com":
		return []string{"claude-sonnet-4-5"}
	case "generativelanguage.googleapis.com":
		return []string{"gemini-2.5-flash"}
	case "api.mistral.ai":
		return []string{"codestral-latest"}
	case "api.groq.com":
		return []string{"llama-3.1-8b-instant", "openai/gpt-oss-20b"}
	case "api.together.ai", "api.together.xyz":
		return []string{"moonshotai/Kimi-K2.6"}
	case "api.minimax.io":
		return []string{"MiniMax-M2.7"}
	}
	return []string{"gpt-4o", "gpt-4o-mini"}
}

// listOf is OpenRouter's list of models.
func listOf(ids []string) obj {
	data := list{}
	for _, id := range ids {
		data = append(data, model(id))
	}
	return obj{{"data", data}, {"links", obj{{"next", nil}}}, {"total_count", len(ids)}}
}

// contextLength and longestAnswer are those of every model here, in tokens.
const (
	contextLength = 128_000
	longestAnswer = 16_384
)

func architecture() obj {
	return obj{
		{"modality", "text+image->text"}, {"input_modalities", list{"text", "image"}}, {"output_modalities", list{"text"}},
		{"tokenizer", "Other"}, {"instruct_type", nil},
	}
}

func pricing(id string) obj {
	if strings.HasSuffix(id, ":free") {
		return obj{{"prompt", "0"}, {"completion", "0"}}
	}
	return obj{{"prompt", "0.00000015"}, {"completion", "0.0000006"}}
}

func parameters() list {
	return list{"max_tokens", "temperature", "top_p", "stop", "tools", "tool_choice", "reasoning", "response_format"}
}

// model has every member that OpenRouter's own client library demands.
func model(id string) obj {
	return obj{
		{"id", id}, {"canonical_slug", id}, {"hugging_face_id", nil}, {"name", id}, {"created", 1_700_000_000}, {"description", ""},
		{"context_length", contextLength}, {"architecture", architecture()}, {"pricing", pricing(id)},
		{"top_provider", obj{{"context_length", contextLength}, {"max_completion_tokens", longestAnswer}, {"is_moderated", false}}},
		{"per_request_limits", nil}, {"supported_parameters", parameters()}, {"default_parameters", nil},
		{"supported_voices", nil}, {"links", obj{{"details", "/api/v1/models/" + id + "/endpoints"}}},
	}
}

// endpoints is who serves a model at OpenRouter.
func endpoints(id string) obj {
	provider := upstream(&answer{model: id})
	tag := "deepinfra"
	for _, u := range upstreams() {
		if u[1] == provider {
			tag = u[0]
		}
	}
	latency := obj{{"p50", 350}, {"p75", 450}, {"p90", 700}, {"p99", 1400}}
	throughput := obj{{"p50", 80}, {"p75", 70}, {"p90", 55}, {"p99", 30}}
	return obj{
		{"id", id}, {"name", id}, {"created", 1_700_000_000}, {"description", ""}, {"architecture", architecture()},
		{"endpoints", list{obj{
			{"name", provider + " | " + id}, {"model_id", id}, {"model_name", id}, {"context_length", contextLength},
			{"pricing", pricing(id)}, {"provider_name", provider}, {"tag", tag}, {"quantization", nil},
			{"max_completion_tokens", longestAnswer}, {"max_prompt_tokens", nil}, {"supported_parameters", parameters()}, {"status", 0},
			{"uptime_last_30m", 100}, {"uptime_last_5m", 100}, {"uptime_last_1d", 100}, {"supports_implicit_caching", false},
			{"supports_tool_choice", obj{{"auto", true}, {"none", true}, {"required", true}, {"function", true}}},
			{"latency_last_30m", latency}, {"throughput_last_30m", throughput},
		}}},
	}
}

func providersList() list {
	var all list
	for _, u := range upstreams() {
		all = append(all, obj{
			{"name", u[1]}, {"slug", u[0]}, {"privacy_policy_url", nil}, {"terms_of_service_url", nil}, {"status_page_url", nil},
			{"headquarters", nil}, {"datacenters", list{}},
		})
	}
	return all
}

// listing answers the other providers' lists of models, and reports whether the
// path is one.
func (e *exchange) listing() bool {
	var shown func(ids []string) obj
	switch {
	case e.host == "generativelanguage.googleapis.com" && (e.path == "/v1beta/models" || e.path == "/v1/models"):
		shown = googleModels
	case e.host == "api.anthropic.com" && e.path == "/v1/models":
		shown = anthropicModels
	case e.host == "api.groq.com" && e.path == "/openai/v1/models",
		e.host != "api.groq.com" && e.host != "generativelanguage.googleapis.com" && e.path == "/v1/models":
		shown = openAIModels
	default:
		return false
	}
	dialect := dialect(completions{openAI: true})
	if list := e.server.hosts[e.host]; len(list) > 0 {
		dialect = list[0].dialect
	}
	switch key := dialect.key(e.r.Header); {
	case key == "":
		e.refuse(dialect, why{refusal: noKey})
	case !e.accepted(e.host):
		e.refuse(dialect, why{refusal: badKey})
	default:
		e.give(shown(e.catalogue()))
	}
	return true
}

func openAIModels(ids []string) obj {
	data := list{}
	for _, id := range ids {
		data = append(data, obj{{"id", id}, {"object", "model"}, {"created", 1_700_000_000}, {"owned_by", "fake"}})
	}
	return obj{{"object", "list"}, {"data", data}}
}

func anthropicModels(ids []string) obj {
	data := list{}
	for _, id := range ids {
		data = append(data, obj{{"type", "model"}, {"id", id}, {"display_name", id}, {"created_at", "2025-01-01T00:00:00Z"}})
	}
	document := obj{{"data", data}, {"has_more", false}, {"first_id", nil}, {"last_id", nil}}
	if len(ids) > 0 {
		document[2].value, document[3].value = ids[0], ids[len(ids)-1]
	}
	return document
}

func googleModels(ids []string) obj {
	data := list{}
	for _, id := range ids {
		data = append(data, obj{
			{"name", "models/" + id}, {"version", "001"}, {"displayName", id}, {"inputTokenLimit", contextLength},
			{"outputTokenLimit", longestAnswer}, {"supportedGenerationMethods", list{"generateContent"}},
		})
	}
	return obj{{"models", data}}
}
