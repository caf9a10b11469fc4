package dialect

import (
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// TestCallIDs covers what becomes of the ids of another model's calls.
func TestCallIDs(t *testing.T) {
	for _, test := range []struct{ version, api, model, id, want string }{
		{"0.87.1", "anthropic-messages", "m", "a|b.c", "a_b_c"},
		{"0.87.1", "google-generative-ai", "gemini-3-pro", "a|b", "a_b"},
		{"0.87.1", "google-generative-ai", "gemini-2.5-pro", "a|b", "a|b"},
		{"0.80.6", "google-generative-ai", "gemini-3-pro", "a|b", "a|b"},
		{"0.80.6", "google-generative-ai", "claude-x", "a|b", "a_b"},
		{"0.87.1", "mistral-conversations", "m", "abc-def-ghi", "abcdefghi"},
		{"0.87.1", "openai-completions", "m", "call|item", "call"},
		{"0.87.1", "openai-responses", "m", "call|item", "call|item"},
	} {
		p, err := persona.Of(test.version)
		if err != nil {
			t.Fatal(err)
		}
		if got := CallIDs(p, catalog.Model{API: test.api, ID: test.model})(test.id); got != test.want {
			t.Errorf("%s %s %s: %q becomes %q, want %q", test.version, test.api, test.model, test.id, got, test.want)
		}
	}
}
