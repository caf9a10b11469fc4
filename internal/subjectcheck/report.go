package subjectcheck

import "github.com/agenta-ai/conform/subjects/protocol"

// State is what became of a claim.
type State string

// The states.
const (
	Proved     State = "proved"             // claimed, and seen
	Refuted    State = "refuted"            // claimed, and the subject does otherwise
	Unclaimed  State = "not claimed"        //
	Undeclared State = "works, not claimed" // clauses that need it stay not applicable
)

// Claim is one thing that the driver says its subject can do.
type Claim struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	Why   string `json:"why,omitempty"`
}

// Report is what a check found.
type Report struct {
	Description protocol.Description `json:"description"`
	Messages    int                  `json:"messages"` // that crossed, both ways
	Claims      []Claim              `json:"claims"`
	// Broken are faults of the driver: with any of them nothing it reports can be
	// trusted.
	Broken []string `json:"broken"`
	// Log is the end of the driver's log where it broke.
	Log []string `json:"log,omitempty"`
}

// Refuted reports whether a claim is.
func (r Report) Refuted() bool {
	for _, c := range r.Claims {
		if c.State == Refuted {
			return true
		}
	}
	return false
}

func (r *Report) claim(name string, state State, why string) {
	r.Claims = append(r.Claims, Claim{name, state, why})
}

func (r *Report) broken(text string) { r.Broken = append(r.Broken, text) }
