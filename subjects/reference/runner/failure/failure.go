package failure

import (
	"fmt"
	"strconv"
	"strings"
)

// longest is the length at which what the harness said is cut off.
const longest = 600

// Render gives one line for an error that a harness reported in a run of the
// given provider.
func Render(harness, provider, text string) string {
	said := Line(text)
	switch status := Status(said); {
	case status == 401 || matches(said, "no api key", "invalid api key", "incorrect api key", "invalid x-api-key",
		"no auth credentials", "unauthorized", "unauthenticated", "authentication_error", "authentication failed"):
		return fmt.Sprintf("%s: model authentication failed: check the %s key of the connection (%s)", harness, Label(provider), said)
	case status == 402 || matches(said, "insufficient_quota", "insufficient credit", "quota exceeded", "credit balance is too low"):
		return fmt.Sprintf("%s: insufficient credit for the %s key of the connection (%s)", harness, Label(provider), said)
	}
	return harness + ": " + said
}

// Status gives the HTTP status that an error text begins with, bare or in the
// brackets behind an adapter's name, or 0. Digits elsewhere are part of an id or
// of an answer and say nothing.
func Status(text string) int {
	if head, rest, ok := strings.Cut(text, " error ("); ok && len(head) < 40 {
		text = rest
	}
	if len(text) < 3 {
		return 0
	}
	status, err := strconv.Atoi(text[:3])
	if err != nil || status < 400 || status > 599 {
		return 0
	}
	if len(text) > 3 && !strings.ContainsRune(": )", rune(text[3])) {
		return 0
	}
	return status
}

// Label gives the name by which people know a provider.
func Label(provider string) string {
	switch strings.ToLower(provider) {
	case "openai":
		return "OpenAI"
	case "anthropic":
		return "Anthropic"
	case "gemini", "google":
		return "Gemini"
	case "mistral", "mistralai":
		return "Mistral"
	case "groq":
		return "Groq"
	case "minimax":
		return "MiniMax"
	case "together_ai", "together":
		return "Together AI"
	case "openrouter":
		return "OpenRouter"
	case "":
		return "model provider's"
	}
	return provider
}

// Line gives the first line of a text that says anything, cut to a length that
// people read. A text that is JSON over several lines counts as one line.
func Line(text string) string {
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		text = strings.Join(strings.Fields(text), " ")
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			if len(line) > longest {
				line = strings.ToValidUTF8(line[:longest], "") + "…"
			}
			return line
		}
	}
	return "the run failed without a word"
}

func matches(text string, phrases ...string) bool {
	text = strings.ToLower(text)
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}
