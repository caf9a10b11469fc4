package pi

import "testing"

func TestFillTemplate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		template string
		args     []string
		want     string
	}{
		"plain":         {"Say hello.", []string{"a"}, "Say hello."},
		"by number":     {"$2, then $1.", []string{"a", "b"}, "b, then a."},
		"missing":       {"[$1][$3][$0]", []string{"a"}, "[a][][]"},
		"all":           {"$@ and $ARGUMENTS", []string{"a", "b"}, "a b and a b"},
		"many digits":   {"$12", []string{"a", "b"}, ""},
		"other dollars": {"$ $x $$1 5$", []string{"a"}, "$ $x $a 5$"},
		"no loop":       {"$1", []string{"$2", "b"}, "$2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fillTemplate(c.template, c.args); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
