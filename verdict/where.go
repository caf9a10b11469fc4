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

// where is the smallest set of one to three terms that all members of a group
// meet and no passing cell does, written as a selector: "axis=value", or
// "axis=value|value" where the members share no single value. It is "" if there
// is none, or if nothing passed that the group could be told from. Among sets of
// one size the plainest wins, and then the one that fewest cells outside of the
// group meet.
func where(results []Result, group []int) string {
	terms := termsOf(results, group)
	passing := 0
	for i := range results {
		if results[i].Status == Passed {
			passing++
		}
	}
	if passing == 0 {
		return ""
	}
	for size := 1; size <= min(3, len(terms)); size++ {
		var best []int
		bestRank := [2]int{}
		combine(len(terms), size, func(set []int) {
			if common(terms, set, term.passes) > 0 {
				return
			}
			rank := [2]int{0, common(terms, set, term.meets)}
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

// term is one axis and the values that a group has on it, with the cells outside
// of the group that have one of them too.
type term struct {
	axis   string
	values []string
	meet   bitset // all such cells
	pass   bitset // those that passed
}

func (t term) meets() bitset  { return t.meet }
func (t term) passes() bitset { return t.pass }

// termsOf lists the terms that all members of a group meet and not every cell
// does, by axis.
func termsOf(results []Result, group []int) []term {
	member := make(map[int]bool, len(group))
	for _, i := range group {
		member[i] = true
	}
	var terms []term
	for _, axis := range slices.Sorted(maps.Keys(results[group[0]].Axes)) {
		values := map[string]bool{}
		for _, i := range group {
			values[results[i].Axes[axis]] = true // "" where a cell lacks the axis
		}
		if len(values) > maxAlternatives || values[""] {
			continue
		}
		t := term{axis: axis, values: slices.Sorted(maps.Keys(values)), meet: newBitset(len(results)), pass: newBitset(len(results))}
		all := true
		for i := range results {
			switch {
			case !values[results[i].Axes[axis]]:
				all = false
			case !member[i]:
				t.meet.set(i)
				if results[i].Status == Passed {
					t.pass.set(i)
				}
			}
		}
		if !all {
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

// bitset is a set of result indexes.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int) { b[i/64] |= 1 << (i % 64) }

// common is how many indexes the sets of all chosen terms hold.
func common(terms []term, chosen []int, of func(term) bitset) int {
	n := 0
	for word := range of(terms[chosen[0]]) {
		all := ^uint64(0)
		for _, c := range chosen {
			all &= of(terms[c])[word]
		}
		n += bits.OnesCount64(all)
	}
	return n
}
