package envvars

// Name gives the variable that carries the key of a provider. It is the only
// map from provider to variable: every reader asks it.
func Name(provider string) (string, bool) {
	switch provider {
	case "openai":
		return "OPENAI_API_KEY", true
	case "anthropic":
		return "ANTHROPIC_API_KEY", true
	case "gemini":
		return "GEMINI_API_KEY", true
	case "mistral", "mistralai":
		return "MISTRAL_API_KEY", true
	case "minimax":
		return "MINIMAX_API_KEY", true
	case "groq":
		return "GROQ_API_KEY", true
	case "together_ai":
		return "TOGETHER_API_KEY", true
	case "openrouter":
		return "OPENROUTER_API_KEY", true
	}
	return "", false
}

// Providers lists the providers that Name knows.
func Providers() []string {
	return []string{
		"openai", "anthropic", "gemini", "mistral", "mistralai",
		"groq", "minimax", "together_ai", "openrouter",
	}
}

// Copy is what a reader of the map answers for every provider.
func Copy(name func(provider string) (string, bool)) map[string]string {
	vars := make(map[string]string)
	for _, p := range Providers() {
		if v, ok := name(p); ok {
			vars[p] = v
		}
	}
	return vars
}

// Completion gives the variable under which the prompt path's model library
// looks for a key. That library, not Pi, decides these names, and it has kept
// the older spelling for Together.
func Completion(provider string) (string, bool) {
	if provider == "together_ai" {
		return "TOGETHERAI_API_KEY", true
	}
	return Name(provider)
}
