package capability_test

import (
	"slices"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/edition"
)

func TestDeployment(t *testing.T) {
	for kind, want := range map[string]string{
		"openai": "direct", "anthropic": "direct", "gemini": "direct", "mistral": "direct", "mistralai": "direct",
		"minimax": "direct", "groq": "direct", "together_ai": "direct", "openrouter": "direct", "custom": "direct",
		"azure": "azure", "bedrock": "bedrock", "vertex": "vertex", "vertex_ai": "vertex",
		"sagemaker": "", "cohere": "", "anyscale": "", "deepinfra": "", "alephalpha": "", "perplexityai": "",
	} {
		if got, _ := capability.Deployment(kind); got != want {
			t.Errorf("Deployment(%s) = %q, want %q", kind, got, want)
		}
	}
}

func TestDeploymentsAreSurfacesNeverVendors(t *testing.T) {
	for _, h := range capability.NewTable(edition.Plan()).Harnesses() {
		for _, d := range h.Deployments {
			if !slices.Contains([]string{"direct", "azure", "bedrock", "vertex"}, d) {
				t.Errorf("%s advertises deployment %s", h.Key, d)
			}
		}
		if h.Key != "claude" && !slices.Equal(h.Deployments, []string{"direct"}) {
			t.Errorf("%s advertises %v", h.Key, h.Deployments)
		}
	}
}

func TestReachedFamily(t *testing.T) {
	for _, tc := range []struct{ harness, kind, want string }{
		{"pi_core", "openrouter", "openrouter"}, {"pi_core", "OpenRouter", "openrouter"}, {"pi_core", "mistralai", "mistral"},
		{"pi_core", "custom", "openai"}, {"pi_core", "azure", ""}, {"pi_core", "bedrock", ""}, {"pi_core", "cohere", ""},
		{"claude", "anthropic", "anthropic"}, {"claude", "bedrock", "anthropic"}, {"claude", "vertex_ai", "anthropic"},
		{"claude", "azure", ""}, {"claude", "custom", ""}, {"claude", "openrouter", ""},
	} {
		h, _ := capability.NewTable(edition.Plan()).Lookup(tc.harness)
		got, ok := h.ReachedFamily(tc.kind)
		if !ok {
			got = ""
		}
		if got != tc.want {
			t.Errorf("%s reaches %s as %q, want %q", tc.harness, tc.kind, got, tc.want)
		}
	}
}

func TestChoicesAreGroupedAndRunnable(t *testing.T) {
	for _, h := range capability.NewTable(edition.Plan()).Harnesses() {
		groups := h.Choices()
		if len(groups) != len(h.Providers) {
			t.Errorf("%s has %d groups for %d providers", h.Key, len(groups), len(h.Providers))
		}
	}
}
