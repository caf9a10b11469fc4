package verdict

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Exit is the exit code of a run that was read back: the footer's, and for a run
// that was cut off what its results say, which is never better than incomplete.
func (r Run) Exit() int {
	if r.Footer != nil {
		return r.Footer.Exit
	}
	if code := ExitCode(r.Header, r.Results, false, nil); code == ExitBroken {
		return code
	}
	return ExitIncomplete
}

// Problems are what broke the run itself, the missing footer included, and what
// it had to judge and did not.
func (r Run) Problems() []string {
	if r.Footer == nil {
		return append([]string{"the run was cut off: it has no footer"}, r.shortfall()...)
	}
	return append(slices.Clone(r.Footer.Problems), r.shortfall()...)
}

// Holes is the number of planned cells that have no result at all.
func (r Run) Holes() int { return max(0, r.Header.Planned-len(r.Results)) }

// Word is the verdict in one word.
func (r Run) Word() string {
	switch r.Exit() {
	case ExitOK:
		return "PASS"
	case ExitFailed:
		return "FAIL"
	case ExitIncomplete:
		return "INCOMPLETE"
	case ExitExceptions:
		return "STALE"
	case ExitInterrupted:
		return "INTERRUPTED"
	}
	return "BROKEN"
}

// claim is what the run is about.
func (r Run) claim() Claim {
	if r.Header.Claim != nil {
		return *r.Header.Claim
	}
	return Claim{Holds: "The contract holds", Breaks: "the subject violates", Clause: "clause"}
}

// Headline says in one sentence what came of the run.
func (r Run) Headline() string {
	claim := r.claim()
	also := func(sentence, failed string) string {
		if failed == "" {
			return sentence + "."
		}
		return sentence + "; beside that " + claim.Breaks + " " + failed + "."
	}
	counts := Counts(r.Results)
	n := func(s Status) int { return counts[s.String()] }
	all := Plural(len(r.Results), "cell")
	missing := r.Holes() + n(NotRun)
	failed := ""
	if n(Failed) > 0 {
		failed = fmt.Sprintf("%s in %s", Plural(violatedClauses(r.Results), claim.Clause), Plural(n(Failed), "cell"))
	}
	switch r.Exit() {
	case ExitOK:
		if n(Passed) == len(r.Results) {
			return claim.Holds + " in all " + all + "."
		}
		return fmt.Sprintf("%s in %s of %s; the others say nothing against it.", claim.Holds, Number(n(Passed)), all)
	case ExitFailed:
		return fmt.Sprintf("%s %s of %s.", sentence(claim.Breaks), failed, Number(len(r.Results)))
	case ExitExceptions:
		return also(fmt.Sprintf("The exceptions are out of date: %s passed against expectation", Plural(n(UnexpectedPass), "cell")), failed)
	case ExitIncomplete:
		if len(r.Results) == 0 {
			return "Nothing ran: there is no cell with an outcome."
		}
		if n(Skipped) == len(r.Results) {
			return "Nothing could be seen: " + skipped(r.Results) + "."
		}
		if n := len(Unjudged(r.Header, r.Results)); missing == 0 && n > 0 {
			return also(fmt.Sprintf("The run is incomplete: %s that had to be judged could not be", Plural(n, "clause")), failed)
		}
		if missing == 0 {
			return also("The run is incomplete: it was cut off before its footer", failed)
		}
		return also(fmt.Sprintf("The run is incomplete: %s of %s planned without an outcome", Number(missing), Number(max(r.Header.Planned, len(r.Results)))), failed)
	case ExitInterrupted:
		return also(fmt.Sprintf("Interrupted: %s of %s planned have an outcome", Number(len(r.Results)-n(NotRun)), Number(max(r.Header.Planned, len(r.Results)))), failed)
	}
	if n(Error) == 0 {
		return also("The run itself broke: "+strings.Join(r.Problems(), "; "), failed)
	}
	return also(fmt.Sprintf("The run itself broke: %s of %s ended in an error and say nothing of the subject", Number(n(Error)), all), failed)
}

// sentence begins a text with a capital letter.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func violatedClauses(results []Result) int {
	seen := map[string]bool{}
	for i := range results {
		if results[i].Status != Failed {
			continue
		}
		for _, clause := range ViolatedClauses(results[i]) {
			seen[clause] = true
		}
	}
	return len(seen)
}

// Number writes a count with thousands apart, as all reports do.
func Number(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Plural writes a count and its noun.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + noun + "s"
}

// skipped says that every cell was, and the commonest reason.
func skipped(results []Result) string {
	counts := map[string]int{}
	top := ""
	for _, r := range results {
		counts[r.Reason]++
		if n, best := counts[r.Reason], counts[top]; top == "" || n > best || n == best && r.Reason < top {
			top = r.Reason
		}
	}
	switch n := counts[top]; {
	case len(results) == 1:
		return "the only cell was skipped, since " + top
	case n == len(results):
		return "all " + Plural(n, "cell") + " were skipped, since " + top
	default:
		return fmt.Sprintf("all %s were skipped, %s of them since %s", Plural(len(results), "cell"), Number(n), top)
	}
}
