package verdict

import (
	"cmp"
	"container/heap"
	"slices"
)

// shared is a symptom with the failures that show it.
type shared struct {
	symptom
	order   int // of appearance
	rank    int // the earliest place among the symptoms of a failure
	members []int
	left    int // members that are in no group yet
}

// before says whether s explains more than o: an error that the caller was told
// before all else, then what more failures share, then what comes earlier.
func (s *shared) before(o *shared) bool {
	told := func(s *shared) int {
		if s.clause == "" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(told(s), told(o)), cmp.Compare(o.left, s.left), cmp.Compare(s.rank, o.rank), cmp.Compare(s.order, o.order)) < 0
}

// failures groups the violations: the symptom that explains most takes all that
// show it, until each failure is in a group.
func failures(results []Result) []group {
	of, all := tally(results)
	queue := slices.Clone(all)
	heap.Init((*widest)(&queue))
	byText := make(map[string]*shared, len(all))
	for _, s := range all {
		byText[s.text] = s
	}
	var groups []group
	done := map[int]bool{}
	for len(done) < len(of) {
		next := queue[0]
		fresh := slices.DeleteFunc(slices.Clone(next.members), func(i int) bool { return done[i] })
		if len(fresh) != next.left || len(fresh) == 0 {
			// It has shared members with a group that was made meanwhile.
			if next.left = len(fresh); next.left == 0 {
				heap.Pop((*widest)(&queue))
			} else {
				heap.Fix((*widest)(&queue), 0)
			}
			continue
		}
		heap.Pop((*widest)(&queue))
		g := group{title: next.title(), members: fresh}
		beside := map[*shared]int{}
		for _, i := range fresh {
			done[i] = true
			for _, s := range of[i] {
				if other := byText[s.text]; other != next {
					beside[other]++
				}
			}
		}
		g.also = commonest(beside)
		groups = append(groups, g)
	}
	return groups
}

// tally finds the symptoms of each failure, and the failures of each symptom.
func tally(results []Result) (of map[int][]symptom, all []*shared) {
	of = map[int][]symptom{}
	byText := map[string]*shared{}
	for i := range results {
		if results[i].Status != Failed {
			continue
		}
		of[i] = symptoms(results[i])
		for rank, s := range of[i] {
			known := byText[s.text]
			if known == nil {
				known = &shared{symptom: s, order: len(all), rank: rank}
				byText[s.text] = known
				all = append(all, known)
			}
			known.rank = min(known.rank, rank)
			known.members = append(known.members, i)
			known.left++
		}
	}
	return of, all
}

// commonest lists the symptoms that most members of a group show.
func commonest(beside map[*shared]int) []Also {
	symptoms := make([]*shared, 0, len(beside))
	for s := range beside {
		symptoms = append(symptoms, s)
	}
	slices.SortFunc(symptoms, func(a, b *shared) int {
		return cmp.Or(cmp.Compare(beside[b], beside[a]), cmp.Compare(a.rank, b.rank), cmp.Compare(a.order, b.order))
	})
	var also []Also
	for _, s := range symptoms[:min(len(symptoms), maxAlso)] {
		also = append(also, Also{s.title(), beside[s]})
	}
	return also
}

// widest is a heap whose head explains most.
type widest []*shared

func (w widest) Len() int           { return len(w) }
func (w widest) Less(i, j int) bool { return w[i].before(w[j]) }
func (w widest) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }

// Push adds a *shared.
func (w *widest) Push(x any) { *w = append(*w, x.(*shared)) }

// Pop removes the last.
func (w *widest) Pop() any {
	old := *w
	last := old[len(old)-1]
	*w = old[:len(old)-1]
	return last
}
