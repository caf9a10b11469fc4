package nearest

import "testing"

func TestTo(t *testing.T) {
	harnesses := []string{"pi_core", "pi_agenta", "claude"}
	rows := []struct {
		name, word string
		candidates []string
		want       string
	}{
		{"swapped letters", "cluade", harnesses, "claude"},
		{"missing letter", "pi_cor", harnesses, "pi_core"},
		{"letter too many", "claudde", harnesses, "claude"},
		{"capitals", "CLAUDE", harnesses, "claude"},
		{"exact", "claude", harnesses, "claude"},
		{"a part of it", "agenta", harnesses, "pi_agenta"},
		{"the first of equals", "pi_xxxx", []string{"pi_aaaa", "pi_bbbb"}, "pi_aaaa"},
		{"nothing alike", "zzzzzzzz", harnesses, ""},
		{"far too long", "pi_core_and_a_lot_more_than_that", []string{"claude"}, ""},
		{"no candidates", "claude", nil, ""},
		{"empty word", "", harnesses, ""},
		{"not ASCII", "clàude", harnesses, "claude"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if got := To(r.word, r.candidates); got != r.want {
				t.Errorf("%q is nearest to %q, want %q", r.word, got, r.want)
			}
		})
	}
}

func TestHint(t *testing.T) {
	if got, want := Hint("opnai", []string{"groq", "openai"}), `; did you mean "openai"?`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Hint("zzzzzzzz", []string{"groq", "openai"}); got != "" {
		t.Errorf("got %q for a word that is like none", got)
	}
}

func TestEdits(t *testing.T) {
	rows := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"same", "same", 0}, {"ab", "ba", 2}}
	for _, r := range rows {
		if got := edits(r.a, r.b); got != r.want {
			t.Errorf("edits(%q, %q) = %d, want %d", r.a, r.b, got, r.want)
		}
		if edits(r.a, r.b) != edits(r.b, r.a) {
			t.Errorf("edits(%q, %q) depends on the order", r.a, r.b)
		}
	}
}
