package findings

import (
	"github.com/agenta-ai/conform/contract"
)

// Severity says how bad a finding is, by what it does and not by how often.
type Severity string

// The severities.
const (
	Critical Severity = "critical" // a secret is where it may not be
	High     Severity = "high"     // a run goes wrong: another key, address, model or provider, a refusal, a false success
	Medium   Severity = "medium"   // the right end with the wrong words: error class, HTTP status, text
	Low      Severity = "low"      // a shape or a document
)

// rank orders severities, the worst first.
func rank(s Severity) int {
	switch s {
	case Critical:
		return 0
	case High:
		return 1
	case Medium:
		return 2
	}
	return 3
}

// Finding is one cause.
type Finding struct {
	ID       string   `json:"id"` // F1, F2… or Q1, Q2… in the order of the document
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`
	// Secrets are the canaries that the mismatches speak of, by role; empty when no
	// secret is involved.
	Secrets  []string          `json:"secrets,omitempty"`
	Clauses  []contract.Clause `json:"clauses"`
	Seen     []string          `json:"seen"` // the mismatches of the smallest cell
	Told     string            `json:"told"` // what the caller was told there
	Rows     []string          `json:"rows"` // why the tables expect it: the row and its reason
	Cells    int               `json:"cells"`
	Of       int               `json:"of"` // cells in which one of the clauses could be seen
	Cell     string            `json:"cell"`
	Again    string            `json:"again"`              // the command that shows it alone
	HTTP     []string          `json:"http"`               // what crossed in that cell, in order
	Versions []string          `json:"versions,omitempty"` // of a sweep: those that show it
	Question string            `json:"question,omitempty"` // why this may be no fault
	Also     []string          `json:"also,omitempty"`     // titles of others that ask the same
}

// Document is all findings of a run or a sweep.
type Document struct {
	Subject    string    `json:"subject"`
	Edition    string    `json:"edition"`
	Level      string    `json:"level"`
	Versions   []string  `json:"versions,omitempty"`
	Cells      int       `json:"cells"`
	Findings   []Finding `json:"findings"`
	Questions  []Finding `json:"questions"`
	Incomplete []string  `json:"incomplete,omitempty"` // what keeps the document from being whole
}
