package matrix

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
)

// A Level says how much of the matrix is run.
type Level string

// The levels.
const (
	Smoke    Level = "smoke"    // a cell for each clause
	Pairwise Level = "pairwise" // every pair of values, and the full cross of the axes marked so
	Full     Level = "full"     // every triple of values besides
)

// Levels lists them from small to large.
func Levels() []string { return []string{string(Smoke), string(Pairwise), string(Full)} }

// Coverage says how many combinations of n values of different axes exist, how
// many a plan holds, and how many no cell can have because rules exclude them.
type Coverage struct {
	N, Total, Covered, Excluded int
}

// A Plan is the cells to run, in order.
type Plan struct {
	Level    Level
	Seed     uint64
	Cases    []Case
	Coverage []Coverage
}

// Hash identifies the set of planned cells.
func (p Plan) Hash() string {
	h := sha256.New()
	for _, c := range p.Cases {
		fmt.Fprintln(h, c.ID())
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Plan expands the matrix. The same seed gives the same cells. Smoke is cut out
// of the pairwise plan by Smoke, once it is known what each cell shows.
func (m *Matrix) Plan(level Level, run Run, seed uint64) Plan {
	s := m.compile(run)
	g := &generator{space: s, rng: rand.New(rand.NewPCG(seed, 0x636f6e66)), seen: map[string]bool{}}
	g.cross()
	for _, c := range m.crosses {
		g.further(c)
	}
	g.cover(2)
	if level == Full {
		g.cover(3)
	}
	return Plan{Level: level, Seed: seed, Cases: g.cases, Coverage: g.coverage}
}

// Cut is the smoke plan: the fewest cells, chosen greedily, that between them
// show everything that shows says of any cell.
func (p Plan) Cut(shows func(Case) []string) Plan {
	need := map[string]bool{}
	offers := make([][]string, len(p.Cases))
	for i, c := range p.Cases {
		offers[i] = shows(c)
		for _, id := range offers[i] {
			need[id] = true
		}
	}
	cut := Plan{Level: Smoke, Seed: p.Seed, Coverage: p.Coverage}
	for len(need) > 0 {
		best, gain := -1, 0
		for i := range p.Cases {
			n := 0
			for _, id := range offers[i] {
				if need[id] {
					n++
				}
			}
			if n > gain {
				best, gain = i, n
			}
		}
		cut.Cases = append(cut.Cases, p.Cases[best])
		for _, id := range offers[best] {
			delete(need, id)
		}
	}
	return cut
}

// Filter keeps the cells for which keep holds.
func (p Plan) Filter(keep func(Case) bool) Plan {
	out := p
	out.Cases = nil
	for _, c := range p.Cases {
		if keep(c) {
			out.Cases = append(out.Cases, c)
		}
	}
	return out
}

// Parse reads a cell id.
func (m *Matrix) Parse(id string) (Case, error) {
	c := Case{axes: m.Axes, values: make([]string, len(m.Axes))}
	parts := strings.Split(id, "+")
	// Only the values of main axes contain neither "+" nor "/".
	main := strings.Split(parts[0], "/")
	i := 0
	for n, a := range m.Axes {
		c.values[n] = a.Default()
		if !a.Main {
			continue
		}
		if i >= len(main) {
			return Case{}, fmt.Errorf("cell %q: no value for %s", id, a.Name)
		}
		if !a.Has(main[i]) {
			return Case{}, fmt.Errorf("cell %q: %s has no value %q", id, a.Name, main[i])
		}
		c.values[n] = main[i]
		i++
	}
	if i != len(main) {
		return Case{}, fmt.Errorf("cell %q: %d parts too many", id, len(main)-i)
	}
	for _, p := range parts[1:] {
		name, value, _ := strings.Cut(p, "=")
		a := m.axis(name)
		if a == nil || a.Main {
			return Case{}, fmt.Errorf("cell %q: no axis %q", id, name)
		}
		if !a.Has(value) {
			return Case{}, fmt.Errorf("cell %q: %s has no value %q", id, name, value)
		}
		c = c.With(name, value)
	}
	return c, nil
}

// Excluded is the rule that excludes a case, "" and "" if it can run.
func (m *Matrix) Excluded(c Case, run Run) (rule, because string) {
	s := m.compile(run)
	p := make([]uint8, len(s.axes))
	for i, a := range s.axes {
		for j, v := range a.names {
			if v == c.values[i] {
				p[i] = uint8(j)
			}
		}
	}
	if r := s.excludes(p); r != nil {
		return m.rules[r.index].name, m.rules[r.index].because
	}
	return "", ""
}

// ExcludedCross lists the cells of the full cross that rules exclude, each with
// its rule and reason, for "plan --why".
func (m *Matrix) ExcludedCross(run Run, visit func(c Case, rule, because string)) {
	s := m.compile(run)
	g := &generator{space: s}
	g.product(func(p []uint8) {
		if r := s.excludes(p); r != nil {
			visit(s.caseOf(p), m.rules[r.index].name, m.rules[r.index].because)
		}
	})
}
