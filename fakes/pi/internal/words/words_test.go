package words_test

import (
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/internal/words"
)

func TestFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		size int
		want string
	}{
		{"read", 4, "read"}, {"read", 7, "read..."}, {"read", 2, "re"}, {"", 3, "..."}, {"read", -1, ""},
	} {
		if got := words.Fit(c.text, c.size); got != c.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.text, c.size, got, c.want)
		}
	}
}

func TestLenCountsAsJavaScriptDoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "abc": 3, "é": 1, "😀": 2, "a\xff": 2} {
		if got := words.Len(text); got != want {
			t.Errorf("Len(%q) = %d, want %d", text, got, want)
		}
	}
}
