package verdict

import (
	"testing"

	"github.com/agenta-ai/conform/evidence"
)

func TestFoldIsTheWorst(t *testing.T) {
	for _, c := range []struct {
		in   []Status
		want Status
	}{
		{nil, Passed},
		{[]Status{Passed, Skipped}, Skipped},
		{[]Status{Failed, Passed, ExpectedFailed}, Failed},
		{[]Status{Error, NotRun, Failed}, NotRun},
	} {
		if got := Fold(c.in...); got != c.want {
			t.Errorf("Fold(%v) = %v, want %v", c.in, got, c.want)
		}
	}
}

func TestStatusOf(t *testing.T) {
	holds := Finding{Clause: "A-1", Judgement: Holds}
	violated := Finding{Clause: "A-2", Judgement: Violated, Mismatches: []string{"no"}}
	na := Finding{Clause: "A-3", Judgement: NotApplicable, Reason: "no runner half"}
	other := Finding{Clause: "A-4", Judgement: NotApplicable, Reason: "no picker"}
	broke := &evidence.Breakdown{Part: "subject", Cause: "exit status 2"}
	for name, c := range map[string]struct {
		findings []Finding
		broke    *evidence.Breakdown
		want     Status
		reason   string
	}{
		"one holds":                     {[]Finding{holds, na}, nil, Passed, ""},
		"one violated":                  {[]Finding{holds, violated, na}, nil, Failed, ""},
		"breakdown outweighs":           {[]Finding{holds, violated}, broke, Error, "subject: exit status 2"},
		"breakdown is never a pass":     {[]Finding{holds}, broke, Error, "subject: exit status 2"},
		"nothing to see":                {[]Finding{na, na}, nil, Skipped, "no runner half"},
		"nothing to see, two reasons":   {[]Finding{na, other}, nil, Skipped, "none of 2 clauses could be seen: no runner half; no picker"},
		"no finding is never a pass":    {nil, nil, Skipped, "no clause of the contract shows in this cell"},
		"violated without a mismatch":   {[]Finding{{Clause: "A-1", Judgement: Violated}}, nil, Failed, ""},
		"violated before one that held": {[]Finding{violated, holds}, nil, Failed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, reason := StatusOf(c.findings, c.broke)
			if got != c.want || reason != c.reason {
				t.Errorf("got %v %q, want %v %q", got, reason, c.want, c.reason)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	of := func(statuses ...Status) []Result {
		var rs []Result
		for _, s := range statuses {
			rs = append(rs, Result{Status: s})
		}
		return rs
	}
	for name, c := range map[string]struct {
		planned     int
		results     []Result
		interrupted bool
		problems    []string
		want        int
	}{
		"all held":                        {4, of(Passed, Skipped, ExpectedFailed, Flaky), false, nil, ExitOK},
		"a failure":                       {2, of(Passed, Failed), false, nil, ExitFailed},
		"unexpected pass beats failure":   {2, of(UnexpectedPass, Failed), false, nil, ExitExceptions},
		"hole beats unexpected pass":      {3, of(UnexpectedPass, Failed), false, nil, ExitIncomplete},
		"one too many is incomplete":      {1, of(Passed, Passed), false, nil, ExitIncomplete},
		"nothing could be seen":           {2, of(Skipped, Skipped), false, nil, ExitIncomplete},
		"zero cells":                      {0, nil, false, nil, ExitIncomplete},
		"not run":                         {2, of(Passed, NotRun), false, nil, ExitIncomplete},
		"error beats not run":             {2, of(Error, NotRun), false, nil, ExitBroken},
		"problem beats a clean sheet":     {1, of(Passed), false, []string{"disk full"}, ExitBroken},
		"interrupted beats everything":    {9, of(Error, Failed, NotRun), true, []string{"disk full"}, ExitInterrupted},
		"interrupted with nothing to say": {0, nil, true, nil, ExitInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ExitCode(Header{Planned: c.planned}, c.results, c.interrupted, c.problems); got != c.want {
				t.Errorf("exit %d, want %d", got, c.want)
			}
		})
	}
}

func TestAccount(t *testing.T) {
	rs := []Result{{Cell: "a"}, {Cell: "b"}, {Cell: "b"}, {Cell: "b"}, {Cell: "x"}}
	missing, problems := Account([]string{"a", "b", "c", "c"}, rs)
	if len(missing) != 1 || missing[0] != "c" {
		t.Errorf("missing %v, want [c]", missing)
	}
	want := []string{"cell c is planned twice", "cell b has more than one outcome", "cell x has an outcome and was not planned"}
	if len(problems) != len(want) {
		t.Fatalf("problems %q, want %q", problems, want)
	}
	for i := range want {
		if problems[i] != want[i] {
			t.Errorf("problem %q, want %q", problems[i], want[i])
		}
	}
	if missing, problems := Account([]string{"a", "b"}, []Result{{Cell: "b"}, {Cell: "a"}}); missing != nil || problems != nil {
		t.Errorf("a complete run: missing %v, problems %v", missing, problems)
	}
}

func TestCountsHaveEveryStatus(t *testing.T) {
	counts := Counts([]Result{{Status: Failed}, {Status: Failed}, {Status: Passed}})
	if len(counts) != len(Statuses()) || counts["failed"] != 2 || counts["passed"] != 1 || counts["error"] != 0 {
		t.Errorf("counts %v", counts)
	}
}
