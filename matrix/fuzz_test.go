package matrix

import (
	"testing"
	"testing/fstest"

	"github.com/agenta-ai/conform/contract"
)

func FuzzParse(f *testing.F) {
	m := load(f)
	const whole = "pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset"
	for _, id := range []string{"", "+", "/", "a=b", whole, whole + "+login=same", whole + "+login=same+login=other", whole + "+vault-fault=500+"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		c, err := m.Parse(id)
		if err != nil {
			return
		}
		back, err := m.Parse(c.ID())
		if err != nil || back.ID() != c.ID() {
			t.Errorf("%q is read as %s, and that as %s, %v", id, c, back, err)
		}
		if rule, _ := m.Excluded(c, fake); rule == "" {
			if _, err := m.Expect(c); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzSelector(f *testing.F) {
	m := load(f)
	c, err := m.Parse("pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"", ",", "=", "|", "pi", "harness=*", "harness=[", "harness=\\", "clause=CFG-*", "id=*/*", "provider=open?|@"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := m.Selector(text, clauseTags)
		if err != nil {
			return
		}
		s.Match(c, clauseTags)
		if s.String() != text {
			t.Errorf("%q prints as %q", text, s)
		}
	})
}

func FuzzLoad(f *testing.F) {
	names := []string{"axes.yaml", "kinds.yaml", "constraints.yaml", tables}
	for i, name := range names {
		f.Add(i, small()[name].Data)
		for _, text := range []string{"", "{", "[", "- a", "a: &x *x", "? a", "a:\n- b: c\n  b: d", "!!binary x", "rules: [{when: {harness: {not: {not: x}}}}]", "axes: [{values: [{}]}]", "axes:\n  ! 0000"} {
			f.Add(i, []byte(text))
		}
	}
	c := loadContract(f)
	f.Fuzz(func(t *testing.T, which int, text []byte) {
		files := small()
		files[names[uint(which)%uint(len(names))]] = &fstest.MapFile{Data: text}
		m, err := LoadFS(files, contract.Edition20260702, c)
		if err != nil {
			return
		}
		for _, cs := range m.Plan(Pairwise, fake, 1).Cases {
			_, _ = m.Expect(cs)
		}
	})
}
