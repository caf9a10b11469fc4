package cli_test

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/agenta-ai/conform/reports"
	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/verdict"
	"github.com/rogpeppe/go-internal/testscript"
)

// unseenalike wants two runs in which the same clauses are not applicable in
// every cell: unseenalike RUN RUN. A clause that is masked by a violation of
// another is not one of them: the subject could show it.
func unseenalike(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: unseenalike RUN RUN")
	}
	one, other := inapplicable(ts, args[0]), inapplicable(ts, args[1])
	if len(one) == 0 {
		ts.Fatalf("every clause is applicable in %s", args[0])
	}
	for _, id := range slices.Sorted(maps.Keys(one)) {
		if _, same := other[id]; !same {
			ts.Logf("%s is not applicable in %s alone: %s", id, args[0], one[id])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(other)) {
		if _, same := one[id]; !same {
			ts.Logf("%s is not applicable in %s alone: %s", id, args[1], other[id])
		}
	}
	if !maps.EqualFunc(one, other, func(string, string) bool { return true }) {
		ts.Fatalf("what is not applicable differs")
	}
	ts.Logf("%d clauses are not applicable in both", len(one))
}

// inapplicable are the clauses of a run for which no cell says anything else,
// with the first reason of each.
func inapplicable(ts *testscript.TestScript, dir string) map[string]string {
	run, err := jsonl.Open(filepath.Join(ts.MkAbs(dir), reports.Results))
	ts.Check(err)
	reasons, said := map[string]string{}, map[string]bool{}
	for _, r := range run.Results {
		for _, f := range r.Findings {
			if f.Judgement != verdict.NotApplicable {
				said[f.Clause] = true
			} else if reasons[f.Clause] == "" {
				reasons[f.Clause] = f.Reason
			}
		}
	}
	maps.DeleteFunc(reasons, func(id, _ string) bool { return said[id] })
	return reasons
}
