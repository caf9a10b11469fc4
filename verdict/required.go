package verdict

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Unjudged gives the clauses that a run had to judge and of which no cell of it
// says anything, in the order of the header, each with the commonest reason.
// Cells that broke or did not run say nothing of any clause.
func Unjudged(h Header, results []Result) []ClauseReason {
	judged := map[string]bool{}
	reasons := map[string]map[string]int{} // clause → reason → findings
	for i := range results {
		if results[i].Status >= Error {
			continue
		}
		for _, f := range results[i].Findings {
			if f.Judgement.Seen() {
				judged[f.Clause] = true
				continue
			}
			if reasons[f.Clause] == nil {
				reasons[f.Clause] = map[string]int{}
			}
			reasons[f.Clause][f.Reason]++
		}
	}
	var out []ClauseReason
	for _, id := range h.Required {
		if !judged[id] {
			out = append(out, ClauseReason{id, cmp.Or(mostOften(reasons[id]), "no cell of this run could show it")})
		}
	}
	return out
}

// ClauseReason is a clause and why it was not judged.
type ClauseReason struct{ Clause, Reason string }

// mostOften is the reason with the most findings, of several the first in the
// alphabet; "" of none.
func mostOften(reasons map[string]int) string {
	best := ""
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		if best == "" || reasons[reason] > reasons[best] {
			best = reason
		}
	}
	return best
}

// namedClauses is how many clauses one sentence names.
const namedClauses = 12

// shortfall says which required clauses were not judged, a sentence for each
// reason, that of the most clauses first.
func (r Run) shortfall() []string {
	var order []string
	byReason := map[string][]string{}
	for _, u := range Unjudged(r.Header, r.Results) {
		if byReason[u.Reason] == nil {
			order = append(order, u.Reason)
		}
		byReason[u.Reason] = append(byReason[u.Reason], u.Clause)
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(len(byReason[b]), len(byReason[a])) })
	var out []string
	for _, reason := range order {
		ids := byReason[reason]
		names := strings.Join(ids[:min(len(ids), namedClauses)], " ")
		if more := len(ids) - namedClauses; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		out = append(out, fmt.Sprintf("%s had to be judged and could not be (%s): %s", Plural(len(ids), "clause"), names, reason))
	}
	return out
}
