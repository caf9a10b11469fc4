package verdict

import "fmt"

// Status is the outcome of a case. Statuses are ordered: the status of a group
// is the maximum of its members.
type Status int

// The statuses, from good to bad.
const (
	Passed         Status = iota // every clause that the case shows holds
	Skipped                      // not applicable, with a reason
	ExpectedFailed               // failed as an exception says
	Flaky                        // passed only on a retry
	UnexpectedPass               // an exception says it fails, and it does not
	Failed                       // the subject violates the contract
	Error                        // the harness, the world or the subject's process broke
	NotRun                       // planned, but without an outcome
)

var statusNames = [...]string{"passed", "skipped", "expected-failed", "flaky", "unexpected-pass", "failed", "error", "not-run"}

// Statuses lists all of them in order.
func Statuses() []Status {
	return []Status{Passed, Skipped, ExpectedFailed, Flaky, UnexpectedPass, Failed, Error, NotRun}
}

// String is the name used in every report.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return fmt.Sprintf("status(%d)", int(s))
	}
	return statusNames[s]
}

// MarshalText writes the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if name == string(text) {
			*s = Status(i)
			return nil
		}
	}
	return fmt.Errorf("unknown status %q", text)
}
