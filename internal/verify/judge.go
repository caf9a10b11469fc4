package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/verify/compare"
	"github.com/agenta-ai/conform/internal/verify/deviation"
	"github.com/agenta-ai/conform/verdict"
)

// maxDifferences is how many differences of one area are told; the first say most.
const maxDifferences = 12

// judge turns comparisons into findings. Differences that are meant to be count
// neither for the fake nor against it.
func judge(results []compare.Result, known []deviation.Deviation) (findings []verdict.Finding, used []string) {
	for _, r := range results {
		f := verdict.Finding{Clause: string(r.Area), Judgement: verdict.Holds}
		var meant []string
		for _, d := range r.Differences {
			at := slices.IndexFunc(known, func(k deviation.Deviation) bool { return k.Covers(r.Area, d) })
			if at < 0 {
				f.Judgement = verdict.Violated
				f.Mismatches = append(f.Mismatches, d)
				continue
			}
			if !slices.Contains(used, known[at].ID) {
				used = append(used, known[at].ID)
			}
			if reason := known[at].ID + ": " + known[at].Reason; !slices.Contains(meant, reason) {
				meant = append(meant, reason)
			}
		}
		if n := len(f.Mismatches); n > maxDifferences {
			f.Mismatches = f.Mismatches[:maxDifferences]
			f.Mismatches[maxDifferences-1] += fmt.Sprintf(" (and %d more)", n-maxDifferences)
		}
		if f.Judgement == verdict.Holds && len(meant) > 0 {
			f.Judgement, f.Reason = verdict.NotApplicable, "deviation "+strings.Join(meant, "; ")
		}
		findings = append(findings, f)
	}
	return findings, used
}

// cause names what cells have in common that fail alike: their first difference,
// without its numbers. It is "" where the verdict knows better.
func cause(r verdict.Result) string {
	for _, f := range r.Findings {
		if r.Status == verdict.Failed && f.Judgement == verdict.Violated {
			return f.Clause + ": " + numbers.ReplaceAllString(f.Mismatches[0], "#")
		}
	}
	return ""
}

// settle gives a result its status. A deviation that the cell is there to show, and
// that does not show, is out of date.
func settle(r *verdict.Result, used []string, shows []deviation.Deviation) {
	var meant []string
	for _, f := range r.Findings {
		if !f.Judgement.Seen() {
			meant = append(meant, f.Clause+" "+f.Reason)
		}
	}
	r.Status = verdict.Passed
	if len(meant) > 0 {
		r.Status, r.Reason = verdict.ExpectedFailed, strings.Join(meant, "; ")
	}
	for _, d := range shows {
		if !slices.Contains(used, d.ID) {
			r.Status = verdict.UnexpectedPass
			r.Reason = fmt.Sprintf("deviation %s no longer shows here (%s): take it out, or give it a case that shows it", d.ID, d.Where)
		}
	}
	if slices.ContainsFunc(r.Findings, func(f verdict.Finding) bool { return f.Judgement == verdict.Violated }) {
		r.Status = max(r.Status, verdict.Failed)
	}
}
