package matrix

import "math/rand/v2"

// A space is the matrix in a form that is fast to search: a case is a slice of
// value indices, a rule a bit mask for each axis it speaks of.
type space struct {
	axes  []Axis
	rules []maskedRule
}

type maskedRule struct {
	index  int // in Matrix.rules
	when   []mask
	unless []mask
}

// A mask holds for a value whose bit is set.
type mask struct {
	axis int
	bits uint64
}

func (m *Matrix) compile(run Run) space {
	s := space{axes: m.Axes}
rules:
	for i, r := range m.rules {
		mr := maskedRule{index: i}
		for _, c := range r.when {
			if m.axis(c.name) == nil { // the same for every cell of the run
				if !(conditions{c}).match(func(name string) string { return m.property(name, run) }) {
					continue rules
				}
				continue
			}
			mr.when = append(mr.when, s.mask(c))
		}
		for _, c := range r.unless {
			mr.unless = append(mr.unless, s.mask(c))
		}
		s.rules = append(s.rules, mr)
	}
	return s
}

// property is what a rule may ask of a run besides the cell.
func (m *Matrix) property(name string, run Run) string {
	if name == "edition" {
		return m.Edition
	}
	return run.Pi
}

func (s space) mask(c condition) mask {
	var mk mask
	for i, a := range s.axes {
		if a.Name != c.name {
			continue
		}
		mk.axis = i
		for j, v := range a.names {
			for _, want := range c.values {
				if v == want {
					mk.bits |= 1 << j
				}
			}
		}
		if c.not {
			mk.bits = ^mk.bits
		}
	}
	return mk
}

func all(masks []mask, p []uint8) bool {
	for _, m := range masks {
		if m.bits&(1<<p[m.axis]) == 0 {
			return false
		}
	}
	return true
}

// excludes is the first rule that excludes a point, nil if none does.
func (s space) excludes(p []uint8) *maskedRule {
	for i := range s.rules {
		r := &s.rules[i]
		if all(r.when, p) && (len(r.unless) == 0 || !all(r.unless, p)) {
			return r
		}
	}
	return nil
}

// repair changes axes that are not fixed until no rule excludes the point. It
// prefers defaults, so that a cell differs from the plain one only where it has
// to. It gives up after some tries.
func (s space) repair(p []uint8, fixed []bool, rng *rand.Rand) bool {
	for range 60 {
		r := s.excludes(p)
		if r == nil {
			return true
		}
		var free []int
		for _, m := range r.when {
			if !fixed[m.axis] {
				free = append(free, m.axis)
			}
		}
		if len(free) == 0 {
			return false
		}
		axis := free[rng.IntN(len(free))]
		if p[axis] != 0 && rng.IntN(2) == 0 {
			p[axis] = 0
			continue
		}
		p[axis] = uint8(rng.IntN(len(s.axes[axis].names)))
	}
	return s.excludes(p) == nil
}

func (s space) caseOf(p []uint8) Case {
	c := Case{axes: s.axes, values: make([]string, len(p))}
	for i, v := range p {
		c.values[i] = s.axes[i].names[v]
	}
	return c
}
