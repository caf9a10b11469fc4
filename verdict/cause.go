package verdict

import (
	"cmp"
	"slices"
)

// Causes groups the results that went wrong by their signature, the largest
// group first. The results are in the order of the plan; the first of a group
// represents it.
func Causes(results []Result) []Cause {
	members := map[string][]int{}
	var order []string
	for i := range results {
		signature := CauseOf(results[i])
		if signature == "" {
			continue
		}
		if members[signature] == nil {
			order = append(order, signature)
		}
		members[signature] = append(members[signature], i)
	}
	causes := make([]Cause, 0, len(order))
	explain := newExplainer(results)
	for _, signature := range order {
		group := members[signature]
		first := results[group[0]]
		c := Cause{
			Signature:      signature,
			Status:         first.Status,
			Count:          len(group),
			Representative: first.Cell,
			Reproduce:      first.Reproduce,
			Where:          explain.where(group),
		}
		for _, i := range group {
			c.Status = Fold(c.Status, results[i].Status)
			c.Clauses = append(c.Clauses, ViolatedClauses(results[i])...)
		}
		slices.Sort(c.Clauses)
		c.Clauses = slices.Compact(c.Clauses)
		causes = append(causes, c)
	}
	slices.SortStableFunc(causes, func(a, b Cause) int { return cmp.Compare(b.Count, a.Count) })
	return causes
}
