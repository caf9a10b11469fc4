package verdict

import (
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// maxAlternatives is how many values of one axis a term may name. With more, it
// no longer says where a failure lives.
const maxAlternatives = 3

// explainer finds what the members of a group have in common. It indexes the
// results once: a bad night has thousands of groups.
type explainer struct {
	size int
	has  map[string]map[string]bitset // axis → value → the cells that have it
	pass bitset                       // the cells that passed
}

func newExplainer(results []Result) *explainer {
	x := &explainer{size: len(results), has: map[string]map[string]bitset{}, pass: newBitset(len(results))}
	for i := range results {
		for axis, value := range results[i].Axes {
			if x.has[axis] == nil {
				x.has[axis] = map[string]bitset{}
			}
			if x.has[axis][value] == nil {
				x.has[axis][value] = newBitset(x.size)
			}
			x.has[axis][value].set(i)
		}
		if results[i].Status == Passed {
			x.pass.set(i)
		}
	}
	return x
}

// where is the smallest set of one to three terms that all members of a group
// meet and no passing cell does, written as a selector: "axis=value", or
// "axis=value|value" where the members share no single value. It is "" if there
// is none, or if nothing passed that the group could be told from. Among sets of
// one size the plainest wins, and then the one that fewest cells outside of the
// group meet.
func (x *explainer) where(group []int) string {
	if x.pass.count() == 0 {
		return ""
	}
	members := newBitset(x.size)
	for _, i := range group {
		members.set(i)
	}
	terms := x.terms(members)
	for size := 1; size <= min(3, len(terms)); size++ {
		var best []int
		bestRank := [2]int{}
		combine(len(terms), size, func(set []int) {
			if !separates(terms, set, x.pass) {
				return
			}
			rank := [2]int{0, common(terms, set)}
			for _, i := range set {
				rank[0] += len(terms[i].values)
			}
			if best == nil || slices.Compare(rank[:], bestRank[:]) < 0 {
				best, bestRank = slices.Clone(set), rank
			}
		})
		if best != nil {
			texts := make([]string, len(best))
			for i, t := range best {
				texts[i] = terms[t].axis + "=" + strings.Join(terms[t].values, "|")
			}
			return strings.Join(texts, ",")
		}
	}
	return ""
}

// term is one axis, the values that a group has on it, and all cells that have
// one of them.
type term struct {
	axis   string
	values []string
	cells  bitset
}

// terms lists the terms that all members of a group meet and not every cell
// does, by axis.
func (x *explainer) terms(members bitset) []term {
	var terms []term
	for _, axis := range slices.Sorted(maps.Keys(x.has)) {
		t := term{axis: axis, cells: newBitset(x.size)}
		for _, value := range slices.Sorted(maps.Keys(x.has[axis])) {
			if cells := x.has[axis][value]; cells.meets(members) {
				t.values = append(t.values, value)
				t.cells.add(cells)
			}
		}
		// A member that lacks the axis meets no term on it.
		if len(t.values) <= maxAlternatives && len(t.values) < len(x.has[axis]) && t.cells.covers(members) {
			terms = append(terms, t)
		}
	}
	return terms
}

// combine calls f with every subset of 0..n-1 of that size, in order. The slice
// is reused.
func combine(n, size int, f func([]int)) {
	set := make([]int, size)
	var fill func(at, from int)
	fill = func(at, from int) {
		if at == size {
			f(set)
			return
		}
		for i := from; i < n; i++ {
			set[at] = i
			fill(at+1, i+1)
		}
	}
	fill(0, 0)
}

// separates reports whether no passing cell meets all of the chosen terms. Most
// sets fail at the first words, which is what keeps the search quick.
func separates(terms []term, chosen []int, pass bitset) bool {
	for word, all := range pass {
		for _, c := range chosen {
			all &= terms[c].cells[word]
		}
		if all != 0 {
			return false
		}
	}
	return true
}

// common is how many cells meet all of the chosen terms.
func common(terms []term, chosen []int) int {
	n := 0
	for word, all := range terms[chosen[0]].cells {
		for _, c := range chosen[1:] {
			all &= terms[c].cells[word]
		}
		n += bits.OnesCount64(all)
	}
	return n
}
