package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/subjects/mutants"
	"github.com/agenta-ai/conform/suites"
	"github.com/agenta-ai/conform/verdict"
)

func TestKillMatrix(t *testing.T) {
	checks := []suites.Check{{Clause: "RES-1"}, {Clause: "RES-2"}, {Clause: "RES-3"}}
	violated := func(ids ...string) []verdict.Result {
		res := verdict.Result{Status: verdict.Failed, Findings: []verdict.Finding{{Clause: "RES-3", Judgement: verdict.NotApplicable}}}
		for _, id := range ids {
			res.Findings = append(res.Findings, verdict.Finding{Clause: id, Judgement: verdict.Violated})
		}
		return []verdict.Result{res}
	}
	rows := []struct {
		name    string
		mutant  mutants.Mutant
		results []verdict.Result
		exit    int
		line    string
	}{
		{"killed", mutants.Mutant{Name: "m", Kills: []string{"RES-1"}}, violated("RES-2", "RES-1"), verdict.ExitOK, "killed m 1s RES-1 RES-2"},
		{"of another edition", mutants.Mutant{Name: "m", Kills: []string{"RES-1", "CFG-1"}}, violated("RES-1"), verdict.ExitOK, "killed m 1s RES-1"},
		{"missed", mutants.Mutant{Name: "m", Kills: []string{"RES-1", "RES-2"}}, violated("RES-1"), verdict.ExitFailed, "MISSED m 1s by RES-2; noticed by RES-1"},
		{"survived", mutants.Mutant{Name: "m", About: "does wrong", Kills: []string{"RES-1"}}, violated(), verdict.ExitFailed, "SURVIVED m 1s does wrong"},
		{"broken", mutants.Mutant{Name: "m", Kills: []string{"RES-1"}}, append(violated("RES-1"), verdict.Result{Status: verdict.Error, Reason: "subject: gone"}),
			verdict.ExitBroken, "broken m 1s subject: gone"},
		{"nothing ran", mutants.Mutant{Name: "m", Kills: []string{"RES-1"}}, nil, verdict.ExitFailed, "SURVIVED m 1s"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			km := newKillMatrix("2026-07-02", "smoke", 1, checks)
			var out strings.Builder
			km.add(r.mutant, r.results).print(&out, time.Second)
			if got := strings.Join(strings.Fields(out.String()), " "); got != r.line || km.exit() != r.exit {
				t.Errorf("exit %d, %q; want %d, %q", km.exit(), got, r.exit, r.line)
			}
			if !slices.Contains(km.Blind, "RES-3") {
				t.Errorf("a clause that was not applicable counts as seeing: blind are %v", km.Blind)
			}
		})
	}
}

func TestBlindClauseIsAHole(t *testing.T) {
	km := newKillMatrix("2026-07-02", "smoke", 1, []suites.Check{{Clause: "RES-1"}, {Clause: "RES-2"}})
	km.add(mutants.Mutant{Name: "m", Kills: []string{"RES-1"}}, []verdict.Result{
		{Status: verdict.Failed, Findings: []verdict.Finding{{Clause: "RES-1", Judgement: verdict.Violated}}},
	})
	if km.exit() != verdict.ExitOK {
		t.Error("some mutants, and a clause that noticed none of them, are taken for a hole")
	}
	km.whole = true
	if km.exit() != verdict.ExitFailed {
		t.Error("a clause that notices no mutant at all is no hole")
	}
}

func TestMutantsShowWhereTheirClausesAre(t *testing.T) {
	km := newKillMatrix("2026-07-14", "smoke", 1, []suites.Check{{Clause: "RES-1"}})
	for _, r := range []struct {
		mutant mutants.Mutant
		want   bool
	}{
		{mutants.Mutant{Kills: []string{"RES-1"}}, true},
		{mutants.Mutant{Kills: []string{"CFG-1"}}, false},
		{mutants.Mutant{Kills: []string{"RES-1"}, Edition: "2026-07-02"}, false},
		{mutants.Mutant{Kills: []string{"RES-1"}, Edition: "2026-07-14"}, true},
	} {
		if got := km.shows(r.mutant); got != r.want {
			t.Errorf("%+v: %v", r.mutant, got)
		}
	}
}

func TestWorse(t *testing.T) {
	for _, r := range [][3]int{{0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {3, 1, 3}, {1, 3, 3}} {
		if got := worse(r[0], r[1]); got != r[2] {
			t.Errorf("worse(%d, %d) = %d", r[0], r[1], got)
		}
	}
}
