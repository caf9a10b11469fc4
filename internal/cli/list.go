package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/mutants"
	"github.com/agenta-ai/conform/verdict"
)

// listCommand prints names that other commands take.
type listCommand struct {
	What string `arg:"" optional:"" default:"cells" help:"cells, clauses, axes, levels, kinds or mutants."`
	selection
}

func (l *listCommand) run(_ context.Context, con *console) (int, error) {
	lists := map[string]func(io.Writer, *catalogue) error{
		"cells": l.cells, "clauses": l.clauses, "axes": axes, "levels": levels, "kinds": kinds, "mutants": l.mutants,
	}
	print, ok := lists[l.What]
	if !ok {
		names := slices.Sorted(maps.Keys(lists))
		return 0, usagef("list: no list of %q; there are %s%s", l.What, strings.Join(names, ", "), nearest.Hint(l.What, names))
	}
	cat, err := l.open()
	if err != nil {
		return 0, err
	}
	tw := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	if err := print(tw, cat); err != nil {
		return 0, err
	}
	return verdict.ExitOK, tw.Flush()
}

func (l *listCommand) cells(w io.Writer, cat *catalogue) error {
	_, p, err := l.plan(cat)
	if err != nil {
		return err
	}
	for _, c := range p.Cases {
		fmt.Fprintln(w, c.ID())
	}
	return nil
}

// clauses prints the clauses of the edition and how many selected cells show each.
func (l *listCommand) clauses(w io.Writer, cat *catalogue) error {
	_, p, err := l.plan(cat)
	if err != nil {
		return err
	}
	cells := map[string]int{}
	for _, c := range p.Cases {
		ids, err := cat.clausesOf(c)
		if err != nil {
			return err
		}
		for _, id := range ids {
			cells[id]++
		}
	}
	fmt.Fprintln(w, "CLAUSE\tGAP\tSLICE\tLEVEL\tCELLS\tSTATEMENT")
	for _, c := range cat.contract.Clauses {
		if c.In(l.Edition) && (len(l.Clause) == 0 || slices.Contains(l.Clause, c.ID)) {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\n", c.ID, c.Gap, c.Slice, c.Level, cells[c.ID], c.Text(l.Edition))
		}
	}
	return nil
}

func axes(w io.Writer, cat *catalogue) error {
	for _, a := range cat.matrix.Axes {
		fmt.Fprintf(w, "%s\t\t%s\n", a.Name, a.Means)
		for i, v := range a.Values {
			means := v.Means
			if i == 0 {
				means = strings.TrimSpace("(default) " + means)
			}
			fmt.Fprintf(w, "\t%s\t%s\n", v.Name, means)
		}
	}
	return nil
}

func levels(w io.Writer, _ *catalogue) error {
	means := map[string]string{
		string(matrix.Smoke):    "one cell at least for each clause; with --clause, every value of each axis",
		string(matrix.Pairwise): "every pair of axis values, and the full cross of the main axes",
		string(matrix.Full):     "every triple of axis values besides",
	}
	for _, name := range matrix.Levels() {
		fmt.Fprintf(w, "%s\t%s\n", name, means[name])
	}
	return nil
}

// kinds prints what is publicly known of each provider kind.
func kinds(w io.Writer, cat *catalogue) error {
	for _, name := range slices.Sorted(maps.Keys(cat.matrix.Kinds)) {
		k := cat.matrix.Kinds[name]
		var fields []string
		for _, f := range slices.Sorted(maps.Keys(k)) {
			if f != "name" {
				fields = append(fields, f+"="+k[f])
			}
		}
		fmt.Fprintf(w, "%s\t%s\n", name, strings.Join(fields, " "))
	}
	return nil
}

// mutants prints the deliberate faults that show in the edition.
func (l *listCommand) mutants(w io.Writer, _ *catalogue) error {
	all, err := mutants.All()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "MUTANT\tGAP\tIN\tMUST BE NOTICED BY\tFAULT")
	for _, m := range all {
		if cmp.Or(m.Edition, l.Edition) == l.Edition {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", m.Name, m.Gap, m.Binary, strings.Join(m.Kills, " "), m.About)
		}
	}
	return nil
}
