package failure_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/runner/failure"
)

func TestRender(t *testing.T) {
	const auth, credit = "model authentication failed", "insufficient credit"
	for _, tc := range []struct{ name, provider, text, want, not string }{
		{"old form", "openrouter", "401 No auth credentials found", "OpenRouter", credit},
		{"new form", "openrouter", `401: {"message":"User not found","code":401}`, auth, credit},
		{"responses", "openai", `OpenAI API error (401): {"message":"bad"}`, "check the OpenAI key", credit},
		{"google has no status in front", "gemini", `{"error":{"code":400,"message":"x","status":"UNAUTHENTICATED"}}`, "check the Gemini key", credit},
		{"no key at all", "together_ai", "No API key found for the selected model.\n\nUse /login", "Together AI", "/login"},
		{"credit", "groq", "402: {\"message\":\"pay\"}", credit, auth},
		{"digits in an id", "openai", "model 'gpt-4010' not available", "gpt-4010", auth},
		{"digits in front that are no status", "openai", "4010 things", "4010 things", auth},
		{"not found", "openrouter", "404: {\"message\":\"no such model\"}", "pi_core: 404", auth},
		{"several lines", "openai", "\n  first\nsecond", "pi_core: first", "second"},
		{"nothing", "openai", "", "without a word", auth},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := failure.Render("pi_core", tc.provider, tc.text)
			if !strings.Contains(got, tc.want) || strings.Contains(got, tc.not) || strings.Contains(got, "\n") {
				t.Errorf("got %q", got)
			}
		})
	}
}
