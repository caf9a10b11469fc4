package engine

import (
	"slices"
	"sync"
)

// queue hands out cells by setup. Within a setup they come in the order of the
// plan.
type queue[C any] struct {
	mu     sync.Mutex
	groups []*group[C] // largest first, then in the order of the plan
}

type group[C any] struct {
	setup string
	cells []C
	lanes map[int]bool // that work on it
}

func newQueue[C any](cells []C, setup func(C) string) *queue[C] {
	q := &queue[C]{}
	bySetup := map[string]*group[C]{}
	for _, c := range cells {
		name := ""
		if setup != nil {
			name = setup(c)
		}
		g := bySetup[name]
		if g == nil {
			g = &group[C]{setup: name, lanes: map[int]bool{}}
			bySetup[name] = g
			q.groups = append(q.groups, g)
		}
		g.cells = append(g.cells, c)
	}
	slices.SortStableFunc(q.groups, func(a, b *group[C]) int { return len(b.cells) - len(a.cells) })
	return q
}

// next is a cell for a lane whose subject has been started with setup. The lane
// stays with its setup while there is work. Then it goes where most work is
// left for each lane, so that it changes its setup rarely and all lanes end at
// about the same time.
func (q *queue[C]) next(lane int, setup string) (c C, now string, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	best := q.best(lane, setup)
	if best == nil {
		return c, "", false
	}
	for _, g := range q.groups {
		delete(g.lanes, lane)
	}
	best.lanes[lane] = true
	c, best.cells = best.cells[0], best.cells[1:]
	return c, best.setup, true
}

func (q *queue[C]) best(lane int, setup string) *group[C] {
	var best *group[C]
	share := 0.0
	for _, g := range q.groups {
		if len(g.cells) == 0 {
			continue
		}
		if g.setup == setup && g.lanes[lane] {
			return g
		}
		if s := float64(len(g.cells)) / float64(len(g.lanes)+1); s > share {
			best, share = g, s
		}
	}
	return best
}
