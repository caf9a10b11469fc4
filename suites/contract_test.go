package suites

import (
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/matrix"
)

func TestEachClauseHasACheckOrAReason(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	checked := map[string]int{}
	for _, ch := range All() {
		checked[ch.Clause]++
	}
	unshown := Unshown(c, contract.Edition20260702)
	for _, cl := range c.Clauses {
		if !cl.In(contract.Edition20260702) {
			if checked[cl.ID] > 0 {
				t.Errorf("%s is checked, but is not part of the edition", cl.ID)
			}
			continue
		}
		_, excused := unshown[cl.ID]
		switch {
		case checked[cl.ID] == 0 && !excused:
			t.Errorf("%s has neither a check nor a reason why not", cl.ID)
		case checked[cl.ID] > 0 && excused:
			t.Errorf("%s has a check and a reason why not", cl.ID)
		case checked[cl.ID] > 1:
			t.Errorf("%s has %d checks", cl.ID, checked[cl.ID])
		}
	}
}

func TestEachCheckIsShownByThePlan(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := matrix.Load(contract.Edition20260702, c)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]int{}
	checks := All()
	for _, cs := range m.Plan(matrix.Pairwise, matrix.Run{Pi: "fake"}, 1).Cases {
		x, err := m.Expect(cs)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range Clauses(checks, cs, x) {
			shown[id]++
		}
	}
	for _, ch := range checks {
		if shown[ch.Clause] == 0 {
			t.Errorf("%s is shown by no cell of the default plan", ch.Clause)
		}
	}
}
