package catalog

import (
	"slices"
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
			for _, p := range c.Providers() {
				if !slices.Contains(c.StartOrder(), p.ID) {
					t.Errorf("%s is not in the start order", p.ID)
				}
			}
			if prompt, tools, err := c.Words(); err != nil || prompt.Preamble < 100 || len(tools) < 7 {
				t.Errorf("sizes of texts: %+v, %d tools, %v", prompt, len(tools), err)
			}
			if want, known := map[string]int{"0.79.4": 971, "0.80.6": 1057, "0.87.1": 1495}[version]; known && total != want {
				t.Errorf("%d models, want %d", total, want)
			}
		})
	}
}

func TestProviders(t *testing.T) {
	t.Parallel()
	c, err := Load(Default)
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
	if _, err := Load("9.9.9"); err == nil || err.Error() != "no catalogue of Pi 9.9.9; there are 0.79.4, 0.80.6, 0.87.1" {
		t.Errorf("error %v", err)
	}
}

func BenchmarkProvider(b *testing.B) {
	for b.Loop() {
		c, err := Load(Default)
		if err != nil {
			b.Fatal(err)
		}
		p, _ := c.Provider("mistral")
		p.Models()
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const sizes = `{"preamble":1,"tools":1,"shellRule":1,"rules":[1],"docs":1}`
	const tool = `{"name":"t","description":1,"parameters":{}}`
	const rest = "!\ta\n@\ta\tm\tK\tapi\thttp://h\n"
	const head = "%\t" + sizes + "\n%\t" + tool + "\n" + rest
	if _, err := Parse(head + "m\t\tri\t1\t2\t1 2 3 4\tapi=x\n"); err != nil {
		t.Errorf("a good one: %v", err)
	}
	for text, want := range map[string]string{
		"":                                      "line 1: a model or a provider comes after the order of providers and its own provider",
		"# c\n!\ta\n":                           "there is no provider in it",
		"!\ta\n@\ta\tm\n":                       "line 2: a provider has an id and 5 columns",
		head + "m\tn\n":                         "line 5: a model has an id and 6 columns",
		head + "m\t\t\t1\tx\t1 2 3 4\n":         `line 5: strconv.ParseFloat: parsing "x": invalid syntax`,
		head + "m\t\t\t1\t2\t1 2\n":             `line 5: "1 2" is not four prices`,
		head + "m\t\t\t1\t2\t1 2 3 4\tq=1":      "line 5: q=1: unknown column",
		head + "m\t\t\t1\t2\t1 2 3 4\tcompat=}": "line 5: json: error calling MarshalJSON for type json.RawMessage: invalid character '}' looking for beginning of value",
		head + "m\t\t\t1\t2\t1 2 3 4\tthink=":   "line 5: think=: unexpected end of JSON input",
		rest + "m\t\t\t1\t2\t1 2 3 4\n":         "it does not say how long Pi's own texts are; have the command gen write it anew",
		"%\t" + sizes + "\n" + rest:             "it does not say how long Pi's own texts are; have the command gen write it anew",
		"%\t{}\n%\t" + tool + "\n" + rest:       "sizes of texts: the instructions have no size",
		"%\t" + sizes + "\n%\t{}\n" + rest:      `sizes of texts: tool "" has no size or no schema`,
		"%\t" + sizes + "\n%\t}\n" + rest:       "sizes of texts: invalid character '}' looking for beginning of value",
	} {
		if _, err := Parse(text); err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("# c\n!\ta\n@\ta\tm\tK\tapi\thttp://h\tlogin\tX\nm\t\tri\t1\t2\t1 2 3 4\tcompat={}\n")
	f.Add("!\t\n@\t\t\t\t\t\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			return
		}
		for _, p := range c.Providers() { // what was accepted is expanded without a panic
			if p.ID == "" {
				t.Errorf("%q has a provider without an id", text)
			}
			p.Models()
		}
	})
}
