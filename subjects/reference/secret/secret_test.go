package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/secret"
)

const key = "sk-canary-12345"

func TestValueNeverPrints(t *testing.T) {
	type hidden struct{ inner secret.Value }
	v := secret.New(key)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v, "h", hidden{v})
	doc, err := json.Marshal(map[string]any{"v": v})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"%v": fmt.Sprintf("%v", v), "%+v": fmt.Sprintf("%+v", hidden{v}), "%#v": fmt.Sprintf("%#v", hidden{v}),
		"%d": fmt.Sprintf("%d", v), "%q": fmt.Sprintf("%q", v), "json": string(doc), "slog": log.String(),
	} {
		if strings.Contains(text, key) {
			t.Errorf("%s shows the key: %s", name, text)
		}
	}
	if v.Reveal() != key {
		t.Errorf("Reveal = %q", v.Reveal())
	}
}

func TestRedactorText(t *testing.T) {
	r := secret.NewRedactor(key, "sk-canary-12345-long", "no", "")
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "nothing here", "nothing here"},
		{"one", "key " + key + "!", "key [redacted]!"},
		{"longest first", "sk-canary-12345-long", "[redacted]"},
		{"short values stay", "no, not now", "no, not now"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := r.Text(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestRedactorJSON(t *testing.T) {
	r := secret.NewRedactor(`k"ey<canary>`)
	raw, _ := json.Marshal(map[string]any{"a": []any{`x k"ey<canary> y`}, "n": 1.5})
	got := string(r.JSON(raw))
	if got != `{"a":["x [redacted] y"],"n":1.5}` {
		t.Errorf("got %s", got)
	}
	if plain := string(r.JSON([]byte("cut k\"ey<canary> off"))); plain != "cut [redacted] off" {
		t.Errorf("got %s", plain)
	}
}

func TestStreamFindsASecretThatIsCutAnywhere(t *testing.T) {
	r := secret.NewRedactor(key)
	text := "before " + key + " after sk-can"
	for cut := range len(text) + 1 {
		s := r.Stream()
		got := s.Push(text[:cut]) + s.Push(text[cut:]) + s.Flush()
		if want := "before [redacted] after sk-can"; got != want {
			t.Fatalf("cut at %d: %q, want %q", cut, got, want)
		}
	}
}
