package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/mutants"
	"github.com/agenta-ai/conform/suites"
	"github.com/agenta-ai/conform/verdict"
)

// explainClause says what a clause asks for, where it comes from, and what this
// build does about it. The catalogue is that of the clause alone.
func (e *explainCommand) explainClause(con *console, clause contract.Clause) (int, error) {
	s := e.selection()
	if !clause.In(e.Edition) {
		return 0, usagef("explain: %s is not part of edition %s%s", clause.ID, e.Edition, otherEdition(clause))
	}
	cat, err := s.open()
	if err != nil {
		return 0, err
	}
	tw := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "%s  %s\n\n", clause.ID, clause.Text(e.Edition))
	fmt.Fprintf(tw, "  gap\t%s, %s\n", clause.Gap, cat.contract.Gaps[clause.Gap])
	fmt.Fprintf(tw, "  slice\t%s\n", clause.Slice)
	fmt.Fprintf(tw, "  level\t%s\n", clause.Level)
	fmt.Fprintf(tw, "  source\t%s\n", clause.Source)
	fmt.Fprintf(tw, "  evidence\t%s\n", clause.Evidence)
	if clause.Revision.Relation != "" {
		fmt.Fprintf(tw, "  %s\t%s\n", contract.Edition20260714, strings.TrimSuffix(clause.Revision.Relation+": "+clause.Revision.Note, ": "))
	}
	if reason, ok := suites.Unshown(cat.contract, e.Edition)[clause.ID]; ok {
		fmt.Fprintf(tw, "\nno check of this build shows it: %s\n", reason)
		return verdict.ExitOK, tw.Flush()
	}
	for _, ch := range cat.checks {
		if ch.Clause == clause.ID && len(ch.Needs) > 0 {
			fmt.Fprintf(tw, "  needs\t%s of the subject\n", strings.Join(ch.Needs, ", "))
		}
	}
	if err := cat.printCells(tw, s, clause.ID); err != nil {
		return 0, err
	}
	if err := printMutants(tw, e.Edition, clause.ID); err != nil {
		return 0, err
	}
	return verdict.ExitOK, tw.Flush()
}

// otherEdition names the edition that has the clause.
func otherEdition(clause contract.Clause) string {
	for _, edition := range editions() {
		if clause.In(edition) {
			return "; it is of " + edition
		}
	}
	return ""
}

// printCells prints how many cells show the clause, and the commands that run and
// list them.
func (cat *catalogue) printCells(w io.Writer, s selection, id string) error {
	s.Clause = []string{id}
	narrow, err := s.open()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\nseen in")
	for _, level := range []matrix.Level{matrix.Smoke, matrix.Pairwise} {
		s.Level = string(level)
		_, p, err := s.plan(narrow)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %s\t%s\n", level, verdict.Plural(len(p.Cases), "cell"))
	}
	flags := "--clause " + id
	if s.Edition != contract.Edition20260702 {
		flags += " --edition " + s.Edition
	}
	fmt.Fprintf(w, "  run\tconform %s\n  list\tconform list %s\n", flags, flags)
	return nil
}

// printMutants prints the faults that the clause's check has to notice.
func printMutants(w io.Writer, edition, id string) error {
	all, err := mutants.All()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\nmutants that must violate it")
	n := 0
	for _, m := range all {
		if slices.Contains(m.Kills, id) && cmp.Or(m.Edition, edition) == edition {
			fmt.Fprintf(w, "  %s\t%s\n", m.Name, m.About)
			n++
		}
	}
	if n == 0 {
		fmt.Fprintln(w, "  none; hand-made evidence in the suites' tests shows both sides of the check")
	}
	return nil
}
