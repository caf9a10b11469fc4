package cli

import (
	"slices"
	"testing"
)

func TestSplitLine(t *testing.T) {
	for line, want := range map[string][]string{
		"":                    nil,
		"  a  b\tc ":          {"a", "b", "c"},
		`./d --name "a b" ''`: {"./d", "--name", "a b", ""},
		`a\ b 'c\d' "e\"f"`:   {"a b", `c\d`, `e"f`},
	} {
		got, err := splitLine(line)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", line, got, err)
		}
	}
	for _, line := range []string{`"a`, `'a`, `a\`} {
		if got, err := splitLine(line); err == nil {
			t.Errorf("%q: %q", line, got)
		}
	}
}

func TestQuoteIsReadBack(t *testing.T) {
	for _, text := range []string{"", "plain", "a b", "it's", `cmd:"x" 'y'`, "$HOME", "a\\b"} {
		got, err := splitLine(quote(text))
		if err != nil || !slices.Equal(got, []string{text}) {
			t.Errorf("%q → %s → %q, %v", text, quote(text), got, err)
		}
	}
}
