package providers

import "strings"

// The members that requests may have, by dialect: those of the providers' own
// client libraries and API references.
const (
	openAIChat = `messages model audio frequency_penalty function_call functions logit_bias logprobs
		max_completion_tokens max_tokens metadata modalities moderation n parallel_tool_calls prediction presence_penalty
		prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier
		seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user
		verbosity web_search_options`

	openRouterChat = openAIChat + ` models prompt provider plugins transforms route reasoning include_reasoning
		structured_outputs top_k top_a min_p repetition_penalty image_config cache_control session_id trace debug usage
		stop_server_tools_when`

	// Of those who speak OpenAI's dialect with words of their own.
	compatibleChat = openRouterChat + ` thinking enable_thinking preserve_thinking chat_template_kwargs reasoning_format
		reasoning_split tool_stream top_k_return_sequences extra_body search_settings documents disable_tool_validation
		citation_options compound_custom exclude_domains include_domains safety_model context_length_exceeded_behavior
		mask_sensitive_info echo suffix best_of num_ctx keep_alive guided_json guided_regex guided_choice
		min_tokens ignore_eos`

	openAIResponses = `background context_management conversation include input instructions max_output_tokens max_tool_calls
		metadata model moderation parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_options
		prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options temperature text
		tool_choice tools top_logprobs top_p truncation user`

	openRouterResponses = openAIResponses + ` cache_control debug frequency_penalty image_config modalities models plugins
		presence_penalty provider session_id stop_server_tools_when top_k trace`

	anthropicMessages = `max_tokens messages model billing_policy cache_control compaction container context_management
		diagnostics fallback_credit_token fallbacks inference_geo mcp_servers metadata output_config output_format
		service_tier speed stop_sequences stream system temperature thinking thread tool_choice tools top_k top_p
		user_profile_id workspace_id`

	googleContents = `contents tools toolConfig safetySettings systemInstruction generationConfig cachedContent labels
		serviceTier store model`

	mistralChat = `messages model temperature top_p max_tokens stream stop random_seed metadata response_format tools
		tool_choice presence_penalty frequency_penalty n prediction parallel_tool_calls reasoning_effort prompt_mode
		guardrails prompt_cache_key service_tier safe_prompt`

	openRouterPrompt = `prompt model models stream stream_options max_tokens temperature top_p top_k top_a min_p
		frequency_penalty presence_penalty repetition_penalty seed stop logit_bias logprobs top_logprobs n best_of echo
		suffix user provider plugins transforms route reasoning session_id trace usage metadata`
)

// The shapes of the dialects. They are never changed.
var (
	openAIChatShape          = shaped("messages", true, strings.Fields(openAIChat))
	compatibleChatShape      = shaped("messages", false, strings.Fields(compatibleChat))
	openRouterChatShape      = shaped("messages", false, strings.Fields(openRouterChat))
	openRouterPromptShape    = shaped("prompt", false, strings.Fields(openRouterPrompt))
	openAIResponsesShape     = shaped("input", true, strings.Fields(openAIResponses))
	openRouterResponsesShape = shaped("input", false, strings.Fields(openRouterResponses))
	anthropicShape           = shaped("messages", true, strings.Fields(anthropicMessages), "max_tokens")
	openRouterMessagesShape  = shaped("messages", false, strings.Fields(anthropicMessages+" models provider plugins session_id trace route"), "max_tokens")
	googleShape              = shaped("contents", true, strings.Fields(googleContents))
	mistralShape             = shaped("messages", true, strings.Fields(mistralChat))
)
