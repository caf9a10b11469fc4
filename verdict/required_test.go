package verdict

import (
	"slices"
	"testing"
)

// A cell of one clause with one judgement.
func seen(clause string, j Judgement, reason string) Result {
	r := Result{Cell: clause + reason, Findings: []Finding{{Clause: clause, Judgement: j, Reason: reason}}}
	r.Status, _ = StatusOf(r.Findings, nil)
	return r
}

func TestRequiredClauses(t *testing.T) {
	const lost = "the subject does not declare run"
	for name, c := range map[string]struct {
		required []string
		results  []Result
		want     []ClauseReason
		exit     int
	}{
		"none asked for":       {nil, []Result{seen("A", Holds, ""), seen("B", NotApplicable, lost)}, nil, ExitOK},
		"all judged":           {[]string{"A"}, []Result{seen("A", Holds, ""), seen("A", NotApplicable, lost)}, nil, ExitOK},
		"violated is judged":   {[]string{"A"}, []Result{seen("A", Violated, "")}, nil, ExitFailed},
		"not applicable":       {[]string{"A", "B"}, []Result{seen("A", Holds, ""), seen("B", NotApplicable, lost)}, []ClauseReason{{"B", lost}}, ExitIncomplete},
		"the commonest reason": {[]string{"B"}, []Result{seen("A", Holds, ""), seen("B", NotApplicable, "x"), seen("B", NotApplicable, lost), seen("B", NotApplicable, lost)}, []ClauseReason{{"B", lost}}, ExitIncomplete},
		"no cell":              {[]string{"C"}, []Result{seen("A", Holds, "")}, []ClauseReason{{"C", "no cell of this run could show it"}}, ExitIncomplete},
		"said by a broken cell": {[]string{"A"}, []Result{seen("B", Holds, ""), {Cell: "broken", Status: Error, Findings: []Finding{{Clause: "A", Judgement: Holds}}}},
			[]ClauseReason{{"A", "no cell of this run could show it"}}, ExitBroken},
	} {
		t.Run(name, func(t *testing.T) {
			h := Header{Planned: len(c.results), Required: c.required}
			if got := Unjudged(h, c.results); !slices.Equal(got, c.want) {
				t.Errorf("unjudged %v, want %v", got, c.want)
			}
			if got := ExitCode(h, c.results, false, nil); got != c.exit {
				t.Errorf("exit %d, want %d", got, c.exit)
			}
		})
	}
}

// Every report shows the problems of a run, so what was not judged is one.
func TestShortfallIsAProblem(t *testing.T) {
	run := Run{
		Header:  Header{Planned: 2, Required: []string{"A", "B", "C"}},
		Results: []Result{seen("A", Holds, ""), seen("B", NotApplicable, "not declared")},
		Footer:  &Footer{Exit: ExitIncomplete},
	}
	want := []string{
		"1 clause had to be judged and could not be (B): not declared",
		"1 clause had to be judged and could not be (C): no cell of this run could show it",
	}
	if got := run.Problems(); !slices.Equal(got, want) {
		t.Errorf("problems %q, want %q", got, want)
	}
	if got, want := run.Headline(), "The run is incomplete: 2 clauses that had to be judged could not be."; got != want {
		t.Errorf("headline %q, want %q", got, want)
	}
}
