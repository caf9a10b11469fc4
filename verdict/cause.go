package verdict

import (
	"cmp"
	"slices"
)

// maxAlso is how many other symptoms a cause lists.
const maxAlso = 5

// Causes is Group without the members.
func Causes(results []Result) []Cause {
	causes, _ := Group(results)
	return causes
}

// Group finds the causes of all results that went wrong, the largest first, and
// for each result the index of its cause, -1 for one that needs none. The
// results are in the order of the plan; the first of a group represents it.
//
// One fault shows as many symptoms, and not every case shows all of them. An
// error that the caller should not have got explains all that was missing after
// it, so such errors make groups first. Then the symptom that most of the other
// failures share makes the next group, until each failure is in one. What broke
// is grouped by what broke it.
func Group(results []Result) ([]Cause, []int) {
	groups := append(breakdowns(results), failures(results)...)
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(len(b.members), len(a.members)), cmp.Compare(a.members[0], b.members[0]))
	})
	of := make([]int, len(results))
	for i := range of {
		of[i] = -1
	}
	causes := make([]Cause, len(groups))
	explain := newExplainer(results)
	for k, g := range groups {
		first := results[g.members[0]]
		c := Cause{
			Signature: g.title, Status: first.Status, Count: len(g.members),
			Representative: first.Cell, Reproduce: first.Reproduce, Where: explain.where(g.members), Also: g.also,
		}
		for _, i := range g.members {
			of[i] = k
			c.Status = Fold(c.Status, results[i].Status)
			c.Clauses = append(c.Clauses, ViolatedClauses(results[i])...)
		}
		sortClauses(c.Clauses)
		c.Clauses = slices.Compact(c.Clauses)
		causes[k] = c
	}
	return causes, of
}

// group is a cause in the making.
type group struct {
	title   string
	members []int // in the order of the plan
	also    []Also
}

// breakdowns groups what went wrong and is no violation, by its signature.
func breakdowns(results []Result) []group {
	var groups []group
	at := map[string]int{}
	for i := range results {
		if results[i].Status == Failed {
			continue
		}
		signature := CauseOf(results[i])
		if signature == "" {
			continue
		}
		k, known := at[signature]
		if !known {
			k = len(groups)
			at[signature] = k
			groups = append(groups, group{title: signature})
		}
		groups[k].members = append(groups[k].members, i)
	}
	return groups
}
