package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/suites"
	"github.com/agenta-ai/conform/verdict"
)

// planCommand says what a run with the same flags would do.
type planCommand struct {
	selection
	Why  bool `help:"For each excluded cell of the full cross, the rule and its reason."`
	JSON bool `name:"json" help:"As JSON."`
}

// planReport is what "plan" prints.
type planReport struct {
	Edition  string            `json:"edition"`
	Level    string            `json:"level"`
	Seed     uint64            `json:"seed"`
	Hash     string            `json:"hash"`
	Planned  int               `json:"planned"`
	Selected int               `json:"selected"`
	Coverage []matrix.Coverage `json:"coverage"`
	Clauses  struct {
		Edition int             `json:"edition"`
		Shown   int             `json:"shown"`
		Unshown []unshownClause `json:"unshown,omitempty"`
	} `json:"clauses"`
	Cells    []string       `json:"cells"`
	Excluded map[string]int `json:"excluded"` // rule → cells of the full cross
	Why      []excludedCell `json:"why,omitempty"`
}

// unshownClause is a clause that no selected cell shows.
type unshownClause struct {
	Clause string `json:"clause"`
	Reason string `json:"reason,omitempty"` // why no cell of any plan can; "" if another selection would
}

type excludedCell struct {
	Cell    string `json:"cell"`
	Rule    string `json:"rule"`
	Because string `json:"because"`
}

func (p *planCommand) run(_ context.Context, con *console) (int, error) {
	cat, err := p.open()
	if err != nil {
		return 0, err
	}
	whole, selected, err := p.plan(cat)
	if err != nil {
		return 0, err
	}
	report, err := p.report(cat, whole, selected)
	if err != nil {
		return 0, err
	}
	if p.JSON {
		enc := json.NewEncoder(con.out)
		enc.SetIndent("", "  ")
		return verdict.ExitOK, enc.Encode(report)
	}
	return verdict.ExitOK, report.print(con.out)
}

func (p *planCommand) report(cat *catalogue, whole, selected matrix.Plan) (planReport, error) {
	r := planReport{
		Edition: p.Edition, Level: p.Level, Seed: p.Seed, Hash: selected.Hash(),
		Planned: len(whole.Cases), Selected: len(selected.Cases), Coverage: whole.Coverage,
		Excluded: map[string]int{},
	}
	shown := map[string]bool{}
	for _, c := range selected.Cases {
		r.Cells = append(r.Cells, c.ID())
		ids, err := cat.clausesOf(c)
		if err != nil {
			return r, err
		}
		for _, id := range ids {
			shown[id] = true
		}
	}
	r.Clauses.Shown = len(shown)
	reasons := suites.Unshown(cat.contract, p.Edition)
	for _, c := range cat.contract.Clauses {
		if !c.In(p.Edition) {
			continue
		}
		r.Clauses.Edition++
		if !shown[c.ID] {
			r.Clauses.Unshown = append(r.Clauses.Unshown, unshownClause{c.ID, reasons[c.ID]})
		}
	}
	cat.matrix.ExcludedCross(cat.run, func(c matrix.Case, rule, because string) {
		r.Excluded[rule]++
		if p.Why {
			r.Why = append(r.Why, excludedCell{c.ID(), rule, because})
		}
	})
	return r, nil
}

func (r planReport) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "edition\t%s\n", r.Edition)
	fmt.Fprintf(tw, "level\t%s, seed %d\n", r.Level, r.Seed)
	fmt.Fprintf(tw, "cells\t%d of %d planned, plan %s\n", r.Selected, r.Planned, r.Hash)
	fmt.Fprintf(tw, "clauses\t%d of %d have a cell\n", r.Clauses.Shown, r.Clauses.Edition)
	for _, c := range r.Coverage {
		fmt.Fprintf(tw, "%d-wise\t%d of %d combinations of axis values, %d of the others excluded by rules\n", c.N, c.Covered, c.Total, c.Excluded)
	}
	n := 0
	for _, count := range r.Excluded {
		n += count
	}
	fmt.Fprintf(tw, "excluded\t%d cells of the full cross\n", n)
	byCount := func(a, b string) int { return cmp.Or(cmp.Compare(r.Excluded[b], r.Excluded[a]), cmp.Compare(a, b)) }
	for _, rule := range slices.SortedFunc(maps.Keys(r.Excluded), byCount) {
		fmt.Fprintf(tw, "\t%6d  %s\n", r.Excluded[rule], rule)
	}
	if len(r.Clauses.Unshown) > 0 {
		fmt.Fprintln(tw, "\nno cell shows:")
		for _, u := range r.Clauses.Unshown {
			fmt.Fprintf(tw, "  %s\t%s\n", u.Clause, cmp.Or(u.Reason, "in this selection"))
		}
	}
	if len(r.Why) > 0 {
		fmt.Fprintln(tw, "\nexcluded because:")
		for _, x := range r.Why {
			fmt.Fprintf(tw, "%s\t%s\t%s\n", x.Cell, x.Rule, x.Because)
		}
	}
	return tw.Flush()
}
