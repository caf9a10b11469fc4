package modelref

import "strings"

// InferProvider gives the provider that an id without one belongs to. Only
// Claude's aliases and ids say so by themselves; guessing for anything else
// would export a key under another vendor's name.
func InferProvider(model string) string {
	id, _, _ := strings.Cut(strings.ToLower(model), "[") // opus[1m] is opus with a longer context
	switch id {
	case "default", "sonnet", "opus", "haiku", "opusplan":
		return "anthropic"
	}
	if strings.HasPrefix(id, "claude-") {
		return "anthropic"
	}
	return ""
}
