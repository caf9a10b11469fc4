package verdict

import "hash/fnv"

// Neighbours finds, for a cell that went wrong, the cell that differs from it on
// one axis and passed: what changed between the two is where to look first.
type Neighbours struct {
	results []Result
	byRest  map[uint64][]int32 // hash of all axes but one → passing results, in the order of the plan
}

// NewNeighbours indexes the passing results.
func NewNeighbours(results []Result) *Neighbours {
	n := &Neighbours{results: results, byRest: map[uint64][]int32{}}
	for i := range results {
		if results[i].Status != Passed {
			continue
		}
		whole := hashAxes(results[i].Axes)
		for axis, value := range results[i].Axes {
			rest := whole ^ hashPair(axis, value) ^ hashPair(axis, "")
			n.byRest[rest] = append(n.byRest[rest], int32(i))
		}
	}
	return n
}

// Of returns the index of the first passing neighbour of r and the axis on which
// it differs; -1 if there is none.
func (n *Neighbours) Of(r Result) (index int, axis string) {
	index = -1
	whole := hashAxes(r.Axes)
	for a, value := range r.Axes {
		rest := whole ^ hashPair(a, value) ^ hashPair(a, "")
		for _, candidate := range n.byRest[rest] {
			i := int(candidate)
			if index >= 0 && i >= index {
				break
			}
			// The hash only narrows the search down.
			if d, ok := differsOnOne(r.Axes, n.results[i].Axes); ok && d == a {
				index, axis = i, a
				break
			}
		}
	}
	return index, axis
}

// Neighbour is Neighbours.Of for a single question.
func Neighbour(r Result, results []Result) (index int, axis string) {
	return NewNeighbours(results).Of(r)
}

// differsOnOne returns the only axis on which two cells differ.
func differsOnOne(a, b map[string]string) (axis string, ok bool) {
	if len(a) != len(b) {
		return "", false
	}
	for name, value := range a {
		other, known := b[name]
		switch {
		case !known:
			return "", false
		case other == value:
		case axis != "":
			return "", false
		default:
			axis = name
		}
	}
	return axis, axis != ""
}

// hashAxes does not depend on the order of the axes, and one pair can be taken
// out of it or put into it by exclusive or.
func hashAxes(axes map[string]string) uint64 {
	var h uint64
	for axis, value := range axes {
		h ^= hashPair(axis, value)
	}
	return h
}

func hashPair(axis, value string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(axis)) // never fails, as hash.Hash says
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(value))
	return h.Sum64()
}
