package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/subjects/mutants"
	"github.com/agenta-ai/conform/suites"
	"github.com/agenta-ai/conform/verdict"
)

// killMatrix is which clauses of an edition notice which mutants.
type killMatrix struct {
	Edition string              `json:"edition"`
	Level   string              `json:"level"`
	Cells   int                 `json:"cells"`
	Mutants []kill              `json:"mutants"`
	Clauses map[string][]string `json:"clauses"` // clause that has a check → mutants that violate it
	Blind   []string            `json:"blind"`   // clauses that no mutant of this run violates
	order   []string            // of the clauses
	whole   bool                // every mutant is run, so that a blind clause is a hole
}

// kill is what became of one mutant.
type kill struct {
	Name   string   `json:"name"`
	Gap    string   `json:"gap"`
	About  string   `json:"about"`
	Kills  []string `json:"kills"`            // clauses that it violates
	Missed []string `json:"missed,omitempty"` // clauses that had to notice it and did not
	Broken string   `json:"broken,omitempty"` // why a cell could not be judged
}

func newKillMatrix(edition, level string, cells int, checks []suites.Check) killMatrix {
	km := killMatrix{Edition: edition, Level: level, Cells: cells, Mutants: []kill{}, Clauses: map[string][]string{}}
	for _, ch := range checks {
		km.order = append(km.order, ch.Clause)
		km.Clauses[ch.Clause] = []string{}
	}
	km.Blind = slices.Clone(km.order)
	return km
}

// shows reports whether a mutant shows in the edition: whether a clause that has
// to notice it has a check there.
func (km *killMatrix) shows(m mutants.Mutant) bool {
	if m.Edition != "" {
		return m.Edition == km.Edition
	}
	return slices.ContainsFunc(m.Kills, func(id string) bool { return km.Clauses[id] != nil })
}

// add takes the results of one mutant.
func (km *killMatrix) add(m mutants.Mutant, results []verdict.Result) kill {
	k := kill{Name: m.Name, Gap: m.Gap, About: m.About, Kills: []string{}}
	violated := map[string]bool{}
	for _, r := range results {
		if r.Status >= verdict.Error && k.Broken == "" {
			k.Broken = r.Reason
		}
		for _, f := range r.Findings {
			if f.Judgement == verdict.Violated {
				violated[f.Clause] = true
			}
		}
	}
	for _, id := range km.order {
		if violated[id] {
			k.Kills = append(k.Kills, id)
			km.Clauses[id] = append(km.Clauses[id], m.Name)
		}
	}
	for _, id := range m.Kills {
		if km.Clauses[id] != nil && !violated[id] {
			k.Missed = append(k.Missed, id)
		}
	}
	km.Blind = slices.DeleteFunc(km.Blind, func(id string) bool { return violated[id] })
	km.Mutants = append(km.Mutants, k)
	return k
}

// exit is 3 if a run broke, 1 if a mutant survived, also one that a clause missed
// which had to notice it, or if all mutants ran and a clause noticed none.
func (km killMatrix) exit() int {
	code := verdict.ExitOK
	if km.whole && len(km.Blind) > 0 {
		code = verdict.ExitFailed
	}
	for _, k := range km.Mutants {
		switch {
		case k.Broken != "":
			code = verdict.ExitBroken
		case (len(k.Kills) == 0 || len(k.Missed) > 0) && code == verdict.ExitOK:
			code = verdict.ExitFailed
		}
	}
	return code
}

func (k kill) print(w io.Writer, took time.Duration) {
	word, rest := "killed", strings.Join(k.Kills, " ")
	switch {
	case k.Broken != "":
		word, rest = "broken", oneLine(k.Broken)
	case len(k.Kills) == 0:
		word, rest = "SURVIVED", k.About
	case len(k.Missed) > 0:
		word, rest = "MISSED", "by "+strings.Join(k.Missed, " ")+"; noticed by "+rest
	}
	fmt.Fprintf(w, "  %-8s  %-28s %6s  %s\n", word, k.Name, took.Round(100*time.Millisecond), rest)
}

// print writes the matrix by clause, and the clauses that noticed nothing.
func (km killMatrix) print(w io.Writer) error {
	fmt.Fprintln(w, "\nclause, and the mutants that it notices:")
	for _, id := range km.order {
		if names := km.Clauses[id]; len(names) > 0 {
			fmt.Fprintf(w, "  %-9s %3d  %s\n", id, len(names), strings.Join(names, " "))
		}
	}
	if len(km.Blind) > 0 {
		fmt.Fprintf(w, "\nclauses of which no mutant here is noticed (%d of %d):\n  %s\n", len(km.Blind), len(km.order), strings.Join(km.Blind, " "))
	}
	killed := len(km.Mutants)
	for _, k := range km.Mutants {
		if k.Broken != "" || len(k.Kills) == 0 || len(k.Missed) > 0 {
			killed--
		}
	}
	_, err := fmt.Fprintf(w, "\n%d of %s killed by the clauses that had to notice, exit %d\n", killed, verdict.Plural(len(km.Mutants), "mutant"), km.exit())
	return err
}
