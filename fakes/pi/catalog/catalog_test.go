package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryLineParses(t *testing.T) {
	t.Parallel()
	for _, version := range Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			c, err := Load(version)
			if err != nil {
				t.Fatal(err)
			}
			total, seen := 0, map[string]bool{}
			for _, p := range c.Providers() {
				id := p.ID
				for _, m := range p.Models() {
					total++
					if key := m.Provider + "/" + m.ID; seen[key] {
						t.Errorf("%s twice", key)
					} else {
						seen[key] = true
					}
					if m.API == "" || m.ContextWindow <= 0 || m.MaxTokens <= 0 || m.Provider != id {
						t.Errorf("odd model %+v", m)
					}
					if one, ok := p.Model(m.ID); !ok || !cmp.Equal(one, m) {
						t.Errorf("Model(%q) = %+v, %v", m.ID, one, ok)
					}
				}
				if !seen[id+"/"+p.DefaultModel] {
					t.Errorf("default model %s/%s is not listed", id, p.DefaultModel)
				}
			}
			if len(c.StartOrder()) != len(c.Providers()) {
				t.Errorf("%d providers, %d in the start order", len(c.Providers()), len(c.StartOrder()))
			}
			if want := map[string]int{"0.79.4": 971}[version]; total != want {
				t.Errorf("%d models, want %d", total, want)
			}
		})
	}
}

func TestProviders(t *testing.T) {
	t.Parallel()
	c, err := Load(Newest)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]struct {
		models       int
		env          []string
		defaultModel string
		api, baseURL string
	}{
		"openai":     {42, []string{"OPENAI_API_KEY"}, "gpt-5.4", "openai-responses", "https://api.openai.com/v1"},
		"anthropic":  {25, []string{"ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"}, "claude-opus-4-8", "anthropic-messages", "https://api.anthropic.com"},
		"google":     {18, []string{"GEMINI_API_KEY"}, "gemini-3.1-pro-preview", "google-generative-ai", "https://generativelanguage.googleapis.com/v1beta"},
		"mistral":    {30, []string{"MISTRAL_API_KEY"}, "devstral-medium-latest", "mistral-conversations", "https://api.mistral.ai"},
		"groq":       {7, []string{"GROQ_API_KEY"}, "openai/gpt-oss-120b", "openai-completions", "https://api.groq.com/openai/v1"},
		"minimax":    {3, []string{"MINIMAX_API_KEY"}, "MiniMax-M2.7", "anthropic-messages", "https://api.minimax.io/anthropic"},
		"together":   {19, []string{"TOGETHER_API_KEY"}, "moonshotai/Kimi-K2.6", "openai-completions", "https://api.together.ai/v1"},
		"openrouter": {253, []string{"OPENROUTER_API_KEY"}, "moonshotai/kimi-k2.6", "openai-completions", "https://openrouter.ai/api/v1"},
	} {
		p, ok := c.Provider(id)
		if !ok {
			t.Errorf("no provider %s", id)
			continue
		}
		m, ok := p.Model(want.defaultModel)
		if !ok || len(p.Models()) != want.models || p.DefaultModel != want.defaultModel || !cmp.Equal(p.Env, want.env) ||
			m.API != want.api || m.BaseURL != want.baseURL {
			t.Errorf("%s: %d models, %+v, %+v", id, len(p.Models()), p.Env, m)
		}
	}
	for _, id := range []string{"gemini", "together_ai", "open", ""} {
		if _, ok := c.Provider(id); ok {
			t.Errorf("%q is no provider id", id)
		}
	}
}

func TestUnknownVersion(t *testing.T) {
	t.Parallel()
	if _, err := Load("9.9.9"); err == nil || err.Error() != "no catalogue of Pi 9.9.9; there are 0.79.4" {
		t.Errorf("error %v", err)
	}
}

func BenchmarkProvider(b *testing.B) {
	for b.Loop() {
		c, err := Load(Newest)
		if err != nil {
			b.Fatal(err)
		}
		p, _ := c.Provider("mistral")
		p.Models()
	}
}
