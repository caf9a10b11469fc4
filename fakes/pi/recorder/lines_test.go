package recorder

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pieces []string
		want   []string
	}{
		"nothing":                  {nil, nil},
		"whole":                    {[]string{"a\nb\n"}, []string{"a", "b"}},
		"in pieces":                {[]string{"a", "b", "c\nd", "\n"}, []string{"abc", "d"}},
		"carriage returns":         {[]string{"a\r\n\r\nb\r", "\n"}, []string{"a", "", "b"}},
		"last one without an end":  {[]string{"a\nb"}, []string{"a", "b"}},
		"separators of JavaScript": {[]string{"a\u2028b\n"}, []string{"a\u2028b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			l := lines{tell: func(line string) { got = append(got, line) }}
			for _, piece := range c.pieces {
				l.add([]byte(piece))
			}
			l.end()
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzLines says that cutting depends on the text alone, not on its pieces.
func FuzzLines(f *testing.F) {
	f.Add("a\nb\r\nc", 2)
	f.Add("\n\n", 0)
	f.Fuzz(func(t *testing.T, text string, at int) {
		cut := func(pieces ...string) (out []string) {
			l := lines{tell: func(line string) { out = append(out, line) }}
			for _, piece := range pieces {
				l.add([]byte(piece))
			}
			l.end()
			return out
		}
		at = max(0, min(at, len(text)))
		whole := cut(text)
		if diff := cmp.Diff(whole, cut(text[:at], text[at:])); diff != "" {
			t.Errorf("%q at %d (-whole +pieces):\n%s", text, at, diff)
		}
		if n := strings.Count(text, "\n"); len(whole) < n || len(whole) > n+1 {
			t.Errorf("%q has %d lines", text, len(whole))
		}
	})
}
