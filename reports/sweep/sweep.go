package sweep

import (
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
)

// State is what a run says of a clause.
type State string

// The states.
const (
	Holds         State = "holds"
	Violated      State = "violated"
	NotApplicable State = "not applicable"
	Masked        State = "masked"        // each cell that could show it ended early, by the violation of another
	Broken        State = "error"         // cells that could have shown it broke
	NotExercised  State = "not exercised" // no cell of the plan shows it
)

// Column is one version.
type Column struct {
	Subject  string         `json:"subject"`
	Version  string         `json:"version"` // as the column is headed
	Folder   string         `json:"folder"`  // of its run, below the sweep's
	Exit     int            `json:"exit"`
	Counts   map[string]int `json:"counts"`
	Cells    int            `json:"cells"`
	Millis   float64        `json:"ms"`
	Complete bool           `json:"complete"`
}

// Row is one clause over all versions.
type Row struct {
	Clause  contract.Clause `json:"clause"`
	States  []State         `json:"states"`  // one a column
	Cells   []verdict.Tally `json:"cells"`   // one a column
	Reasons []string        `json:"reasons"` // of what is not applicable, one a column
	Changes []Change        `json:"changes,omitempty"`
}

// Change is a clause that is not in a version what it was in the one before.
type Change struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Before State  `json:"before"`
	After  State  `json:"after"`
}

// String is one line.
func (c Change) String() string {
	return fmt.Sprintf("%s → %s between %s and %s", c.Before, c.After, c.From, c.To)
}

// Table is a sweep.
type Table struct {
	Edition string   `json:"edition"`
	Level   string   `json:"level"`
	Plan    string   `json:"plan"`
	Millis  float64  `json:"ms"` // from the start of the first run to the end of the last
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"` // clauses that some version shows, in the order of the contract
}

// Input is the run of one version.
type Input struct {
	Version, Folder string
	Exit            int
	Run             verdict.Run
}

// Build makes the table. The runs must be of one plan.
func Build(inputs []Input, c *contract.Contract) (Table, error) {
	var t Table
	var all []map[string]*state
	for _, in := range inputs {
		h := in.Run.Header
		if t.Plan != "" && (h.Plan != t.Plan || h.Edition != t.Edition) {
			return Table{}, fmt.Errorf("the run of %s is of another plan than the one before", in.Version)
		}
		t.Edition, t.Level, t.Plan = h.Edition, h.Level, h.Plan
		col := Column{
			Subject: h.Subject, Version: in.Version, Folder: in.Folder, Exit: in.Exit,
			Counts: verdict.Counts(in.Run.Results), Cells: len(in.Run.Results),
		}
		if in.Run.Footer != nil {
			col.Millis, col.Complete = in.Run.Footer.Millis, in.Run.Footer.Complete
		}
		t.Columns = append(t.Columns, col)
		all = append(all, states(in.Run))
	}
	for _, clause := range c.Clauses {
		row := Row{Clause: clause}
		shown := false
		for _, of := range all {
			s := of[clause.ID]
			if s == nil {
				s = &state{}
			}
			row.States = append(row.States, s.state())
			row.Cells = append(row.Cells, s.Tally)
			row.Reasons = append(row.Reasons, s.reason)
			shown = shown || s.state() != NotExercised
		}
		if shown {
			row.Changes = changes(row.States, t.Columns)
			t.Rows = append(t.Rows, row)
		}
	}
	return t, nil
}

// state is what a run has shown of a clause so far.
type state struct {
	verdict.Tally
	broken int
	reason string // why it is not applicable, as the first cell says it
}

func (s *state) state() State {
	switch {
	case s.Violated > 0:
		return Violated
	case s.broken > 0:
		return Broken // the cells that are left may hold; nobody knows of the others
	case s.Holds > 0:
		return Holds
	case s.Masked > 0:
		return Masked
	case s.NotApplicable > 0:
		return NotApplicable
	}
	return NotExercised
}

func states(run verdict.Run) map[string]*state {
	all := map[string]*state{}
	for _, r := range run.Results {
		seen := map[string]bool{}
		for _, f := range r.Findings {
			s := all[f.Clause]
			if s == nil {
				s = &state{}
				all[f.Clause] = s
			}
			if r.Status >= verdict.Error {
				s.broken++
				continue
			}
			switch f.Judgement {
			case verdict.Violated:
				s.Violated++
			case verdict.Holds:
				s.Holds++
			case verdict.Masked:
				s.Masked++
				continue
			default:
				s.NotApplicable++
				if s.reason == "" {
					s.reason = f.Reason
				}
				continue
			}
			if !seen[f.Clause] {
				seen[f.Clause] = true
				s.Cells++
			}
		}
	}
	return all
}

// changes compares each column with the last one before it that says something.
func changes(states []State, columns []Column) []Change {
	var out []Change
	last := -1
	for i, s := range states {
		if s == Broken || s == NotExercised {
			continue
		}
		if last >= 0 && states[last] != s {
			out = append(out, Change{columns[last].Version, columns[i].Version, states[last], s})
		}
		last = i
	}
	return out
}

// Changed are the rows that change.
func (t Table) Changed() []Row {
	var out []Row
	for _, r := range t.Rows {
		if len(r.Changes) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// count is how a state is shown: with the cells that violate where some do.
func count(s State, n verdict.Tally) string {
	switch s {
	case Violated:
		return fmt.Sprintf("✗ %d/%d", n.Violated, n.Cells)
	case Holds:
		return fmt.Sprintf("✓ %d", n.Cells)
	case NotApplicable:
		return "n/a"
	case Masked:
		return "masked"
	case Broken:
		return "error"
	}
	return ""
}

func changesText(r Row) string {
	var lines []string
	for _, c := range r.Changes {
		lines = append(lines, c.String())
	}
	return strings.Join(lines, "; ")
}
