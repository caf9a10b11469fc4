package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
)

// Fold is the status of a group: the worst of its members, Passed for none.
func Fold(statuses ...Status) Status {
	worst := Passed
	for _, s := range statuses {
		worst = max(worst, s)
	}
	return worst
}

// StatusOf is the status of a case and, unless it passed or failed, the reason.
//
// A breakdown outweighs every finding: what a check sees of a dead process looks
// like a violation of the contract, and is none. A case in which no clause could
// be seen is skipped, never passed.
func StatusOf(findings []Finding, breakdown *evidence.Breakdown) (Status, string) {
	if breakdown != nil {
		return Error, breakdown.Part + ": " + breakdown.Cause
	}
	var holds bool
	for _, f := range findings {
		switch f.Judgement {
		case Violated:
			return Failed, ""
		case Holds:
			holds = true
		}
	}
	if !holds {
		return Skipped, whyNothing(findings)
	}
	return Passed, ""
}

// whyNothing sums up why no clause could be seen in a case.
func whyNothing(findings []Finding) string {
	if len(findings) == 0 {
		return "no clause of the contract shows in this cell"
	}
	var reasons []string
	for _, f := range findings {
		if !slices.Contains(reasons, f.Reason) {
			reasons = append(reasons, f.Reason)
		}
	}
	if len(reasons) == 1 {
		return reasons[0]
	}
	return fmt.Sprintf("none of %d clauses could be seen: %s", len(findings), strings.Join(reasons, "; "))
}

// Counts is how many results have each status. Every status has an entry, so
// that a reader sees which are zero.
func Counts(results []Result) map[string]int {
	counts := make(map[string]int, len(statusNames))
	for _, s := range Statuses() {
		counts[s.String()] = 0
	}
	for i := range results {
		counts[results[i].Status.String()]++
	}
	return counts
}
