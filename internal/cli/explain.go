package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/verdict"
)

// explainCommand says what is expected of a cell and why, or what a clause asks for.
type explainCommand struct {
	ID      string `arg:"" name:"cell|clause" help:"Cell id, or clause id."`
	Edition string `default:"2026-07-02" placeholder:"DATE" help:"Edition of the contract (default ${default})."`
	Pi      string `default:"fake" placeholder:"PI" help:"Which Pi the cell would run with (default ${default})."`
}

func (e *explainCommand) selection() selection {
	return selection{Level: string(matrix.Pairwise), Edition: e.Edition, Pi: e.Pi, Seed: 1}
}

func (e *explainCommand) run(_ context.Context, con *console) (int, error) {
	s := e.selection()
	cat, err := s.open()
	if err != nil {
		return 0, err
	}
	if clause, ok := cat.contract.Clause(e.ID); ok {
		return e.explainClause(con, clause)
	}
	if !strings.Contains(e.ID, "/") {
		return 0, usagef("explain: %q is neither a cell nor a clause; conform list shows the cells, conform list clauses the clauses%s", e.ID, nearest.Hint(e.ID, cat.contract.IDs()))
	}
	c, err := cat.cell("explain: ", e.ID, cat.matrix.Plan(matrix.Pairwise, cat.run, s.Seed))
	if err != nil {
		return 0, err
	}
	want, err := cat.matrix.Expect(c)
	if err != nil {
		return 0, err
	}
	clauses, err := cat.clausesOf(c)
	if err != nil {
		return 0, err
	}
	tw := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	cat.printAxes(tw, c)
	printFacts(tw, want)
	cat.printClauses(tw, clauses)
	if err := cat.printNeighbours(tw, c, want); err != nil {
		return 0, err
	}
	return verdict.ExitOK, tw.Flush()
}

func (cat *catalogue) printAxes(w io.Writer, c matrix.Case) {
	fmt.Fprintf(w, "%s\n\n", c.ID())
	for _, a := range cat.matrix.Axes {
		v := c.Get(a.Name)
		if !a.Main && v == a.Default() {
			continue
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", a.Name, v, means(a, v))
	}
}

func means(a matrix.Axis, value string) string {
	for _, v := range a.Values {
		if v.Name == value {
			return v.Means
		}
	}
	return ""
}

func printFacts(w io.Writer, want matrix.Expectation) {
	fmt.Fprintln(w, "\nexpected, and the row that says so:")
	row := ""
	for _, f := range want.Facts {
		if f.Row == row {
			fmt.Fprintf(w, "  %s\t%s\t\n", f.Name, f.Value)
			continue
		}
		row = f.Row
		fmt.Fprintf(w, "  %s\t%s\t%s  %s: %s\n", f.Name, f.Value, f.Row, strings.Join(f.Clauses, " "), f.Because)
	}
}

func (cat *catalogue) printClauses(w io.Writer, ids []string) {
	fmt.Fprintf(w, "\nclauses that this cell shows (%d):\n", len(ids))
	for _, id := range ids {
		c, _ := cat.contract.Clause(id)
		fmt.Fprintf(w, "  %s\tgap %s\t%s\n", id, c.Gap, c.Text(cat.matrix.Edition))
	}
}

// printNeighbours prints the cells that differ in one axis and end otherwise.
func (cat *catalogue) printNeighbours(w io.Writer, c matrix.Case, want matrix.Expectation) error {
	fmt.Fprintln(w, "\nwhat would change it:")
	for _, a := range cat.matrix.Axes {
		for _, v := range a.Values {
			n := c.With(a.Name, v.Name)
			if v.Name == c.Get(a.Name) {
				continue
			}
			if rule, _ := cat.matrix.Excluded(n, cat.run); rule != "" {
				continue
			}
			other, err := cat.matrix.Expect(n)
			if err != nil {
				return err
			}
			if ending(other) != ending(want) {
				fmt.Fprintf(w, "  %s=%s\t%s\t%s\n", a.Name, v.Name, ending(other), because(other))
			}
		}
	}
	return nil
}

// ending is how a case ends, in a few words.
func ending(x matrix.Expectation) string {
	text := x.Get("outcome")
	if !x.Is("refusal", "no") {
		text += " (" + x.Get("refusal") + ")"
	}
	if !x.Is("called", "none") {
		text += ", called with the " + x.Get("called") + " credential"
	}
	return text
}

// because is the reason for the ending.
func because(x matrix.Expectation) string {
	decisive := "outcome"
	if !x.Is("refusal", "no") {
		decisive = "refusal"
	}
	for _, f := range x.Facts {
		if f.Name == decisive {
			return f.Because
		}
	}
	return ""
}
