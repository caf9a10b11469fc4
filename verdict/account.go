package verdict

import "fmt"

// Account holds the results against the plan: each planned cell must have
// exactly one outcome. It returns the cells without any, in the order of the
// plan, and a problem for each cell that is planned or answered twice, or
// answered without having been planned.
func Account(planned []string, results []Result) (missing, problems []string) {
	outcomes := make(map[string]int, len(planned))
	for _, cell := range planned {
		if _, twice := outcomes[cell]; twice {
			problems = append(problems, fmt.Sprintf("cell %s is planned twice", cell))
		}
		outcomes[cell] = 0
	}
	for i := range results {
		cell := results[i].Cell
		n, known := outcomes[cell]
		switch {
		case !known:
			problems = append(problems, fmt.Sprintf("cell %s has an outcome and was not planned", cell))
		case n == 1: // a third and fourth add nothing
			problems = append(problems, fmt.Sprintf("cell %s has more than one outcome", cell))
		}
		if known {
			outcomes[cell]++
		}
	}
	for _, cell := range planned {
		if n, ok := outcomes[cell]; ok && n == 0 {
			missing = append(missing, cell)
			delete(outcomes, cell) // a cell that is planned twice is missing once
		}
	}
	return missing, problems
}
