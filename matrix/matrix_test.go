package matrix

import (
	"testing"

	"github.com/agenta-ai/conform/contract"
)

func load(t testing.TB) *Matrix {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(contract.Edition20260702, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// eachEdition runs a test for every edition's matrix.
func eachEdition(t *testing.T, test func(t *testing.T, m *Matrix)) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, edition := range contract.Editions() {
		t.Run(edition, func(t *testing.T) {
			m, err := Load(edition, c)
			if err != nil {
				t.Fatal(err)
			}
			test(t, m)
		})
	}
}

func TestEveryPlannedCellHasAnExpectation(t *testing.T) {
	eachEdition(t, everyPlannedCellHasAnExpectation)
}

func everyPlannedCellHasAnExpectation(t *testing.T, m *Matrix) {
	p := m.Plan(Pairwise, Run{Pi: "fake"}, 1)
	outcomes := map[string]int{}
	for _, c := range p.Cases {
		x, err := m.Expect(c)
		if err != nil {
			t.Fatal(err)
		}
		outcomes[x.Get("outcome")]++
	}
	t.Log(len(p.Cases), p.Coverage, outcomes)
}

func TestParseIsTheInverseOfID(t *testing.T) {
	m := load(t)
	for _, c := range m.Plan(Pairwise, Run{Pi: "fake"}, 1).Cases {
		back, err := m.Parse(c.ID())
		if err != nil {
			t.Fatal(err)
		}
		if back.ID() != c.ID() {
			t.Fatalf("%s came back as %s", c, back)
		}
	}
}
