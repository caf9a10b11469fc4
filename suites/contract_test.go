package suites

import (
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/matrix"
)

// eachEdition runs a test for every edition.
func eachEdition(t *testing.T, test func(t *testing.T, c *contract.Contract, edition string)) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, edition := range contract.Editions() {
		t.Run(edition, func(t *testing.T) { test(t, c, edition) })
	}
}

func TestEachClauseHasACheckOrAReason(t *testing.T) {
	eachEdition(t, func(t *testing.T, c *contract.Contract, edition string) {
		checked := map[string]int{}
		for _, ch := range For(c, edition) {
			checked[ch.Clause]++
		}
		unshown := Unshown(c, edition)
		for _, cl := range c.Clauses {
			if !cl.In(edition) {
				if checked[cl.ID] > 0 || unshown[cl.ID] != "" {
					t.Errorf("%s is checked or excused, but is not part of the edition", cl.ID)
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
	})
}

// Every check belongs to a clause of the edition that it names.
func TestChecksNameTheirClauseAndEdition(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range [][]Check{env(), res(), gate(), wire(), cfg(), iso(), model(), pick(), ban(), run()} {
		for _, ch := range group {
			clause, known := c.Clause(ch.Clause)
			if !known {
				t.Errorf("a check names %s, which is no clause", ch.Clause)
			}
			if ch.Edition != "" && !clause.In(ch.Edition) {
				t.Errorf("a check of %s is of edition %s, which does not have it", ch.Clause, ch.Edition)
			}
		}
	}
}

func TestEachCheckIsShownByThePlan(t *testing.T) {
	eachEdition(t, func(t *testing.T, c *contract.Contract, edition string) {
		m, err := matrix.Load(edition, c)
		if err != nil {
			t.Fatal(err)
		}
		shown := map[string]int{}
		checks := For(c, edition)
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
	})
}
