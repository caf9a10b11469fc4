package verdict

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/contract"
)

func TestScore(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	run := Run{
		Header: Header{Edition: contract.Edition20260702, Unshown: map[string]string{"ENV-2": "needs a probe", "ENV-1": "stale"}},
		Results: []Result{
			{Status: Passed, Findings: []Finding{{Clause: "ENV-1", Judgement: Holds}, {Clause: "GATE-3", Judgement: Holds}}},
			{Status: Failed, Findings: []Finding{{Clause: "GATE-3", Judgement: Violated}, {Clause: "CFG-7", Judgement: NotApplicable}, {Clause: "WIRE-2", Judgement: Masked}, {Clause: "XXX-1", Judgement: Holds}}},
			{Status: Error, Findings: []Finding{{Clause: "RES-5", Judgement: Violated}}},
		},
	}
	board := Score(run, c)
	of := func(id string) ClauseScore {
		for _, s := range board.Clauses {
			if s.Clause.ID == id {
				return s
			}
		}
		t.Fatalf("no clause %s", id)
		return ClauseScore{}
	}
	for id, want := range map[string]struct {
		standing Standing
		cells    int
	}{
		"ENV-1":  {ClauseHolds, 1}, // shown, whatever the header thought
		"GATE-3": {ClauseViolated, 2},
		"CFG-7":  {ClauseNotExercised, 0},
		"WIRE-2": {ClauseMasked, 0},
		"ENV-2":  {ClauseUnshown, 0},
		"RES-5":  {ClauseNotExercised, 0}, // a broken cell says nothing
	} {
		if s := of(id); s.Standing != want.standing || s.Cells != want.cells {
			t.Errorf("%s: %s in %d cells, want %s in %d", id, s.Standing, s.Cells, want.standing, want.cells)
		}
	}
	if of("ENV-2").Reason != "needs a probe" || of("ENV-1").Reason != "" {
		t.Errorf("reasons %q and %q", of("ENV-2").Reason, of("ENV-1").Reason)
	}
	if board.Gaps[0].Name != "1" || board.Gaps[4].Name != "5" || board.Gaps[0].Label == "" {
		t.Errorf("gaps do not begin with the five: %+v", board.Gaps)
	}
	if g := board.Gaps[0]; g.Standing() != ClauseViolated || g.Cells != 2 || g.Holds != 1 || g.Violated != 1 {
		t.Errorf("gap 1: %+v", g)
	}
	if len(board.Unknown) != 1 || board.Unknown[0] != "XXX-1" {
		t.Errorf("unknown clauses %v", board.Unknown)
	}
	sum := 0
	for _, g := range board.Slices {
		for _, n := range g.Clauses {
			sum += n
		}
	}
	if sum != len(board.Clauses) {
		t.Errorf("slices hold %d clauses, the edition has %d", sum, len(board.Clauses))
	}
}

func TestHeadline(t *testing.T) {
	failed := Result{Status: Failed, Findings: []Finding{{Clause: "CFG-7", Judgement: Violated}}}
	passed := Result{Status: Passed}
	for want, run := range map[string]Run{
		"The contract holds in all 2 cells.":                    {Results: []Result{passed, passed}, Footer: &Footer{}},
		"holds in 1 of 2 cells":                                 {Results: []Result{passed, {Status: Skipped}}, Footer: &Footer{}},
		"violates 1 clause in 1 cell of 2.":                     {Results: []Result{passed, failed}, Footer: &Footer{Exit: ExitFailed}},
		"incomplete: 3 of 5 planned without an outcome; beside": {Header: Header{Planned: 5}, Results: []Result{passed, failed}},
		"1 of 1 cell ended in an error":                         {Header: Header{Planned: 1}, Results: []Result{{Status: Error}}, Footer: &Footer{Exit: ExitBroken}},
		"The run itself broke: disk full.":                      {Results: []Result{passed}, Footer: &Footer{Exit: ExitBroken, Problems: []string{"disk full"}}},
		"Interrupted: 1 of 1,234 planned":                       {Header: Header{Planned: 1234}, Results: []Result{passed}, Footer: &Footer{Exit: ExitInterrupted}},
		"out of date: 1 cell passed against expectation.":       {Results: []Result{{Status: UnexpectedPass}}, Footer: &Footer{Exit: ExitExceptions}},
		"Nothing ran": {Footer: &Footer{Exit: ExitIncomplete}},
		"incomplete: it was cut off before its footer.": {Header: Header{Planned: 1}, Results: []Result{passed}},
	} {
		if got := run.Headline(); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
	if n := Number(1234567); n != "1,234,567" {
		t.Errorf("Number: %s", n)
	}
}
