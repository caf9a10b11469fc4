package config

import (
	"strings"
	"testing"
)

func envOf(m map[string]string) Env { return func(name string) string { return m[name] } }

func TestResolve(t *testing.T) {
	t.Parallel()
	env := envOf(map[string]string{"K": "v", "EMPTY": "", "A_1": "w"})
	for value, want := range map[string]string{
		"lit":                 "lit",
		"K":                   "K", // a bare name is text
		"$K":                  "v",
		"${K}":                "v",
		"pre-${K}-post":       "pre-v-post",
		"$K-tail":             "v-tail",
		"$A_1$K":              "wv",
		"$$K":                 "$K",
		"$!x":                 "!x",
		"a$":                  "a$",
		"$1abc":               "$1abc",
		"${1X}":               "${1X}",
		"${OPEN":              "${OPEN",
		"${}":                 "${}",
		"!echo '  out  '":     "out",
		"!printf '%s' \"$0\"": "/bin/sh",
		" lead":               " lead",
	} {
		got, ok := resolve(value, env)
		if !ok || got != want {
			t.Errorf("resolve(%q) = %q, %v; want %q", value, got, ok, want)
		}
	}
	for _, value := range []string{"$MISSING", "${MISSING}", "$EMPTY", "x${MISSING}y", "!exit 1", "!true", "!echo out; exit 1"} {
		if got, ok := resolve(value, env); ok {
			t.Errorf("resolve(%q) = %q, want nothing", value, got)
		}
	}
}

func TestResolveOrWords(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"$A":     `Failed to resolve API key for provider "p" from environment variable: A`,
		"$A$B":   `Failed to resolve API key for provider "p" from environment variables: A, B`,
		"!false": `Failed to resolve API key for provider "p" from shell command: false`,
	} {
		if _, err := resolveOr(value, `API key for provider "p"`, envOf(nil)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", value, err, want)
		}
	}
}

func TestAgentDir(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{
		"":        "/h/.pi/agent",
		"/a/b/":   "/a/b",
		"~":       "/h",
		"~/x":     "/h/x",
		"~x":      "/w/~x",
		"rel/d":   "/w/rel/d",
		"$HOME/x": "/w/$HOME/x",
	} {
		if got := AgentDir(envOf(map[string]string{"HOME": "/h", "PI_CODING_AGENT_DIR": set}), "/w"); got != want {
			t.Errorf("PI_CODING_AGENT_DIR=%q: %s, want %s", set, got, want)
		}
	}
}

// FuzzValue says that a value without a command either names what it lacks or
// resolves, and that text without a "$" is itself.
func FuzzValue(f *testing.F) {
	for _, s := range []string{"lit", "$K", "${K}x$$", "$!a", "a$", "${", "${1}", "$K$MISSING", "$\u00e9"} {
		f.Add(s)
	}
	env := envOf(map[string]string{"K": "v"})
	f.Fuzz(func(t *testing.T, value string) {
		if isCommand(value) {
			t.Skip("would run a command")
		}
		got, ok := resolve(value, env)
		if names := missing(value, env); ok == (len(names) > 0) {
			t.Errorf("%q: resolved %v, but lacks %q", value, ok, names)
		}
		if ok && !strings.Contains(value, "$") && got != value {
			t.Errorf("%q became %q", value, got)
		}
		if all, ok := resolve(value, func(string) string { return "x" }); !ok {
			t.Errorf("%q does not resolve where every variable is set: %q", value, all)
		}
	})
}
