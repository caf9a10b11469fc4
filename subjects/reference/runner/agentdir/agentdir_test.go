package agentdir_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/runner/agentdir"
)

// compact reads a JSON file of the folder without its blanks, "" if absent.
func compact(t *testing.T, dir, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		return ""
	}
	var doc any
	if err != nil || json.Unmarshal(raw, &doc) != nil {
		t.Fatalf("%s: %v: %s", name, err, raw)
	}
	out, _ := json.Marshal(doc)
	return string(out)
}

func operator(t *testing.T) string {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"auth.json":     `{"anthropic":{"type":"oauth","access":"a<b>","expires":1},"openrouter":{"type":"api_key","key":"sk-operator"}}`,
		"settings.json": `{"marker": true}`,
		"models.json":   `{"providers":{}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAuth(t *testing.T) {
	for _, tc := range []struct{ name, provider, variable, login, want string }{
		{"no login", "openrouter", "OPENROUTER_API_KEY", "", `{"openrouter":{"key":"$OPENROUTER_API_KEY","type":"api_key"}}`},
		{"login of the same provider is replaced, others survive", "openrouter", "OPENROUTER_API_KEY", operator(t),
			`{"anthropic":{"access":"a\u003cb\u003e","expires":1,"type":"oauth"},"openrouter":{"key":"$OPENROUTER_API_KEY","type":"api_key"}}`},
		{"no credential", "openrouter", "", "", `{}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := agentdir.Create(agentdir.Spec{Temp: t.TempDir(), Operator: tc.login, Login: true, Provider: tc.provider, Variable: tc.variable})
			if err != nil {
				t.Fatal(err)
			}
			if got := compact(t, d.Path(), "auth.json"); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
	if got := agentdir.LoginSecrets(operator(t)); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"a<b>", "sk-operator"}) {
		t.Errorf("secrets of the login: %v", got)
	}
	for _, broken := range []string{`null`, `{"a":`, `[]`} {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "auth.json"), []byte(broken), 0o600)
		d, err := agentdir.Create(agentdir.Spec{Temp: t.TempDir(), Operator: dir, Login: true, Provider: "p", Variable: "V"})
		if err != nil || compact(t, d.Path(), "auth.json") != `{"p":{"key":"$V","type":"api_key"}}` {
			t.Errorf("login %s: %v", broken, err)
		}
	}
}

func TestModels(t *testing.T) {
	for _, tc := range []struct {
		name, provider, model, url string
		builtIn                    bool
		want                       string
	}{
		{"built-in id", "openrouter", "a/b", "", true, ``},
		{"no id", "openrouter", "", "", false, ``},
		{"unknown id", "openrouter", "a/b", "", false, `{"providers":{"openrouter":{"apiKey":"$K","models":[{"id":"a/b"}]}}}`},
		{"address", "google", "g", "http://u", true, `{"providers":{"google":{"api":"openai-completions","apiKey":"$K","baseUrl":"http://u","models":[{"id":"g"}]}}}`},
		{"address without an id", "together", "", "http://u", false, `{"providers":{"together":{"api":"openai-completions","apiKey":"$K","baseUrl":"http://u"}}}`},
		{"anthropic", "anthropic", "c", "http://u", false, `{"providers":{"anthropic":{"api":"anthropic-messages","apiKey":"$K","baseUrl":"http://u","models":[{"id":"c"}]}}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := agentdir.Create(agentdir.Spec{Temp: t.TempDir(), Operator: operator(t), Provider: tc.provider,
				Variable: "K", Model: tc.model, BuiltIn: tc.builtIn, BaseURL: tc.url})
			if err != nil {
				t.Fatal(err)
			}
			if got := compact(t, d.Path(), "models.json"); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestWholeFolder(t *testing.T) {
	login := operator(t)
	d, err := agentdir.Create(agentdir.Spec{
		Temp: t.TempDir(), Operator: login, Provider: "openrouter", Variable: "K", Model: "x",
		SystemPrompt: "sys", AppendSystemPrompt: "more", Skills: []agentdir.Skill{{Name: "s1", Content: "skill"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(filepath.Base(d.Path()), "agenta-pi-agentdir-") {
		t.Errorf("folder is called %s", d.Path())
	}
	got := map[string]fs.FileMode{}
	filepath.WalkDir(d.Path(), func(path string, e fs.DirEntry, err error) error {
		info, _ := e.Info()
		name, _ := filepath.Rel(d.Path(), path)
		got[name] = info.Mode()
		return err
	})
	want := map[string]fs.FileMode{
		".": fs.ModeDir | 0o700, "auth.json": 0o600, "models.json": 0o600, "settings.json": 0o600,
		"SYSTEM.md": 0o600, "APPEND_SYSTEM.md": 0o600, "extensions": fs.ModeDir | 0o700, "extensions/agenta.js": 0o600,
		"skills": fs.ModeDir | 0o700, "skills/s1": fs.ModeDir | 0o700, "skills/s1/SKILL.md": 0o600,
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if compact(t, d.Path(), "settings.json") != `{"marker":true}` {
		t.Error("settings are not the login's")
	}
	if err := d.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(d.Path()); !os.IsNotExist(err) {
		t.Errorf("folder is still there: %v", err)
	}
}

func TestNothingIsLeftWhenItCannotBeWritten(t *testing.T) {
	temp := t.TempDir()
	for _, name := range []string{"../up", "", ".."} {
		if _, err := agentdir.Create(agentdir.Spec{Temp: temp, Skills: []agentdir.Skill{{Name: name}}}); err == nil {
			t.Errorf("skill %q was written", name)
		}
	}
	if _, err := agentdir.Create(agentdir.Spec{Temp: filepath.Join(temp, "absent")}); err == nil {
		t.Error("no error for a temporary root that is not there")
	}
	if left, _ := os.ReadDir(temp); !slices.Equal(left, nil) && len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
