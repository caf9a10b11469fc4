package cli

import (
	"slices"

	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/suites"
)

// clausesOf are the clauses that a cell can show.
func (cat *catalogue) clausesOf(c matrix.Case) ([]string, error) {
	id := c.ID()
	if ids, ok := cat.shows[id]; ok {
		return ids, nil
	}
	want, err := cat.matrix.Expect(c)
	if err != nil {
		return nil, err
	}
	cat.shows[id] = suites.Clauses(cat.checks, c, want)
	return cat.shows[id], nil
}

// tags lets selectors speak of what the clauses of a cell have in common:
// "gap=2", "slice=3a", "group=CFG", "clause=CFG-7".
func (cat *catalogue) tags() matrix.Tags {
	known := map[string][]string{}
	for _, name := range []string{"clause", "gap", "group", "slice"} {
		value := tagOf(name)
		for _, c := range cat.contract.Clauses {
			if v := value(c); c.In(cat.matrix.Edition) && !slices.Contains(known[name], v) {
				known[name] = append(known[name], v)
			}
		}
	}
	return matrix.Tags{
		Known: known,
		Of: func(c matrix.Case, name string) []string {
			ids, err := cat.clausesOf(c)
			if err != nil {
				return nil // a hole in the tables is reported when the cell is judged
			}
			var values []string
			for _, id := range ids {
				if clause, ok := cat.contract.Clause(id); ok {
					values = append(values, tagOf(name)(clause))
				}
			}
			return values
		},
	}
}
