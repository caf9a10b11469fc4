package capability

// piModels is what the platform advertises for Pi: ids that are built into all
// releases of Pi from 0.79 to 0.87, so that advertised means settable. The ids
// are the provider's own, without its name in front.
func piModels() map[string][]string {
	mistral := []string{
		"codestral-latest", "devstral-medium-latest", "magistral-medium-latest", "mistral-large-latest",
		"mistral-medium-latest", "mistral-small-latest",
	}
	return map[string][]string{
		"openai": {
			"gpt-5.5", "gpt-5.4", "gpt-5.4-mini", "gpt-5.2", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-4.1",
			"gpt-4.1-mini", "gpt-4o", "gpt-4o-mini", "o3", "o4-mini",
		},
		"anthropic": {
			"claude-opus-4-8", "claude-opus-4-7", "claude-opus-4-6", "claude-opus-4-5", "claude-sonnet-4-6",
			"claude-sonnet-4-5", "claude-haiku-4-5",
		},
		"gemini":    {"gemini-3.1-pro-preview", "gemini-3-flash-preview", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"},
		"mistral":   mistral,
		"mistralai": mistral,
		"groq":      {"openai/gpt-oss-120b", "openai/gpt-oss-20b", "llama-3.3-70b-versatile", "llama-3.1-8b-instant"},
		"minimax":   {"MiniMax-M3", "MiniMax-M2.7", "MiniMax-M2.7-highspeed"},
		"together_ai": {
			"moonshotai/Kimi-K2.6", "MiniMaxAI/MiniMax-M2.7", "deepseek-ai/DeepSeek-V4-Pro",
			"meta-llama/Llama-3.3-70B-Instruct-Turbo", "openai/gpt-oss-120b", "openai/gpt-oss-20b",
		},
		"openrouter": {
			"moonshotai/kimi-k2.6", "anthropic/claude-opus-4.8", "anthropic/claude-sonnet-4.6", "anthropic/claude-haiku-4.5",
			"deepseek/deepseek-v4-pro", "google/gemini-2.5-pro", "google/gemini-2.5-flash",
			"meta-llama/llama-3.3-70b-instruct", "openai/gpt-4o", "openai/gpt-4o-mini",
		},
	}
}
