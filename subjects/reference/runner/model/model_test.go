package model_test

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/runner/model"
)

func TestPiProvider(t *testing.T) {
	for in, want := range map[string]string{
		"gemini": "google", "together_ai": "together", "mistralai": "mistral", "mistral": "mistral", "OpenAI": "openai", "": "",
	} {
		if got := model.PiProvider(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestParseStrict(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "0": false, "no": false, "False": false, "OFF": false, " false ": false,
		"1": true, "yes": true, "On": true, "TRUE": true,
	} {
		if got, err := model.ParseStrict(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"2", "maybe", "tru", "null"} {
		if _, err := model.ParseStrict(text); err == nil || !strings.Contains(err.Error(), model.StrictVariable) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAllowedReadsValueThenID(t *testing.T) {
	got := model.Allowed([]model.Option{{Value: "a/1", ID: "x"}, {ID: "b/2"}, {}})
	if !slices.Equal(got, []string{"a/1", "b/2"}) {
		t.Errorf("got %v", got)
	}
}

func TestPick(t *testing.T) {
	both := []string{"openai/gpt-4o-mini", "openrouter/openai/gpt-4o-mini", "openai-codex/gpt-5.5"}
	for _, tc := range []struct {
		name, provider, wanted string
		allowed                []string
		want                   string
	}{
		{"exact", "", "openai/gpt-4o-mini", both, "openai/gpt-4o-mini"},
		{"bare id", "", "gpt-5.5", both, "openai-codex/gpt-5.5"},
		{"bare id elsewhere", "", "gpt-5.5", []string{"openai/gpt-5.5"}, "openai/gpt-5.5"},
		{"provider is honoured", "openrouter", "openai/gpt-4o-mini", both, "openrouter/openai/gpt-4o-mini"},
		{"provider is honoured for a bare id", "openai", "gpt-5.5", both, ""},
		{"prefix of another spelling", "", "codex/gpt-5.5", both, "openai-codex/gpt-5.5"},
		{"nothing", "", "zzz", both, ""},
		{"no wish", "", "", both, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got, _ := model.Pick(tc.provider, tc.wanted, tc.allowed); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// desk is a session with some models; it starts with the first.
type desk struct {
	models []string
	now    string
}

var errRefused = errors.New("model not found")

func (d *desk) Set(provider, id string) error {
	if !slices.Contains(d.models, provider+"/"+id) {
		return errRefused
	}
	d.now = provider + "/" + id
	return nil
}

func (d *desk) Offered() ([]model.Option, error) {
	var all []model.Option
	for _, m := range d.models {
		all = append(all, model.Option{Value: m})
	}
	return all, nil
}

func (d *desk) Current() (string, string, error) {
	p, id, _ := strings.Cut(d.now, "/")
	return p, id, nil
}

func (d *desk) Refused(err error) string {
	if errors.Is(err, errRefused) {
		return err.Error()
	}
	return ""
}

func TestSelect(t *testing.T) {
	models := []string{"anthropic/c", "openrouter/a/b", "openrouter/x"}
	for _, tc := range []struct {
		name   string
		want   model.Want
		now    string // model of the session afterwards
		err    string
		warned bool
	}{
		{"exact", model.Want{Provider: "openrouter", Model: "a/b", Strict: true}, "openrouter/a/b", "", false},
		{"without a provider", model.Want{Model: "openrouter/x", Strict: true}, "openrouter/x", "", false},
		{"one pick before a strict failure", model.Want{Model: "x", Strict: true}, "openrouter/x", "", false},
		{"strict", model.Want{Provider: "openrouter", Model: "zzz", Strict: true}, "anthropic/c", "valid ids: anthropic/c, openrouter/a/b, openrouter/x", false},
		{"lenient", model.Want{Provider: "openrouter", Model: "zzz"}, "anthropic/c", "", true},
		{"lenient and confined stays with its key", model.Want{Provider: "openrouter", Model: "zzz", Confined: true}, "openrouter/a/b", "", true},
		{"no wish", model.Want{Strict: true}, "anthropic/c", "", false},
		{"no wish, confined", model.Want{Provider: "openrouter", Confined: true, Strict: true}, "openrouter/a/b", "", false},
		{"no wish, confined, start model is right", model.Want{Provider: "anthropic", Confined: true}, "anthropic/c", "", false},
		{"confined and nothing there", model.Want{Provider: "groq", Confined: true}, "anthropic/c", "offers no model", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := &desk{models: models, now: models[0]}
			var log bytes.Buffer
			err := model.Select(d, tc.want, slog.New(slog.NewTextHandler(&log, nil)))
			if (err != nil) != (tc.err != "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("err = %v, want %q", err, tc.err)
			}
			if d.now != tc.now {
				t.Errorf("session uses %s, want %s", d.now, tc.now)
			}
			if warned := strings.Contains(log.String(), "zzz") && strings.Contains(log.String(), "default="); warned != tc.warned {
				t.Errorf("log is %q", log.String())
			}
		})
	}
	err := model.Select(&desk{models: models, now: models[0]}, model.Want{Model: "gpt-4010", Strict: true}, slog.Default())
	var typed *model.NotSettableError
	if !errors.As(err, &typed) || typed.Requested != "gpt-4010" || !slices.Equal(typed.Allowed, models) {
		t.Errorf("err = %#v", err)
	}
}
