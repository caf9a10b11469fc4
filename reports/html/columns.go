package html

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/verdict"
)

// axesOf lists the axes of a run and their values. Axes whose values make up the
// cell ids come first, in that order, since that is how people know them.
func axesOf(results []verdict.Result) []axis {
	values := map[string]map[string]bool{}
	for i := range results {
		for name, value := range results[i].Axes {
			if values[name] == nil {
				values[name] = map[string]bool{}
			}
			values[name][value] = true
		}
	}
	rank := map[string]int{}
	if len(results) > 0 {
		main, _, _ := strings.Cut(results[0].Cell, "+")
		parts := strings.Split(main, "/")
		for name, value := range results[0].Axes {
			if at := slices.Index(parts, value); at >= 0 {
				rank[name] = at - len(parts) // before the zero of all others
			}
		}
	}
	axes := make([]axis, 0, len(values))
	for name := range values {
		axes = append(axes, axis{Name: name, Values: slices.Sorted(maps.Keys(values[name]))})
	}
	slices.SortFunc(axes, func(a, b axis) int {
		return cmp.Or(cmp.Compare(rank[a.Name], rank[b.Name]), cmp.Compare(a.Name, b.Name))
	})
	return axes
}

// valuesOf is the column of one axis: for each cell the number of its value.
func valuesOf(results []verdict.Result, a axis) []int {
	column := make([]int, len(results))
	for i := range results {
		column[i] = -1
		if value, ok := results[i].Axes[a.Name]; ok {
			column[i], _ = slices.BinarySearch(a.Values, value)
		}
	}
	return column
}

// clausesOf lists the clauses that a cell shows, and those that it violates, by
// their number on the scoreboard.
func clausesOf(r *verdict.Result, number map[string]int) (shown, violated []int) {
	shown, violated = []int{}, []int{} // null would be one more case for the page
	for _, f := range r.Findings {
		k, known := number[f.Clause]
		if !known || !f.Judgement.Seen() {
			continue
		}
		shown = append(shown, k)
		if f.Judgement == verdict.Violated {
			violated = append(violated, k)
		}
	}
	return shown, violated
}

// maxMessage is how much of a message the list shows; the page of the cell has
// all of it.
const maxMessage = 160

// message is what the list says of a cell.
func message(r *verdict.Result) string {
	text := r.Reason
	for _, f := range r.Findings {
		if f.Judgement == verdict.Violated && r.Status != verdict.ExpectedFailed {
			text = f.Clause
			if len(f.Mismatches) > 0 {
				text += ": " + f.Mismatches[0]
			}
			break
		}
	}
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxMessage {
		return string(runes[:maxMessage-1]) + "…"
	}
	return text
}
