package modelref_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
)

func TestParse(t *testing.T) {
	const agenta = modelref.ModeAgenta
	for _, tc := range []struct {
		name, raw string
		want      modelref.Ref
	}{
		{"absent", ``, modelref.Ref{Mode: agenta}},
		{"null", `null`, modelref.Ref{Mode: agenta}},
		{"string with a provider", `"openrouter/anthropic/x"`, modelref.Ref{Provider: "openrouter", Model: "anthropic/x", Mode: agenta}},
		{"string without one", `"gpt-4o"`, modelref.Ref{Model: "gpt-4o", Mode: agenta}},
		{"case is kept", `"OpenAI/gpt-4o"`, modelref.Ref{Provider: "OpenAI", Model: "gpt-4o", Mode: agenta}},
		{"object with a model only", `{"model":"openai/gpt-4o"}`, modelref.Ref{Provider: "openai", Model: "gpt-4o", Mode: agenta}},
		{"object with a provider", `{"model":"a/b","provider":"openrouter"}`, modelref.Ref{Provider: "openrouter", Model: "a/b", Mode: agenta}},
		{"provider without a model", `{"provider":"groq"}`, modelref.Ref{Provider: "groq", Mode: agenta}},
		{"named", `{"model":"m","connection":{"mode":"agenta","slug":"gw"}}`, modelref.Ref{Model: "m", Mode: agenta, Slug: "gw", HasConnection: true}},
		{"mode defaults", `{"model":"a/b","connection":{"slug":"gw"}}`, modelref.Ref{Model: "a/b", Mode: agenta, Slug: "gw", HasConnection: true}},
		{"self-managed", `{"model":"m","provider":"openai","connection":{"mode":"self_managed"}}`, modelref.Ref{Model: "m", Provider: "openai", Mode: "self_managed", HasConnection: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := modelref.Parse(json.RawMessage(tc.raw))
			if err != nil || got != tc.want {
				t.Errorf("got %+v, %v; want %+v", got, err, tc.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, raw := range map[string]string{
		"number": `7`, "list": `["a"]`, "model that is a number": `{"model":7}`,
		"unknown mode":               `{"model":"m","connection":{"mode":"magic"}}`,
		"slug with self_managed":     `{"model":"m","connection":{"mode":"self_managed","slug":"gw"}}`,
		"connection that is a text":  `{"model":"m","connection":"gw"}`,
		"provider that is an object": `{"model":"m","provider":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := modelref.Parse(json.RawMessage(raw))
			var r *refusal.Error
			if !errors.As(err, &r) || r.Class != refusal.InvalidModelRef || r.Stage != "config" || r.Status != 422 {
				t.Errorf("err = %#v", err)
			}
		})
	}
}

func TestInferProvider(t *testing.T) {
	for model, want := range map[string]string{
		"sonnet": "anthropic", "opus[1m]": "anthropic", "claude-sonnet-4-5": "anthropic", "Claude-x": "anthropic",
		"gpt-4o": "", "gemini-2.5-pro": "", "": "", "anthropic/claude-x": "", "claudette": "",
	} {
		if got := modelref.InferProvider(model); got != want {
			t.Errorf("InferProvider(%q) = %q, want %q", model, got, want)
		}
	}
}
