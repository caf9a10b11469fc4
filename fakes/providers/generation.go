package providers

import (
	"net/http"
	"time"
)

// generation tells of an answer that was given before.
func (e *exchange) generation() {
	id := e.r.URL.Query().Get("id")
	for _, c := range e.tenant.Journal() {
		if c.Host == e.host && c.AnswerID == id && id != "" && c.End != "" {
			e.give(obj{{"data", record(c)}})
			return
		}
	}
	e.fail(openRouter{}, why{}, http.StatusNotFound, "Generation "+id+" not found", nil)
}

// record is everything that OpenRouter remembers of an answer.
func record(c Call) obj {
	usage := Usage{}
	if c.Usage != nil {
		usage = *c.Usage
	}
	provider := upstream(&answer{model: c.AnswerModel})
	cancelled := c.End == Gone
	origin := c.Header["http-referer"]
	finish, native := any(c.Finish), any(c.Finish)
	if cancelled {
		finish, native = nil, nil
	}
	return obj{
		{"id", c.AnswerID}, {"upstream_id", nil}, {"total_cost", c.Cost}, {"cache_discount", nil},
		{"upstream_inference_cost", c.Cost}, {"created_at", c.At.UTC().Format(time.RFC3339Nano)}, {"model", c.AnswerModel},
		{"app_id", nil}, {"streamed", c.Stream}, {"cancelled", cancelled}, {"provider_name", provider},
		{"latency", c.FirstMillis}, {"moderation_latency", nil}, {"generation_time", c.Millis}, {"finish_reason", finish},
		{"native_finish_reason", native}, {"tokens_prompt", usage.Prompt}, {"tokens_completion", usage.Output},
		{"native_tokens_prompt", usage.Prompt}, {"native_tokens_completion", usage.Output},
		{"native_tokens_completion_images", nil}, {"native_tokens_reasoning", usage.Reasoning}, {"native_tokens_cached", usage.Cached},
		{"num_media_prompt", nil}, {"num_input_audio_prompt", nil}, {"num_media_completion", nil}, {"num_search_results", nil},
		{"num_fetches", nil}, {"origin", origin}, {"usage", c.Cost}, {"is_byok", false}, {"external_user", nil}, {"api_type", apiType(c)},
		{"router", nil}, {"provider_responses", list{}}, {"user_agent", c.Header["user-agent"]}, {"http_referer", c.Header["http-referer"]},
		{"data_region", "global"}, {"preset_id", nil}, {"service_tier", nil}, {"web_search_engine", nil}, {"workspace_id", nil},
	}
}

func apiType(c Call) any {
	if c.Dialect == "text-completions" || c.Dialect == "openai-completions" {
		return "completions"
	}
	return nil
}
