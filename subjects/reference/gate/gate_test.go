package gate_test

import (
	"errors"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/edition"
	"github.com/agenta-ai/conform/subjects/reference/gate"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
)

func class(err error) string {
	var r *refusal.Error
	if errors.As(err, &r) && r.Status == 422 && r.Stage == refusal.StageGate {
		return r.Class
	}
	if err != nil {
		return "?" + err.Error()
	}
	return ""
}

func TestBefore(t *testing.T) {
	g := gate.New(capability.NewTable(edition.Plan()))
	for _, tc := range []struct{ name, harness, provider, mode, want string }{
		{"reached", "pi_core", "openrouter", "agenta", ""},
		{"case does not matter", "pi_agenta", "OpenAI", "self_managed", ""},
		{"nothing stated", "pi_core", "", "agenta", ""},
		{"not reached", "pi_core", "cohere", "agenta", refusal.UnsupportedProvider},
		{"openai on claude", "claude", "openai", "agenta", refusal.UnsupportedProvider},
		{"unknown mode", "pi_core", "openai", "magic", refusal.UnsupportedConnectionMode},
		{"harness outside the table", "zzz", "cohere", "magic", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := class(g.Before(tc.harness, tc.provider, tc.mode)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	g := gate.New(capability.NewTable(edition.Plan()))
	for _, tc := range []struct{ name, harness, provider, deployment, want string }{
		{"direct on Pi", "pi_core", "openrouter", "direct", ""},
		{"azure on Pi", "pi_core", "azure", "azure", refusal.UnsupportedDeployment},
		{"bedrock on Pi", "pi_agenta", "bedrock", "bedrock", refusal.UnsupportedDeployment},
		{"vendor of a cloud record on Pi", "pi_core", "anthropic", "bedrock", refusal.UnsupportedDeployment},
		{"provider comes first", "claude", "openai", "azure", refusal.UnsupportedProvider},
		{"anthropic direct on claude", "claude", "anthropic", "direct", ""},
		{"bedrock on claude", "claude", "anthropic", "bedrock", ""},
		{"vertex spelt the other way", "claude", "anthropic", "vertex_ai", ""},
		{"azure on claude", "claude", "azure", "azure", refusal.UnsupportedDeployment},
		{"vendor name as deployment", "pi_core", "openrouter", "openrouter", refusal.UnsupportedDeployment},
		{"harness outside the table", "zzz", "x", "y", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := class(g.After(tc.harness, tc.provider, tc.deployment)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
