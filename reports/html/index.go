package html

import (
	"fmt"
	"math"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
)

// index is all that the page needs before a cell is opened. Cells are stored by
// column, and whatever repeats is stored once: 20,000 of them pack into a few
// hundred kilobytes.
type index struct {
	Header   verdict.Header     `json:"header"`
	Footer   *verdict.Footer    `json:"footer"`
	Exit     int                `json:"exit"`
	Word     string             `json:"word"`
	Headline string             `json:"headline"`
	Problems []string           `json:"problems"`
	Holes    int                `json:"holes"`
	Board    verdict.Scoreboard `json:"board"`
	Causes   []verdict.Cause    `json:"causes"`
	Axes     []axis             `json:"axes"`
	Cells    columns            `json:"cells"`
	Patterns [][]int            `json:"patterns"` // sets of clauses that cells show
	Texts    []string           `json:"texts"`    // messages of cells
}

type axis struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// columns hold one entry a cell, in the order of the plan.
type columns struct {
	ID        []string  `json:"id"`
	Status    []int     `json:"status"`
	Millis    []float64 `json:"ms"`
	Axes      [][]int   `json:"axes"` // axis → cell → value, -1 for none
	Violated  [][]int   `json:"violated"`
	Pattern   []int     `json:"pattern"`
	Text      []int     `json:"text"`
	Cause     []int     `json:"cause"` // -1 for none
	Chunk     []int     `json:"chunk"`
	Slot      []int     `json:"slot"`
	Cut       []int     `json:"cut"`       // 1: without its evidence
	Neighbour []int     `json:"neighbour"` // -1 for none
	Differs   []int     `json:"differs"`   // axis on which the neighbour differs
}

func newIndex(run verdict.Run, c *contract.Contract, places []place) index {
	x := index{
		Header: run.Header, Exit: run.Exit(), Word: run.Word(), Headline: run.Headline(),
		Problems: run.Problems(), Holes: run.Holes(), Board: verdict.Score(run, c),
		Axes: axesOf(run.Results),
	}
	x.Causes, x.Cells.Cause = verdict.Group(run.Results)
	if run.Footer != nil {
		footer := *run.Footer
		footer.Causes = nil // the index has its own, from the same results
		x.Footer = &footer
	}
	clauses, axes := map[string]int{}, map[string]int{}
	for k, score := range x.Board.Clauses {
		clauses[score.Clause.ID] = k
	}
	for k, a := range x.Axes {
		axes[a.Name] = k
		x.Cells.Axes = append(x.Cells.Axes, valuesOf(run.Results, a))
	}
	var patterns dictionary[[]int]
	var texts dictionary[string]
	neighbours := verdict.NewNeighbours(run.Results)
	cells := &x.Cells
	for i := range run.Results {
		r := &run.Results[i]
		shown, violated := clausesOf(r, clauses)
		neighbour, differs := -1, -1
		if r.Status >= verdict.UnexpectedPass {
			var on string
			if neighbour, on = neighbours.Of(*r); neighbour >= 0 {
				differs = axes[on]
			}
		}
		cut := 0
		if places[i].cut {
			cut = 1
		}
		text := message(r)
		cells.ID = append(cells.ID, r.Cell)
		cells.Status = append(cells.Status, int(r.Status))
		cells.Millis = append(cells.Millis, math.Round(r.Millis*10)/10)
		cells.Violated = append(cells.Violated, violated)
		cells.Pattern = append(cells.Pattern, patterns.add(fmt.Sprint(shown), shown))
		cells.Text = append(cells.Text, texts.add(text, text))
		cells.Chunk = append(cells.Chunk, places[i].chunk)
		cells.Slot = append(cells.Slot, places[i].slot)
		cells.Cut = append(cells.Cut, cut)
		cells.Neighbour = append(cells.Neighbour, neighbour)
		cells.Differs = append(cells.Differs, differs)
	}
	x.Patterns, x.Texts = patterns.items, texts.items
	return x
}

// dictionary gives equal things one number.
type dictionary[T any] struct {
	at    map[string]int
	items []T
}

func (d *dictionary[T]) add(key string, item T) int {
	if n, ok := d.at[key]; ok {
		return n
	}
	if d.at == nil {
		d.at = map[string]int{}
	}
	n := len(d.items)
	d.at[key], d.items = n, append(d.items, item)
	return n
}
