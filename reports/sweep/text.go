package sweep

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Terminal writes the table for a terminal: clauses that are the same in all
// versions are counted, not listed, unless all of them violate it.
func Terminal(w io.Writer, t Table) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(tw, "clause")
	for _, c := range t.Columns {
		fmt.Fprintf(tw, "\t%s", c.Version)
	}
	fmt.Fprint(tw, "\t\n")
	same := map[State]int{}
	for _, r := range t.Rows {
		if len(r.Changes) == 0 && all(r.States, r.States[0]) && r.States[0] != Violated {
			same[r.States[0]]++
			continue
		}
		fmt.Fprint(tw, r.Clause.ID)
		for i, s := range r.States {
			fmt.Fprintf(tw, "\t%s", count(s, r.Cells[i]))
		}
		fmt.Fprintf(tw, "\t%s\n", changesText(r))
	}
	fmt.Fprint(tw, "cells failed")
	for _, c := range t.Columns {
		fmt.Fprintf(tw, "\t%d", c.Counts["failed"])
	}
	fmt.Fprint(tw, "\t\nseconds")
	for _, c := range t.Columns {
		fmt.Fprintf(tw, "\t%.0f", c.Millis/1000)
	}
	fmt.Fprint(tw, "\t\n")
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nThe same in all versions: %d clauses hold, %d are not applicable. %d clauses change. Took %s.\n",
		same[Holds], same[NotApplicable], len(t.Changed()), took(t))
	return err
}

func all(states []State, s State) bool {
	for _, other := range states {
		if other != s {
			return false
		}
	}
	return true
}

func took(t Table) time.Duration {
	return time.Duration(t.Millis * float64(time.Millisecond)).Round(time.Second)
}

// Markdown writes the whole table.
func Markdown(w io.Writer, t Table) error {
	out := bufio.NewWriter(w)
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Version)
	}
	fmt.Fprintf(out, "# Sweep over %d versions\n\nContract of %s, level %s, the same %d cells for each. Took %s.\n\n", len(names), t.Edition, t.Level, cells(t), took(t))
	fmt.Fprintf(out, "✗ 3/12: violated in 3 of the 12 cells that show it. ✓ 12: holds in all 12.\n\n")
	fmt.Fprintf(out, "| clause | %s | changed |\n|---|%s---|\n", strings.Join(names, " | "), strings.Repeat("---|", len(names)))
	for _, r := range t.Rows {
		fmt.Fprintf(out, "| %s |", r.Clause.ID)
		for i, s := range r.States {
			fmt.Fprintf(out, " %s |", count(s, r.Cells[i]))
		}
		fmt.Fprintf(out, " %s |\n", changesText(r))
	}
	if changed := t.Changed(); len(changed) > 0 {
		fmt.Fprint(out, "\n## What changed\n\n")
		for _, r := range changed {
			fmt.Fprintf(out, "- **%s** %s %s.\n", r.Clause.ID, r.Clause.Statement, changesText(r))
		}
	}
	return out.Flush()
}

func cells(t Table) int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].Cells
}
