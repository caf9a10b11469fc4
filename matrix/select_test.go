package matrix

import (
	"strings"
	"testing"
)

// clauseTags gives every cell on Pi clause CFG-7, and knows two gaps.
var clauseTags = Tags{
	Known: map[string][]string{"clause": {"CFG-7", "CFG-8", "RES-1"}, "gap": {"1", "2"}, "id": {"moonshotai/kimi-k2.6"}},
	Of: func(c Case, name string) []string {
		switch {
		case name == "clause" && c.Is("harness", "pi_core", "pi_agenta"):
			return []string{"RES-1", "CFG-7"}
		case name == "id":
			return []string{"moonshotai/kimi-k2.6"}
		}
		return nil
	},
}

func TestSelector(t *testing.T) {
	m := load(t)
	const rest = "/local/custom_provider/openrouter/named/no-url/built-in/strict-unset"
	rows := []struct {
		selector string
		cell     string
		want     bool
	}{
		{"pi_core", "pi_core" + rest, true},
		{"pi_core", "claude" + rest, false},
		{"pi", "pi_agenta" + rest, true}, // a group
		{"pi", "claude" + rest, false},
		{"cloud", "pi_core" + rest, false},
		{"families", "pi_core" + rest, true},
		{"harness=claude", "claude" + rest, true},
		{"harness=claude|pi_core", "pi_core" + rest, true},
		{"harness=claude|pi_core", "pi_agenta" + rest, false},
		{"harness=pi_*", "pi_agenta" + rest, true},
		{"harness=pi_*", "claude" + rest, false},
		{"provider=open*", "pi_core" + rest, true},
		{"provider=*", "pi_core" + rest, true},
		{"provider=open?outer", "pi_core" + rest, true},
		{"pi, provider=openrouter", "pi_core" + rest, true},
		{"pi,provider=openai", "pi_core" + rest, false},
		{"login=same", "pi_core" + rest + "+login=same", true},
		{"login=same", "pi_core" + rest, false},
		{"clause=CFG-7", "pi_core" + rest, true},
		{"clause=CFG-7", "claude" + rest, false},
		{"clause=CFG-*", "pi_core" + rest, true},
		{"clause=CFG-8", "pi_core" + rest, false},
		{"clause=CFG-8|RES-1", "pi_core" + rest, true},
		{"gap=2", "pi_core" + rest, false},
		{"id=moon*", "pi_core" + rest, true}, // * matches slashes
		{"id=*k2.6", "pi_core" + rest, true},
		{"id=moonshotai/*", "pi_core" + rest, true},
		{"id=moonshotai/kimi-k2.6,pi", "pi_core" + rest, true},
	}
	for _, r := range rows {
		s, err := m.Selector(r.selector, clauseTags)
		if err != nil {
			t.Errorf("%q: %v", r.selector, err)
			continue
		}
		c, err := m.Parse(r.cell)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Match(c, clauseTags); got != r.want {
			t.Errorf("%q of %s is %v", r.selector, r.cell, got)
		}
		if s.String() != r.selector {
			t.Errorf("%q prints as %q", r.selector, s)
		}
	}
}

func TestSelectorErrors(t *testing.T) {
	m := load(t)
	rows := []struct{ selector, want string }{
		{"harnes=claude", `selector "harnes=claude": no axis "harnes"; did you mean "harness"?`},
		{"claus=CFG-7", `selector "claus=CFG-7": no axis "claus"; did you mean "clause"?`},
		{"harness=cluade", `selector "harness=cluade": no harness is "cluade"; did you mean "claude"?`},
		{"harness=claude|pi_cor", `selector "harness=claude|pi_cor": no harness is "pi_cor"; did you mean "pi_core"?`},
		{"clause=CFG-77", `selector "clause=CFG-77": no clause is "CFG-77"; did you mean "CFG-7"?`},
		{"claud", `selector "claud": no axis has a value "claud"; did you mean "claude"?`},
		{"pi,openruoter", `selector "pi,openruoter": no axis has a value "openruoter"; did you mean "openrouter"?`},
		{"harness=[", `selector "harness=[": no harness is "["`},
		{"harness=", `selector "harness=": no harness is ""`},
		{"", `selector "": no axis has a value ""`},
		{"pi,", `selector "pi,": no axis has a value ""`},
	}
	for _, r := range rows {
		if _, err := m.Selector(r.selector, clauseTags); err == nil || !strings.HasPrefix(err.Error(), r.want) {
			t.Errorf("%q gives %v, want %s", r.selector, err, r.want)
		}
	}
}

func TestSelectorWordOfSeveralAxes(t *testing.T) {
	m := load(t)
	_, err := m.Selector("other", Tags{})
	if err != nil { // only the login is called so
		t.Error(err)
	}
	_, err = m.Selector("custom", Tags{})
	if err != nil {
		t.Error(err)
	}
	_, err = m.Selector("skills", Tags{})
	if want := `selector "skills": "skills" is a value of several axes; write extras=skills or banner=skills`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
