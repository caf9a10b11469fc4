package cli

import (
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/matrix"
)

// A clause that is named alone is seen, at the smallest level, with each value
// that the larger plan can show it with: nothing else would show what it misses.
func TestANamedClauseIsSeenWithEachValue(t *testing.T) {
	for _, id := range []string{"CFG-7", "ISO-19", "RES-9"} {
		t.Run(id, func(t *testing.T) {
			smoke, pairwise := valuesOf(t, id, matrix.Smoke), valuesOf(t, id, matrix.Pairwise)
			for value := range pairwise {
				if !smoke[value] {
					t.Errorf("no smoke cell has %s", value)
				}
			}
			if len(pairwise) < 20 {
				t.Errorf("only %d values: nothing is shown by this", len(pairwise))
			}
		})
	}
}

func valuesOf(t *testing.T, clause string, level matrix.Level) map[string]bool {
	t.Helper()
	s := selection{Level: string(level), Edition: contract.Edition20260702, Pi: "fake", Seed: 1, Clause: []string{clause}}
	cat, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	_, p, err := s.plan(cat)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]bool{}
	for _, c := range p.Cases {
		for axis, value := range c.Axes() {
			values[axis+"="+value] = true
		}
	}
	return values
}
