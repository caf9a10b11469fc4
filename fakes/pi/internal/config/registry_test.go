package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
	"github.com/google/go-cmp/cmp"
)

// registry reads an agent folder with these files; an empty one is not written.
func registry(t *testing.T, version, auth, models string, env map[string]string) *Registry {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"auth.json": auth, "models.json": models} {
		if content != "" {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	who, err := persona.Of(first(version, catalog.Default))
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load(who.Version)
	if err != nil {
		t.Fatal(err)
	}
	a, err := LoadAuth(dir, who)
	if err != nil {
		t.Logf("auth.json: %v", err)
	}
	return NewRegistry(dir, who, c, a, envOf(env))
}

// count lists providers with their numbers of available models.
func count(r *Registry) map[string]int {
	out := map[string]int{}
	for _, m := range r.Available() {
		out[m.Provider]++
	}
	return out
}

func TestAvailable(t *testing.T) {
	t.Parallel()
	const fake = `{"providers":{"fake":{"baseUrl":"http://h","api":"openai-completions","apiKey":"$K","models":[{"id":"m1"},{"id":"m2"}]}}}`
	for name, c := range map[string]struct {
		auth, models string
		env          map[string]string
		want         map[string]int
	}{
		"nothing":                         {want: map[string]int{}},
		"entry":                           {auth: `{"groq":{"type":"api_key","key":"k"}}`, want: map[string]int{"groq": 7}},
		"entry that does not resolve":     {auth: `{"groq":{"type":"api_key","key":"$NO"}}`, want: map[string]int{"groq": 7}},
		"entry of no type":                {auth: `{"groq":{"key":"k"}}`, want: map[string]int{"groq": 7}},
		"bare string":                     {auth: `{"groq":"k"}`, want: map[string]int{"groq": 7}},
		"null entry":                      {auth: `{"groq":null}`, want: map[string]int{}},
		"ids that Pi does not have":       {auth: `{"together_ai":{"type":"api_key","key":"k"},"gemini":{"type":"api_key","key":"k"},"Groq":{"type":"api_key","key":"k"}}`, want: map[string]int{}},
		"malformed auth, variable":        {auth: `{"groq":`, env: map[string]string{"GROQ_API_KEY": "k"}, want: map[string]int{"groq": 7}},
		"auth with comments":              {auth: `{// c` + "\n" + `"groq":{"type":"api_key","key":"k"}}`, want: map[string]int{}},
		"empty variable":                  {env: map[string]string{"GROQ_API_KEY": ""}, want: map[string]int{}},
		"variable that Pi does not read":  {env: map[string]string{"GOOGLE_API_KEY": "k"}, want: map[string]int{}},
		"half of a pair":                  {env: map[string]string{"AWS_ACCESS_KEY_ID": "k"}, want: map[string]int{}},
		"a pair":                          {env: map[string]string{"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}, want: map[string]int{"amazon-bedrock": 97}},
		"one variable, two providers":     {env: map[string]string{"MOONSHOT_API_KEY": "k"}, want: map[string]int{"moonshotai": 8, "moonshotai-cn": 7}},
		"custom":                          {models: fake, env: map[string]string{"K": "k"}, want: map[string]int{"fake": 2}},
		"custom, variable missing":        {models: fake, want: map[string]int{}},
		"custom next to a stray variable": {models: fake, env: map[string]string{"K": "k", "GROQ_API_KEY": "k"}, want: map[string]int{"fake": 2, "groq": 7}},
		"one bad provider drops the file": {models: strings.Replace(fake, `{"fake"`, `{"bad":{},"fake"`, 1), env: map[string]string{"K": "k", "GROQ_API_KEY": "k"}, want: map[string]int{"groq": 7}},
		"addition to a built-in":          {models: `{"providers":{"groq":{"models":[{"id":"new"}]}}}`, env: map[string]string{"GROQ_API_KEY": "k"}, want: map[string]int{"groq": 8}},
		"replacement in a built-in":       {models: `{"providers":{"groq":{"models":[{"id":"llama-3.1-8b-instant"}]}}}`, env: map[string]string{"GROQ_API_KEY": "k"}, want: map[string]int{"groq": 7}},
		"key of its own for a built-in":   {models: `{"providers":{"openrouter":{"apiKey":"$K","models":[{"id":"x/y"}]}}}`, env: map[string]string{"K": "k"}, want: map[string]int{"openrouter": 254}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, count(registry(t, "", c.auth, c.models, c.env))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestKeyPrecedence(t *testing.T) {
	t.Parallel()
	const own = `{"providers":{"groq":{"baseUrl":"http://h","apiKey":"fromModels"}}}`
	variable := map[string]string{"GROQ_API_KEY": "fromEnv"}
	for name, c := range map[string]struct {
		version, auth, models string
		env                   map[string]string
		want, err             string
	}{
		"auth.json beats the variable":         {auth: `{"groq":{"type":"api_key","key":"fromAuth"}}`, env: variable, want: "fromAuth"},
		"0.79.4: the variable beats models":    {models: own, env: variable, want: "fromEnv"},
		"0.80.6: models beats the variable":    {version: "0.80.6", models: own, env: variable, want: "fromModels"},
		"models alone":                         {models: own, want: "fromModels"},
		"unresolved entry, then models":        {auth: `{"groq":{"type":"api_key","key":"$NO"}}`, models: own, env: variable, want: "fromModels"},
		"unresolved entry, then the variable":  {auth: `{"groq":{"type":"api_key","key":"$NO"}}`, env: variable, want: "fromEnv"},
		"unresolved entry alone":               {auth: `{"groq":{"type":"api_key","key":"$NO"}}`, want: ""},
		"empty key falls back to the variable": {auth: `{"groq":{"type":"api_key","key":""}}`, env: variable, want: "fromEnv"},
		"no key at all":                        {auth: `{"groq":{"type":"api_key"}}`, env: variable, err: "Cannot read properties of undefined (reading 'startsWith')"},
		"key of another type":                  {auth: `{"groq":{"type":"api_key","key":5}}`, err: "config.startsWith is not a function"},
		"command":                              {auth: `{"groq":{"type":"api_key","key":"!echo cmd"}}`, want: "cmd"},
		"models key does not resolve":          {models: `{"providers":{"groq":{"baseUrl":"http://h","apiKey":"$NO"}}}`, err: `Failed to resolve API key for provider "groq" from environment variable: NO`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := registry(t, c.version, c.auth, c.models, c.env)
			key, _, err := r.Credentials(catalog.Model{Provider: "groq", ID: "x"})
			if text := errorText(err); key != c.want || text != c.err {
				t.Errorf("got %q, %q; want %q, %q", key, text, c.want, c.err)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	r := registry(t, "", "", `{"providers":{"p":{"baseUrl":"http://h","api":"a","apiKey":"k","authHeader":true,
		"headers":{"X-A":"$V"},"models":[{"id":"m","headers":{"X-B":"b"}},{"id":"n"}]}}}`, map[string]string{"V": "v"})
	_, got, err := r.Credentials(catalog.Model{Provider: "p", ID: "m"})
	want := []Header{{"X-A", "v"}, {"X-B", "b"}, {"Authorization", "Bearer k"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestStartModel(t *testing.T) {
	t.Parallel()
	const custom = `{"providers":{"zz":{"baseUrl":"http://h","api":"a","apiKey":"k","models":[{"id":"c1"},{"id":"c2"}]}}}`
	for name, c := range map[string]struct {
		version, models, settings string
		env                       []string
		want                      string
	}{
		"nothing":                        {want: "/"},
		"custom only":                    {models: custom, want: "zz/c1"},
		"a stray variable wins":          {models: custom, env: []string{"OPENAI_API_KEY"}, want: "openai/gpt-5.4"},
		"anthropic before openai":        {env: []string{"OPENAI_API_KEY", "ANTHROPIC_API_KEY"}, want: "anthropic/claude-opus-4-8"},
		"openrouter before groq":         {env: []string{"GROQ_API_KEY", "OPENROUTER_API_KEY"}, want: "openrouter/moonshotai/kimi-k2.6"},
		"saved default":                  {models: custom, settings: `{"defaultProvider":"zz","defaultModel":"c2"}`, env: []string{"OPENAI_API_KEY"}, want: "zz/c2"},
		"0.79.4: saved, but without key": {models: custom, settings: `{"defaultProvider":"openai","defaultModel":"gpt-4"}`, want: "openai/gpt-4"},
		"0.80.6: saved, but without key": {version: "0.80.6", models: custom, settings: `{"defaultProvider":"openai","defaultModel":"gpt-4"}`, want: "zz/c1"},
		"half a default":                 {models: custom, settings: `{"defaultProvider":"openai"}`, want: "zz/c1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{}
			for _, e := range c.env {
				env[e] = "k"
			}
			r := registry(t, c.version, "", c.models, env)
			if c.settings != "" {
				if err := os.WriteFile(filepath.Join(filepath.Dir(r.path), "settings.json"), []byte(c.settings), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			m, _ := StartModel(r, LoadSettings(filepath.Dir(r.path), false))
			if got := m.Provider + "/" + m.ID; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestFlagModel(t *testing.T) {
	t.Parallel()
	r := registry(t, "", "", `{"providers":{"fake":{"baseUrl":"http://h","api":"a","apiKey":"k","models":[{"id":"m1"},{"id":"x:high","reasoning":true}]}}}`, nil)
	for name, c := range map[string]struct {
		provider, model         string
		want, thinking, warning string
		err                     string
	}{
		"whole name":       {model: "fake/m1", want: "fake/m1"},
		"with a level":     {model: "fake/m1:high", want: "fake/m1", thinking: "high"},
		"colon in the id":  {model: "fake/x:high", want: "fake/x:high"},
		"two flags":        {provider: "FAKE", model: "m1", want: "fake/m1"},
		"both":             {provider: "fake", model: "fake/m1", want: "fake/m1"},
		"unknown id":       {model: "fake/zzz", want: "fake/zzz", warning: `Model "zzz" not found for provider "fake". Using custom model id.`},
		"unknown provider": {provider: "nope", model: "x", err: `Unknown provider "nope". Use --list-models to see available providers/models.`},
		"unknown at all":   {model: "nope/none", err: `Model "nope/none" not found. Use --list-models to see available models.`},
		"id with a slash":  {model: "openai/gpt-oss-120b", want: "groq/openai/gpt-oss-120b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, warning, err := FlagModel(c.provider, c.model, "", r)
			if c.err != "" || err != nil {
				if errorText(err) != c.err {
					t.Errorf("error %v, want %s", err, c.err)
				}
				return
			}
			if name := got.Model.Provider + "/" + got.Model.ID; warning != c.warning || got.Thinking != c.thinking || name != c.want {
				t.Errorf("got %s %q, warning %q", name, got.Thinking, warning)
			}
		})
	}
}

func TestClamp(t *testing.T) {
	t.Parallel()
	max := "max"
	plain := catalog.Model{Reasoning: true}
	odd := catalog.Model{Reasoning: true, ThinkingLevelMap: map[string]*string{"off": nil, "medium": nil, "xhigh": &max}}
	for _, c := range []struct {
		model       catalog.Model
		level, want string
	}{
		{plain, "medium", "medium"}, {plain, "xhigh", "high"}, {plain, "max", "off"}, {plain, "", "off"},
		{odd, "medium", "high"}, {odd, "off", "minimal"}, {odd, "xhigh", "xhigh"},
		{catalog.Model{}, "high", "off"},
	} {
		if got := Clamp(persona.Personality{}, c.model, c.level); got != c.want {
			t.Errorf("Clamp(%v, %q) = %q, want %q", Levels(persona.Personality{}, c.model), c.level, got, c.want)
		}
	}
}
