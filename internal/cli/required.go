package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/suites"
)

// required are the clauses that --require asks for, in the order of the contract:
// "all" for whatever the planned cells can show, a clause, or those of a gap, a
// slice or a group. A subject that declares less than it did would otherwise be
// as green as before.
func (cat *catalogue) required(words []string, plan matrix.Plan) ([]string, error) {
	if len(words) == 0 {
		return nil, nil
	}
	var wanted []string
	for _, word := range words {
		ids, err := cat.requiredBy(word, plan)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, ids...)
	}
	return slices.DeleteFunc(cat.contract.IDs(), func(id string) bool { return !slices.Contains(wanted, id) }), nil
}

func (cat *catalogue) requiredBy(word string, plan matrix.Plan) ([]string, error) {
	if word == "all" {
		return cat.shownBy(plan)
	}
	tag, value, pair := strings.Cut(word, "=")
	if !pair {
		tag, value = "clause", word
	}
	known := cat.tags().Known
	if known[tag] == nil {
		return nil, usagef("--require: no kind of clauses %q; there are clause, gap, group and slice%s", tag, nearest.Hint(tag, []string{"clause", "gap", "group", "slice"}))
	}
	if !slices.Contains(known[tag], value) {
		return nil, usagef("--require: no %s %q in edition %s%s", tag, value, cat.matrix.Edition, nearest.Hint(value, append(known[tag], "all")))
	}
	unshown := suites.Unshown(cat.contract, cat.matrix.Edition)
	var ids []string
	for _, c := range cat.contract.Clauses {
		if _, cannot := unshown[c.ID]; c.In(cat.matrix.Edition) && tagOf(tag)(c) == value && !cannot {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil, usagef("--require: no cell of this build can show %s: %s", word, cmp.Or(unshown[value], "none of its clauses has a check"))
	}
	return ids, nil
}

// shownBy are the clauses that some cell of a plan can show.
func (cat *catalogue) shownBy(plan matrix.Plan) ([]string, error) {
	var ids []string
	seen := map[string]bool{}
	for _, c := range plan.Cases {
		of, err := cat.clausesOf(c)
		if err != nil {
			return nil, err
		}
		for _, id := range of {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}

// tagOf reads what clauses have in common off one of them.
func tagOf(name string) func(contract.Clause) string {
	switch name {
	case "gap":
		return func(c contract.Clause) string { return c.Gap }
	case "slice":
		return func(c contract.Clause) string { return c.Slice }
	case "group":
		return func(c contract.Clause) string { return c.Group }
	}
	return func(c contract.Clause) string { return c.ID }
}
