package contract

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:embed clauses.json
var clausesJSON []byte

// The editions of the contract that are known by name.
const (
	Edition20260702 = "2026-07-02"
	Edition20260714 = "2026-07-14"
)

// Editions lists them, the oldest first.
func Editions() []string { return []string{Edition20260702, Edition20260714} }

// A Clause is one testable requirement.
type Clause struct {
	ID         string `json:"id"`          // stable name, such as "CFG-7"
	Group      string `json:"group"`       // ENV, RES, GATE, WIRE, CFG, ISO, MODEL, PICK, BAN, DAY or RUN
	Statement  string `json:"statement"`   // what must hold, in one sentence
	Gap        string `json:"gap"`         // "1" to "5", or the reason a clause without a gap is here
	Slice      string `json:"slice"`       // the slice of the plan that closes it
	Source     string `json:"source"`      // where in the plan it stands
	Evidence   string `json:"evidence"`    // what would show it
	ObservedAt string `json:"observed_at"` // wire, http, live, unit
	Level      string `json:"level"`       // must (the default) or should
	// Edition is the only one that has the clause, for clauses that are not of the
	// contract proper.
	Edition  string `json:"edition,omitempty"`
	Revision struct {
		Relation string `json:"relation"`
		Note     string `json:"note"`
	} `json:"edition_2026_07_14"` // what the revision says of it
}

// Contract is the set of clauses in the order of the document.
type Contract struct {
	Gaps    map[string]string // gap → what it is, in a few words
	Clauses []Clause
	byID    map[string]int
}

// Load returns the contract that is built into the binary.
func Load() (*Contract, error) {
	var doc struct {
		Meta struct {
			Gap map[string]string `json:"gap"`
		} `json:"meta"`
		Clauses []Clause `json:"clauses"`
	}
	if err := json.Unmarshal(clausesJSON, &doc); err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	c := &Contract{Gaps: doc.Meta.Gap, Clauses: doc.Clauses, byID: map[string]int{}}
	for i := range c.Clauses {
		if c.Clauses[i].Level == "" {
			c.Clauses[i].Level = "must"
		}
		id := c.Clauses[i].ID
		if _, twice := c.byID[id]; twice {
			return nil, fmt.Errorf("read contract: clause %s stands there twice", id)
		}
		c.byID[id] = i
	}
	return c, nil
}

// Clause returns the clause with that id.
func (c *Contract) Clause(id string) (Clause, bool) {
	i, ok := c.byID[id]
	if !ok {
		return Clause{}, false
	}
	return c.Clauses[i], true
}

// IDs lists the clause ids in the order of the document.
func (c *Contract) IDs() []string {
	ids := make([]string, len(c.Clauses))
	for i, cl := range c.Clauses {
		ids[i] = cl.ID
	}
	return ids
}

// Text is the statement as an edition has it: what the revision says of a clause
// that it changes stands behind the plan's words.
func (c Clause) Text(edition string) string {
	if edition != Edition20260714 || c.Revision.Note == "" || !slices.Contains([]string{"reverses", "changes", "silent"}, c.Revision.Relation) {
		return c.Statement
	}
	return c.Statement + " (" + Edition20260714 + ": " + c.Revision.Note + ")"
}

// In reports whether the clause is part of an edition. Clauses marked
// "(edition-2)" belong to the revision alone; those the revision drops or
// declares moot belong to the plan alone.
func (c Clause) In(edition string) bool {
	if c.Edition != "" {
		return c.Edition == edition
	}
	second := strings.HasPrefix(c.Statement, "(edition-2)") || c.Gap == "ed2"
	switch edition {
	case Edition20260702:
		return !second
	case Edition20260714:
		return !slices.Contains([]string{"drops", "moot"}, c.Revision.Relation)
	}
	return false
}
