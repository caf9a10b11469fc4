package matrix

import (
	"math/rand/v2"
	"slices"
)

// A generator collects cells until every feasible combination of values is in
// one of them.
type generator struct {
	space
	rng      *rand.Rand
	points   [][]uint8
	cases    []Case
	seen     map[string]bool
	coverage []Coverage
}

func (g *generator) add(p []uint8) bool {
	c := g.caseOf(p)
	id := c.ID()
	if g.seen[id] {
		return false
	}
	g.seen[id] = true
	g.points = append(g.points, slices.Clone(p))
	g.cases = append(g.cases, c)
	return true
}

// product visits every combination of the axes marked for the cross, with all
// other axes at their defaults.
func (g *generator) product(visit func(p []uint8)) {
	p := make([]uint8, len(g.axes))
	var walk func(i int)
	walk = func(i int) {
		if i == len(g.axes) {
			visit(p)
			return
		}
		if !g.axes[i].Cross {
			walk(i + 1)
			return
		}
		for v := range g.axes[i].names {
			p[i] = uint8(v)
			walk(i + 1)
		}
		p[i] = 0
	}
	walk(0)
}

func (g *generator) cross() {
	g.product(func(p []uint8) {
		if g.excludes(p) == nil {
			g.add(p)
		}
	})
}

// further adds the cells of a cross that the data asks for.
func (g *generator) further(c cross) {
	p := make([]uint8, len(g.axes))
	var walk func(i int)
	walk = func(i int) {
		if i == len(c.axes) {
			if g.excludes(p) == nil {
				g.add(p)
			}
			return
		}
		mk := g.mask(c.axes[i])
		for v := range g.axes[mk.axis].names {
			if mk.bits&(1<<v) != 0 {
				p[mk.axis] = uint8(v)
				walk(i + 1)
			}
		}
	}
	walk(0)
}

// A combination is n values of n different axes, packed into one word.
type combination uint64

func pack(axes []int, values []uint8) combination {
	var c combination
	for i, a := range axes {
		c = c<<16 | combination(a)<<8 | combination(values[i])
	}
	return c
}

// cover adds cells until each feasible combination of n values is in one.
func (g *generator) cover(n int) {
	covered := map[combination]bool{}
	groups := subsets(len(g.axes), n)
	mark := func(p []uint8) {
		values := make([]uint8, n)
		for _, axes := range groups {
			for i, a := range axes {
				values[i] = p[a]
			}
			covered[pack(axes, values)] = true
		}
	}
	for _, p := range g.points {
		mark(p)
	}
	cov := Coverage{N: n}
	var open []combination // no cell was found for them
	fixed := make([]bool, len(g.axes))
	for _, axes := range groups {
		clear(fixed)
		for _, a := range axes {
			fixed[a] = true
		}
		g.each(axes, func(values []uint8) {
			cov.Total++
			if covered[pack(axes, values)] {
				return
			}
			p, ok := g.complete(axes, values, fixed)
			if !ok {
				open = append(open, pack(axes, values))
				return
			}
			g.add(p)
			mark(p)
		})
	}
	for _, c := range open {
		if !covered[c] { // a cell that was added for another may hold it after all
			cov.Excluded++
		}
	}
	cov.Covered = cov.Total - cov.Excluded
	g.coverage = append(g.coverage, cov)
}

// each visits every combination of values of some axes.
func (g *generator) each(axes []int, visit func([]uint8)) {
	values := make([]uint8, len(axes))
	for {
		visit(values)
		i := len(axes) - 1
		for ; i >= 0; i-- {
			if int(values[i])+1 < len(g.axes[axes[i]].names) {
				values[i]++
				break
			}
			values[i] = 0
		}
		if i < 0 {
			return
		}
	}
}

// complete finds a cell with the given values. A few of the other axes leave
// their defaults at random, so that one new cell covers several combinations;
// more than a few and most cells would be refused before they show anything.
func (g *generator) complete(axes []int, values []uint8, fixed []bool) ([]uint8, bool) {
	p := make([]uint8, len(g.axes))
	for try := range 24 {
		clear(p)
		for i, a := range axes {
			p[a] = values[i]
		}
		if try < 12 {
			for range 4 {
				if a := g.rng.IntN(len(g.axes)); !fixed[a] {
					p[a] = uint8(g.rng.IntN(len(g.axes[a].names)))
				}
			}
		}
		if g.repair(p, fixed, g.rng) {
			return p, true
		}
	}
	return nil, false
}

// subsets are the n-element subsets of 0..k-1.
func subsets(k, n int) [][]int {
	var out [][]int
	var walk func(from int, have []int)
	walk = func(from int, have []int) {
		if len(have) == n {
			out = append(out, slices.Clone(have))
			return
		}
		for i := from; i < k; i++ {
			walk(i+1, append(have, i))
		}
	}
	walk(0, nil)
	return out
}
