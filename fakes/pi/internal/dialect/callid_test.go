package dialect

import (
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// TestResponsesIDs covers the ids of items, which belong to one provider.
func TestResponsesIDs(t *testing.T) {
	for _, test := range []struct{ provider, id, want string }{
		{"openai", "call|item", "call|fc_item"},
		{"openai", "call|fc_1", "call|fc_1"},
		{"groq", "call|item", "call|fc_1c0dv6z7f3wp3"},
		{"groq", "call.1_", "call_1"},
	} {
		m := catalog.Model{API: "openai-responses", Provider: "openai", ID: "m"}
		by := &chat.Assistant{Provider: test.provider, API: "openai-responses", Model: "other"}
		if got := CallIDs(persona.Personality{}, m)(test.id, by); got != test.want {
			t.Errorf("%q of %s becomes %q, want %q", test.id, test.provider, got, test.want)
		}
	}
}

// Two ids never become one, though both would have the same name.
func TestMistralIDsDiffer(t *testing.T) {
	rename := mistralIDs()
	if a, b, again := rename("abc-def-ghi"), rename("abcdefghi"), rename("abc-def-ghi"); a == b || again != a {
		t.Errorf("%q, %q, and again %q", a, b, again)
	}
}

// TestCallIDs covers what becomes of the ids of another model's calls.
func TestCallIDs(t *testing.T) {
	for _, test := range []struct{ version, api, model, id, want string }{
		{"0.87.1", "anthropic-messages", "m", "a|b.c", "a_b_c"},
		{"0.87.1", "google-generative-ai", "gemini-3-pro", "a|b", "a_b"},
		{"0.87.1", "google-generative-ai", "gemini-2.5-pro", "a|b", "a|b"},
		{"0.80.6", "google-generative-ai", "gemini-3-pro", "a|b", "a|b"},
		{"0.80.6", "google-generative-ai", "claude-x", "a|b", "a_b"},
		{"0.87.1", "mistral-conversations", "m", "abc-def-ghi", "abcdefghi"},
		{"0.87.1", "mistral-conversations", "m", "call|item", "fzpd7b1e4"},
		{"0.80.10", "openai-completions", "m", "call|item", "call"},
		{"0.87.1", "openai-completions", "m", "call.1|item", "call_1_item"},
		{"0.87.1", "openai-completions", "m", "a_long_id_of_a_call|and_a_long_id_of_an_item", "a_long_id_of_a_call_1mb1ichi"},
		{"0.87.1", "openai-responses", "m", "call.1|item", "call_1_item"},
	} {
		p, err := persona.Of(test.version)
		if err != nil {
			t.Fatal(err)
		}
		if got := CallIDs(p, catalog.Model{API: test.api, ID: test.model})(test.id, &chat.Assistant{}); got != test.want {
			t.Errorf("%s %s %s: %q becomes %q, want %q", test.version, test.api, test.model, test.id, got, test.want)
		}
	}
}
