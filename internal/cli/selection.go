package cli

import (
	"slices"
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/suites"
)

// selection is the flags that say which cells are meant. All commands that speak
// of cells have them, so that what "plan" shows is what "run" runs.
type selection struct {
	Only    []string `sep:"none" placeholder:"SELECTOR" help:"Only cells that match; repeated, any of them. Terms joined by commas must all hold: a value or group (pi), axis=value with * and |, gap=2, slice=3a, group=CFG, clause=CFG-7."`
	Skip    []string `sep:"none" placeholder:"SELECTOR" help:"Leave out cells that match."`
	Cell    []string `sep:"none" placeholder:"ID" help:"This cell, planned or not. Repeatable."`
	Clause  []string `sep:"none" placeholder:"ID" help:"Only cells that show this clause, and judge nothing else. Repeatable."`
	Level   string   `default:"pairwise" placeholder:"LEVEL" help:"How much: smoke, pairwise or full (default ${default})."`
	Edition string   `default:"2026-07-02" placeholder:"DATE" help:"Edition of the contract (default ${default})."`
	Seed    uint64   `default:"1" help:"The same seed gives the same cells and secrets (default ${default})."`
	Pi      string   `default:"fake" placeholder:"PI" help:"Which Pi: fake, real, either @VERSION, or the path of an executable (default ${default})."`
}

// catalogue is everything that is known before anything runs.
type catalogue struct {
	contract *contract.Contract
	matrix   *matrix.Matrix
	checks   []suites.Check
	run      matrix.Run
	shows    map[string][]string // by cell id; filled as it is asked for
}

// open reads the contract and the matrix of the edition.
func (s selection) open() (*catalogue, error) {
	if !slices.Contains(matrix.Levels(), s.Level) {
		return nil, usagef("--level: no level %q%s", s.Level, nearest.Hint(s.Level, matrix.Levels()))
	}
	if !slices.Contains(editions(), s.Edition) {
		return nil, usagef("--edition: no edition %q%s", s.Edition, nearest.Hint(s.Edition, editions()))
	}
	kind, version, err := piKind(s.Pi)
	if err != nil {
		return nil, err
	}
	c, err := contract.Load()
	if err != nil {
		return nil, err
	}
	m, err := matrix.Load(s.Edition, c)
	if err != nil {
		return nil, err
	}
	cat := &catalogue{contract: c, matrix: m, run: matrix.Run{Pi: kind, PiVersion: version}, shows: map[string][]string{}}
	cat.checks, err = s.checks(c)
	return cat, err
}

// editions are those that this build has expectations for.
func editions() []string { return contract.Editions() }

// checks are those of the wanted clauses, all if none is named.
func (s selection) checks(c *contract.Contract) ([]suites.Check, error) {
	all := suites.For(c, s.Edition)
	if len(s.Clause) == 0 {
		return all, nil
	}
	for _, id := range s.Clause {
		clause, ok := c.Clause(id)
		switch {
		case !ok:
			return nil, usagef("--clause: no clause %q%s", id, nearest.Hint(id, c.IDs()))
		case !clause.In(s.Edition):
			return nil, usagef("--clause: %s is not part of edition %s", id, s.Edition)
		case !slices.ContainsFunc(all, func(ch suites.Check) bool { return ch.Clause == id }):
			return nil, usagef("--clause: no check of this build shows %s in edition %s: %s", id, s.Edition, suites.Unshown(c, s.Edition)[id])
		}
	}
	return slices.DeleteFunc(all, func(ch suites.Check) bool { return !slices.Contains(s.Clause, ch.Clause) }), nil
}

// plan is the whole plan of the level, and the part of it that is selected.
func (s selection) plan(cat *catalogue) (whole, selected matrix.Plan, err error) {
	tags := cat.tags()
	only, err := cat.selectors("--only", s.Only, tags)
	if err != nil {
		return whole, selected, err
	}
	skip, err := cat.selectors("--skip", s.Skip, tags)
	if err != nil {
		return whole, selected, err
	}
	whole = cat.matrix.Plan(matrix.Level(s.Level), cat.run, s.Seed)
	selected = whole
	if len(s.Cell) > 0 {
		if selected.Cases, err = cat.cells(s.Cell, whole); err != nil {
			return whole, selected, err
		}
	}
	if selected, err = s.narrow(cat, selected, only, skip, tags); err != nil {
		return whole, selected, err
	}
	if matrix.Level(s.Level) == matrix.Smoke && len(s.Cell) == 0 {
		if whole, err = cat.cut(whole, len(s.Clause) > 0); err != nil {
			return whole, selected, err
		}
		// Cut after the selection: the smoke run of a part shows all that the
		// part can show, not what happens to be left of the whole's.
		if selected, err = cat.cut(selected, len(s.Clause) > 0); err != nil {
			return whole, selected, err
		}
	}
	return whole, selected, nil
}

// cut is the smoke plan of a plan. Where clauses are named, nothing else stands
// around them that would show a fault from another side: each of them is then seen with
// every value of every axis that it can be seen with.
func (cat *catalogue) cut(p matrix.Plan, named bool) (matrix.Plan, error) {
	sides := make(map[string][]string, len(p.Cases))
	for _, c := range p.Cases {
		want, err := cat.matrix.Expect(c)
		if err != nil {
			return p, err
		}
		sides[c.ID()] = suites.Sides(cat.checks, c, want)
		if !named {
			continue
		}
		for _, id := range suites.Clauses(cat.checks, c, want) {
			for axis, value := range c.Axes() {
				sides[c.ID()] = append(sides[c.ID()], id+" "+axis+"="+value)
			}
		}
	}
	return p.Cut(func(c matrix.Case) []string { return sides[c.ID()] }), nil
}

// narrow applies the selectors, one after another, so that the one that leaves
// nothing can be named.
func (s selection) narrow(cat *catalogue, p matrix.Plan, only, skip []matrix.Selector, tags matrix.Tags) (matrix.Plan, error) {
	if len(only) > 0 {
		keep := map[string]bool{}
		for _, sel := range only {
			hit := p.Filter(func(c matrix.Case) bool { return sel.Match(c, tags) })
			if len(hit.Cases) == 0 {
				return p, usagef("--only: no planned cell matches %q", sel)
			}
			for _, c := range hit.Cases {
				keep[c.ID()] = true
			}
		}
		p = p.Filter(func(c matrix.Case) bool { return keep[c.ID()] })
	}
	for _, sel := range skip {
		before := len(p.Cases)
		p = p.Filter(func(c matrix.Case) bool { return !sel.Match(c, tags) })
		if len(p.Cases) == before {
			return p, usagef("--skip: no selected cell matches %q", sel)
		}
		if len(p.Cases) == 0 {
			return p, usagef("--skip: %q leaves no cell", sel)
		}
	}
	for _, id := range s.Clause {
		var failed error
		n := p.Filter(func(c matrix.Case) bool {
			ids, err := cat.clausesOf(c)
			if err != nil {
				failed = err
			}
			return slices.Contains(ids, id)
		})
		if failed != nil {
			return p, failed
		}
		if len(n.Cases) == 0 {
			return p, usagef("--clause: none of the selected cells shows %s", id)
		}
	}
	if len(s.Clause) > 0 {
		p = p.Filter(func(c matrix.Case) bool { return len(cat.shows[c.ID()]) > 0 })
	}
	return p, nil
}

func (cat *catalogue) selectors(flag string, texts []string, tags matrix.Tags) ([]matrix.Selector, error) {
	var out []matrix.Selector
	for _, text := range texts {
		sel, err := cat.matrix.Selector(text, tags)
		if err != nil {
			return nil, usagef("%s: %w", flag, err)
		}
		out = append(out, sel)
	}
	return out, nil
}

// cells reads cell ids. Any cell that rules allow can be named.
func (cat *catalogue) cells(ids []string, p matrix.Plan) ([]matrix.Case, error) {
	var out []matrix.Case
	for _, id := range ids {
		c, err := cat.cell("--cell: ", id, p)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(o matrix.Case) bool { return o.ID() == c.ID() }) {
			out = append(out, c)
		}
	}
	return out, nil
}

// cell reads one cell id; before stands in front of what is wrong with it.
func (cat *catalogue) cell(before, id string, p matrix.Plan) (matrix.Case, error) {
	c, err := cat.matrix.Parse(id)
	if err != nil && !strings.Contains(id, "/") {
		return c, usagef("%s%q is no cell id; conform list shows them", before, id)
	}
	if err != nil {
		var ids []string
		for _, c := range p.Cases {
			ids = append(ids, c.ID())
		}
		return c, usagef("%s%w%s", before, err, nearest.Hint(id, ids))
	}
	if rule, because := cat.matrix.Excluded(c, cat.run); rule != "" {
		return c, usagef("%scell %q cannot be run: %s (rule %s)", before, id, because, rule)
	}
	return c, nil
}
