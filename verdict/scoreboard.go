package verdict

import (
	"cmp"
	"slices"

	"github.com/agenta-ai/conform/contract"
)

// Standing is what a run says of a clause as a whole.
type Standing string

// The standings.
const (
	ClauseHolds        Standing = "holds"         // in every cell that showed it
	ClauseViolated     Standing = "violated"      // in one cell at least
	ClauseUnshown      Standing = "unshown"       // no cell of any plan can show it; there is a reason
	ClauseMasked       Standing = "masked"        // each cell that could show it ended early, by the violation of another
	ClauseNotExercised Standing = "not exercised" // a cell could, none of this run did
)

// Tally counts the findings of one clause, or of a group of clauses.
type Tally struct {
	Holds         int `json:"holds"`
	Violated      int `json:"violated"`
	NotApplicable int `json:"not_applicable"`
	Masked        int `json:"masked"`
	Cells         int `json:"cells"` // cells with a finding that holds or is violated
}

func (t *Tally) add(j Judgement) {
	switch j {
	case Holds:
		t.Holds++
	case Violated:
		t.Violated++
	case NotApplicable:
		t.NotApplicable++
	case Masked:
		t.Masked++
	}
}

// ClauseScore is the line of one clause.
type ClauseScore struct {
	Clause   contract.Clause `json:"clause"`
	Standing Standing        `json:"standing"`
	Reason   string          `json:"reason,omitempty"` // of an unshown clause
	Tally
}

// GroupScore is the line of one gap or slice. Its counts by standing are counts
// of clauses; its tally counts findings, and each cell once.
type GroupScore struct {
	Name    string           `json:"name"`
	Label   string           `json:"label,omitempty"`
	Clauses map[Standing]int `json:"clauses"`
	Tally
}

// Standing is the worst of the group's clauses that says something; a group
// without any such clause is not exercised.
func (g GroupScore) Standing() Standing {
	for _, s := range []Standing{ClauseViolated, ClauseHolds, ClauseMasked, ClauseUnshown} {
		if g.Clauses[s] > 0 {
			return s
		}
	}
	return ClauseNotExercised
}

// Scoreboard is a run held against the contract.
type Scoreboard struct {
	Clauses []ClauseScore `json:"clauses"` // in the order of the contract
	Gaps    []GroupScore  `json:"gaps"`    // 1 to 5 first
	Slices  []GroupScore  `json:"slices"`
	Unknown []string      `json:"unknown,omitempty"` // clauses that findings name and the contract does not have
}

// Score holds a run against the clauses of its edition. Cells that broke or did
// not run say nothing of any clause.
func Score(run Run, c *contract.Contract) Scoreboard {
	var board Scoreboard
	at := map[string]int{}
	for _, clause := range c.Clauses {
		if clause.In(run.Header.Edition) {
			at[clause.ID] = len(board.Clauses)
			clause.Statement = clause.Text(run.Header.Edition)
			board.Clauses = append(board.Clauses, ClauseScore{Clause: clause})
		}
	}
	gaps, cuts := newGroups(), newGroups()
	for i := range run.Results {
		r := &run.Results[i]
		if r.Status >= Error {
			continue
		}
		seen := map[int]bool{} // a clause with several findings is still one cell
		for _, f := range r.Findings {
			k, known := at[f.Clause]
			if !known {
				if !slices.Contains(board.Unknown, f.Clause) {
					board.Unknown = append(board.Unknown, f.Clause)
				}
				continue
			}
			score := &board.Clauses[k]
			score.add(f.Judgement)
			if f.Judgement.Seen() && !seen[k] {
				seen[k] = true
				score.Cells++
			}
			gaps.add(score.Clause.Gap, i, f.Judgement)
			cuts.add(score.Clause.Slice, i, f.Judgement)
		}
	}
	for k := range board.Clauses {
		score := &board.Clauses[k]
		score.Standing, score.Reason = standing(score.Tally, run.Header.Unshown, score.Clause.ID)
		gaps.get(score.Clause.Gap).Clauses[score.Standing]++
		cuts.get(score.Clause.Slice).Clauses[score.Standing]++
	}
	board.Gaps, board.Slices = gaps.sorted(rankGap), cuts.sorted(nil)
	for i := range board.Gaps {
		board.Gaps[i].Label = c.Gaps[board.Gaps[i].Name]
	}
	return board
}

func standing(t Tally, unshown map[string]string, clause string) (Standing, string) {
	reason, cannot := unshown[clause]
	switch {
	case t.Violated > 0:
		return ClauseViolated, ""
	case t.Holds > 0:
		return ClauseHolds, ""
	case cannot:
		return ClauseUnshown, reason
	case t.Masked > 0:
		return ClauseMasked, ""
	}
	return ClauseNotExercised, ""
}

// rankGap puts the five gaps of the plan first and what the plan does not ask
// for last.
func rankGap(name string) int {
	order := []string{"1", "2", "3", "4", "5", "sibling", "appendix", "baseline", "ed2", "non-goal", "field"}
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}

// groups collects group scores by name.
type groups struct {
	byName map[string]*GroupScore
	last   map[string]int // name → last result that counted as a cell
}

func newGroups() groups {
	return groups{byName: map[string]*GroupScore{}, last: map[string]int{}}
}

func (g groups) get(name string) *GroupScore {
	if g.byName[name] == nil {
		g.byName[name] = &GroupScore{Name: name, Clauses: map[Standing]int{}}
		g.last[name] = -1
	}
	return g.byName[name]
}

func (g groups) add(name string, result int, j Judgement) {
	score := g.get(name)
	score.add(j)
	if j.Seen() && g.last[name] != result {
		g.last[name] = result
		score.Cells++
	}
}

// sorted lists the groups by rank, then by name.
func (g groups) sorted(rank func(string) int) []GroupScore {
	var list []GroupScore
	for _, score := range g.byName {
		list = append(list, *score)
	}
	slices.SortFunc(list, func(a, b GroupScore) int {
		if rank != nil {
			if c := cmp.Compare(rank(a.Name), rank(b.Name)); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return list
}
