package verdict

import (
	"time"

	"github.com/agenta-ai/conform/evidence"
)

// Judgement is what a check says of one clause in one case.
type Judgement string

// The judgements.
const (
	Holds         Judgement = "holds"
	Violated      Judgement = "violated"
	NotApplicable Judgement = "not-applicable"
	// Masked says that a clause could not be seen because the case was over too
	// early, and that this early end violates another clause of the same case. It
	// is no word about the clause, and no excuse for it either.
	Masked Judgement = "masked"
)

// Seen reports whether a case has shown the clause, one way or the other.
func (j Judgement) Seen() bool { return j == Holds || j == Violated }

// Finding is one clause judged in one case.
type Finding struct {
	Clause     string    `json:"clause"`
	Judgement  Judgement `json:"judgement"`
	Reason     string    `json:"reason,omitempty"`     // of a not-applicable or masked
	Mismatches []string  `json:"mismatches,omitempty"` // of a violation: every one, each a short text
}

// Expected is one fact that the contract's tables say of a case.
type Expected struct {
	Fact    string   `json:"fact"`    // such as "wire.deployment"
	Value   string   `json:"value"`   //
	Clauses []string `json:"clauses"` // the clauses that the deciding row names
	Row     string   `json:"row"`     // file:line of that row
	Because string   `json:"because,omitempty"`
}

// Result is the outcome of one cell.
type Result struct {
	Type     string            `json:"type"` // "cell"
	Cell     string            `json:"cell"`
	Axes     map[string]string `json:"axes"`
	Status   Status            `json:"status"`
	Reason   string            `json:"reason,omitempty"` // why skipped, what broke
	Findings []Finding         `json:"findings,omitempty"`
	// Undeclared says that nothing was asked: the subject does not declare what the
	// cell needs.
	Undeclared bool `json:"undeclared,omitempty"`

	Expected  []Expected         `json:"expected,omitempty"`
	Cause     string             `json:"cause,omitempty"` // signature that equal failures share
	Reproduce string             `json:"reproduce"`       // the command that runs this cell alone
	Start     time.Time          `json:"start"`
	Millis    float64            `json:"ms"`
	Evidence  *evidence.Evidence `json:"evidence,omitempty"`
}

// Header is the first line of a run.
type Header struct {
	Type     string    `json:"type"` // "header"
	Format   int       `json:"format"`
	Tool     string    `json:"tool"`
	Version  string    `json:"version"`
	Start    time.Time `json:"start"`
	Edition  string    `json:"edition"`
	Level    string    `json:"level"`
	Seed     uint64    `json:"seed"`
	Subject  string    `json:"subject"`
	Pi       string    `json:"pi"`
	Plan     string    `json:"plan"`    // hash over the planned cell ids
	Planned  int       `json:"planned"` // cells
	Workers  int       `json:"workers"`
	Seal     string    `json:"seal"`
	Backend  string    `json:"backend,omitempty"` // "process" or "docker"
	Platform string    `json:"platform"`          // os/arch, cores
	Args     []string  `json:"args"`
	Claim    *Claim    `json:"claim,omitempty"`
	// Required are the clauses that the run has to judge: without that it is not
	// whole, however green its cells are.
	Required []string `json:"required,omitempty"`
	// Unshown are the clauses of the edition that no cell of any plan can show
	// with this build, each with the reason.
	Unshown map[string]string `json:"unshown,omitempty"`
}

// Claim is what a run is about, in the words of its headline, where that is not a
// subject and the contract.
type Claim struct {
	Holds  string `json:"holds"`  // such as "The fake agrees with the real Pi"
	Breaks string `json:"breaks"` // such as "the fake differs from the real Pi in"; clauses follow
	Clause string `json:"clause"` // what a clause is called, such as "area"
}

// Footer is the last line of a run; without it the run is incomplete.
type Footer struct {
	Type     string         `json:"type"` // "footer"
	End      time.Time      `json:"end"`
	Millis   float64        `json:"ms"`
	Counts   map[string]int `json:"counts"` // status → cells
	Exit     int            `json:"exit"`
	Complete bool           `json:"complete"`
	Causes   []Cause        `json:"causes,omitempty"`   // groups of equal failures, largest first
	Problems []string       `json:"problems,omitempty"` // what broke the run itself
	// Exceptions are what is wrong with the file of known failures: entries that
	// have expired, that explain nothing, or whose cells fail in another way.
	Exceptions []string `json:"exceptions,omitempty"`
	// PeakRSS of the harness in bytes, and of the largest child.
	PeakRSS int64 `json:"peak_rss,omitempty"`
}

// Cause is a group of results that failed alike.
type Cause struct {
	Signature      string   `json:"signature"` // the symptom that all members share
	Status         Status   `json:"status"`
	Clauses        []string `json:"clauses,omitempty"` // all that members violate
	Count          int      `json:"count"`
	Representative string   `json:"representative"` // a cell id
	Reproduce      string   `json:"reproduce"`
	Where          string   `json:"where,omitempty"` // the axis values that all members share and no passing cell has
	Also           []Also   `json:"also,omitempty"`  // other symptoms of members, the commonest first
}

// Also is a symptom that some members of a cause show beside the shared one.
type Also struct {
	Symptom string `json:"symptom"`
	Count   int    `json:"count"` // members that show it
}

// Run is a whole run in memory.
type Run struct {
	Header  Header
	Results []Result
	Footer  *Footer // nil when the run was cut off
}

// Exit codes of conform. The worst that applies wins.
const (
	ExitOK          = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitBroken      = 3
	ExitIncomplete  = 4
	ExitExceptions  = 5
	ExitInterrupted = 130
)
