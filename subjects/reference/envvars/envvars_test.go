package envvars_test

import (
	"slices"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
)

func TestName(t *testing.T) {
	want := map[string]string{
		"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "gemini": "GEMINI_API_KEY",
		"mistral": "MISTRAL_API_KEY", "mistralai": "MISTRAL_API_KEY", "groq": "GROQ_API_KEY",
		"minimax": "MINIMAX_API_KEY", "together_ai": "TOGETHER_API_KEY", "openrouter": "OPENROUTER_API_KEY",
	}
	got := envvars.Copy(envvars.Name)
	if len(got) != len(want) {
		t.Errorf("map has %d entries, want %d", len(got), len(want))
	}
	for p, v := range want {
		if got[p] != v {
			t.Errorf("%s: %q, want %q", p, got[p], v)
		}
	}
	for _, p := range []string{"cohere", "custom", "azure", "TOGETHER_AI", ""} {
		if v, ok := envvars.Name(p); ok {
			t.Errorf("%q has a variable %s", p, v)
		}
	}
}

func TestClearedCoversEverythingThatCanBeEmitted(t *testing.T) {
	cleared := envvars.Cleared()
	for p, v := range envvars.Copy(envvars.Name) {
		if !slices.Contains(cleared, v) {
			t.Errorf("%s of %s is not cleared", v, p)
		}
	}
	for _, v := range []string{"TOGETHER_API_KEY", "TOGETHERAI_API_KEY", "ANTHROPIC_OAUTH_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"} {
		if !slices.Contains(cleared, v) {
			t.Errorf("%s is not cleared", v)
		}
	}
	if len(cleared) < 29 {
		t.Errorf("%d names are cleared, want at least 29", len(cleared))
	}
}

func TestExtra(t *testing.T) {
	for _, tc := range []struct{ name, surface, extra, want string }{
		{"alias on its surface", "bedrock", "aws_region_name", "AWS_REGION"},
		{"variable itself", "bedrock", "AWS_PROFILE", "AWS_PROFILE"},
		{"vertex project", "vertex", "vertex_ai_project", "GOOGLE_CLOUD_PROJECT"},
		{"another cloud's alias", "vertex", "aws_access_key_id", ""},
		{"alias on a direct record", "direct", "aws_access_key_id", ""},
		{"loader option", "bedrock", "NODE_OPTIONS", ""},
		{"another vendor's key", "bedrock", "OPENAI_API_KEY", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got, _ := envvars.Extra(tc.surface, tc.extra); got != tc.want {
				t.Errorf("Extra(%q, %q) = %q, want %q", tc.surface, tc.extra, got, tc.want)
			}
		})
	}
}
