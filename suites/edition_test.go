package suites

import (
	"slices"
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/matrix"
)

// loadEdition is the matrix of an edition.
func loadEdition(t testing.TB, edition string) *matrix.Matrix {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := matrix.Load(edition, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ofEdition are the checks of a group that an edition has.
func ofEdition(group []Check, edition string) []Check {
	return slices.DeleteFunc(slices.Clone(group), func(ch Check) bool { return ch.Edition != "" && ch.Edition != edition })
}

// checksOf are the checks of an edition.
func checksOf(t testing.TB, edition string) []Check {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	return For(c, edition)
}

// TestNothingHoldsOnNothing judges empty evidence in every cell of the default
// plan: a check that passes on it sees nothing at all.
func TestNothingHoldsOnNothing(t *testing.T) {
	for _, edition := range contract.Editions() {
		t.Run(edition, func(t *testing.T) { nothingHoldsOnNothing(t, edition) })
	}
}

func nothingHoldsOnNothing(t *testing.T, edition string) {
	m := loadEdition(t, edition)
	all := checksOf(t, edition)
	offenders := map[string][]string{}
	for _, c := range m.Plan(matrix.Pairwise, matrix.Run{Pi: "fake"}, 1).Cases {
		in := look(t, m, c.ID())
		in.Got = &evidence.Evidence{Subject: in.Got.Subject}
		for _, ch := range all {
			if ch.Shows(in.Case, in.Want) && holdsOrPanics(ch, in) {
				offenders[ch.Clause] = append(offenders[ch.Clause], c.ID())
			}
		}
	}
	for _, ch := range all {
		if cells := offenders[ch.Clause]; len(cells) > 0 {
			t.Errorf("%s holds (or panics) on empty evidence in %d cells, such as %s", ch.Clause, len(cells), cells[0])
		}
	}
}
