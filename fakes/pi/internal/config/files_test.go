package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

func TestAuthFileIsCreated(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "dir")
	if _, err := LoadAuth(dir, persona.Personality{}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "auth.json"))
	if err != nil || string(text) != "{}" {
		t.Errorf("content %q, %v", text, err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "auth.json"): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", path, info.Mode(), err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "auth.json.lock")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the lock is left behind")
	}
}

func TestForeignLock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age  time.Duration
		want bool
	}{
		"fresh":  {0, false},
		"of old": {time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			lock := filepath.Join(dir, "auth.json.lock")
			at := time.Now().Add(-c.age)
			if err := errors.Join(
				os.WriteFile(filepath.Join(dir, "auth.json"), []byte(`{"groq":{"type":"api_key","key":"k"}}`), 0o600),
				os.Mkdir(lock, 0o700), os.Chtimes(lock, at, at)); err != nil {
				t.Fatal(err)
			}
			a, err := LoadAuth(dir, persona.Personality{})
			if a.Has("groq") != c.want || (err == nil) != c.want {
				t.Errorf("has %v, error %v", a.Has("groq"), err)
			}
		})
	}
}

func TestNullAuthIsFatal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "auth.json"), []byte("null"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadAuth(dir, persona.Personality{}); !errors.Is(err, ErrNullAuth) {
		t.Errorf("error %v", err)
	}
}

func TestSettingsSet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "settings.json")
	if err := os.WriteFile(path, []byte(`{"theme":"x","retry":{"maxRetries":5}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := LoadSettings(dir, false)
	// Somebody else changes the file meanwhile; that must survive.
	if err := os.WriteFile(path, []byte(`{"theme":"y","retry":{"maxRetries":7}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	err := s.Set(Change{jsval.Of(false), []string{"retry", "enabled"}}, Change{jsval.Of("p"), []string{"defaultProvider"}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	want := "{\n  \"theme\": \"y\",\n  \"retry\": {\n    \"maxRetries\": 7,\n    \"enabled\": false\n  },\n  \"defaultProvider\": \"p\"\n}"
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s", err, text)
	}
	if s.Number(3, "retry", "maxRetries") != 5 || s.Flag(true, "retry", "enabled") {
		t.Error("what was read at start must go on to count in memory")
	}
}

func TestBrokenSettingsAreLeftAlone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{bad": "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
		"null": "Cannot use 'in' operator to search for 'queueMode' in null",
		"5":    "Cannot use 'in' operator to search for 'queueMode' in 5",
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "settings.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := LoadSettings(dir, false)
		if errorText(s.Broken()) != want {
			t.Errorf("%s: %v, want %s", text, s.Broken(), want)
		}
		if err := s.Set(Change{jsval.Of("p"), []string{"defaultProvider"}}); err != nil {
			t.Error(err)
		}
		if after, err := os.ReadFile(path); string(after) != text {
			t.Errorf("%s became %s, %v", text, after, err)
		}
	}
	for _, text := range []string{"", "[]", `{"zzz":1}`} {
		if _, err := parseSettings(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestModelsProblems(t *testing.T) {
	t.Parallel()
	who, c := played(t)
	for text, want := range map[string]string{
		`{"providers":`: "Failed to parse models.json: Unexpected end of JSON input",
		`{}`:            "Invalid models.json schema:\n  - providers: must have required properties providers",
		`[]`:            "Invalid models.json schema:\n  - root: must be object",
		`{"providers":{"f":{"baseUrl":"h","api":"","apiKey":"k","models":[{}]}}}`: "Invalid models.json schema:\n" +
			"  - providers.f.api: must not have fewer than 1 characters\n  - providers.f.models.0.id: must have required properties id",
		`{"providers":{"f":{}}}`:                                                                         `Failed to load models.json: Provider f: must specify "baseUrl", "headers", "compat", "modelOverrides", or "models".`,
		`{"providers":{"groq":{"apiKey":"k"}}}`:                                                          `Failed to load models.json: Provider groq: must specify "baseUrl", "headers", "compat", "modelOverrides", or "models".`,
		`{"providers":{"f":{"apiKey":"k","models":[{"id":"m"}]}}}`:                                       `Failed to load models.json: Provider f: "baseUrl" is required when defining custom models.`,
		`{"providers":{"f":{"baseUrl":"h","models":[{"id":"m"}]}}}`:                                      `Failed to load models.json: Provider f: "apiKey" is required when defining custom models.`,
		`{"providers":{"f":{"baseUrl":"h","apiKey":"k","models":[{"id":"m"}]}}}`:                         `Failed to load models.json: Provider f, model m: no "api" specified. Set at provider or model level.`,
		`{"providers":{"f":{"baseUrl":"h","apiKey":"k","api":"a","models":[{"id":"m","maxTokens":0}]}}}`: `Failed to load models.json: Provider f, model m: invalid maxTokens`,
	} {
		if _, err := parseModels(text, who, c); errorText(err) != want {
			t.Errorf("%s\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestModelsInherit(t *testing.T) {
	t.Parallel()
	who, c := played(t)
	got, err := parseModels(`{ // comments and trailing commas are fine
		"providers":{"openrouter":{"models":[{"id":"a/b",},],},"o":{"baseUrl":"h","apiKey":"k","api":"x","models":[{"id":"m","api":"y","baseUrl":"g","name":"N"}]}}}`, who, c)
	if err != nil {
		t.Fatal(err)
	}
	a, b := got.models[0], got.models[1]
	if a.API != "openai-completions" || a.BaseURL != "https://openrouter.ai/api/v1" || a.Name != "a/b" || a.ContextWindow != 128000 || a.MaxTokens != 16384 {
		t.Errorf("inherited: %+v", a)
	}
	if b.API != "y" || b.BaseURL != "g" || b.Name != "N" {
		t.Errorf("own: %+v", b)
	}
}

func played(t testing.TB) (persona.Personality, catalog.Catalog) {
	t.Helper()
	who, err := persona.Of(catalog.Default)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load(who.Version)
	if err != nil {
		t.Fatal(err)
	}
	return who, c
}

func FuzzAuth(f *testing.F) {
	for _, s := range []string{`{}`, `{"groq":{"type":"api_key","key":"$K"}}`, `{"groq":"x"}`, `null`, `[1]`, `{"a":{"type":"oauth","expires":1e99}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "!") {
			t.Skip("would run commands")
		}
		entries, err := parseAuth(text)
		if err != nil {
			return
		}
		a := &Auth{entries: entries, cache: map[string]string{}}
		for _, m := range entries.Members() {
			key, ok, err := a.key(m.Name, envOf(nil))
			if ok && err != nil || !ok && key != "" {
				t.Errorf("%s: %q %v %v", text, key, ok, err)
			}
		}
	})
}

func FuzzModels(f *testing.F) {
	for _, s := range []string{
		`{"providers":{"f":{"baseUrl":"h","api":"a","apiKey":"k","models":[{"id":"m","cost":{"input":1,"output":1,"cacheRead":1,"cacheWrite":1}}]}}}`,
		`{"providers":{"groq":{"modelOverrides":{"x":{"thinkingLevelMap":{"off":null}}},"compat":{"a":1}}}}`, `{"providers":{}}`, `{// x` + "\n}",
	} {
		f.Add(s)
	}
	who, c := played(f)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseModels(text, who, c)
		if err != nil && (len(got.models) > 0 || got.providers.Kind() != jsval.Undefined) {
			t.Errorf("%s: an error must drop everything, but %+v stayed", text, got)
		}
		for _, m := range got.models {
			if m.ID == "" || m.API == "" || m.BaseURL == "" {
				t.Errorf("%s: incomplete model %+v", text, m)
			}
		}
	})
}

func FuzzSettings(f *testing.F) {
	for _, s := range []string{`{}`, `{"retry":{"enabled":false,"maxRetries":"x"}}`, `[]`, `null`, `{"enabledModels":[1,"a"]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, err := parseSettings(text)
		s := &Settings{root: root, broken: err}
		s.Flag(true, "retry", "enabled")
		s.Number(3, "retry", "maxRetries")
		s.Texts("enabledModels")
		changed := apply(root, []Change{{jsval.Of("v"), []string{"a", "b"}}})
		if again, err := parseSettings(changed.JSON()); err != nil || again.Get("a").Get("b").String() != "v" {
			t.Errorf("%s: a change makes %s, %v", text, changed.JSON(), err)
		}
	})
}
