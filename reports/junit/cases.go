package junit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/verdict"
)

// suiteName groups by provider kind and by what decides its deployment.
func suiteName(axes map[string]string) string {
	var parts []string
	for _, axis := range []string{"provider", "record", "endpoint"} {
		if v := axes[axis]; v != "" {
			parts = append(parts, v)
		}
	}
	return cmp.Or(strings.Join(parts, "/"), "conform")
}

// className is what GitLab shows as the suite and Jenkins makes a tree of: a dot
// in a value would begin a branch.
func className(axes map[string]string) string {
	parts := []string{"conform"}
	for _, axis := range []string{"harness", "provider"} {
		if v := axes[axis]; v != "" {
			parts = append(parts, strings.ReplaceAll(v, ".", "_"))
		}
	}
	return clean(strings.Join(parts, "."))
}

func caseOf(r *verdict.Result) testcase {
	c := testcase{
		Name:      clean(r.Cell),
		Classname: className(r.Axes),
		Time:      clock(r.Millis / 1000),
		SystemOut: clean(stdout(r)),
	}
	c.File, c.Line = definition(r)
	reason := clean(r.Reason)
	switch r.Status {
	case verdict.Passed:
	case verdict.Flaky:
		c.Flaky = &outcome{Message: reason, Type: r.Status.String(), Text: reason}
	case verdict.Skipped, verdict.ExpectedFailed:
		c.Skipped = &outcome{Message: clean(r.Status.String() + ": " + r.Reason), Text: reason}
		if r.Status == verdict.Skipped {
			c.Skipped.Message = reason
		}
	case verdict.Failed:
		c.Failure = failure(r)
	case verdict.UnexpectedPass:
		message := clean("unexpected pass: " + r.Reason)
		c.Failure = &outcome{Message: message, Type: r.Status.String(), Text: message}
	default: // Error, NotRun, and whatever is added later: never green
		message := clean(r.Status.String() + ": " + r.Reason)
		c.Error = &outcome{Message: message, Type: r.Status.String(), Text: message + tail(r)}
	}
	return c
}

// failure has every mismatch in its text: parsers keep the first element only.
func failure(r *verdict.Result) *outcome {
	var text strings.Builder
	first, message, mismatches := "", "", 0
	for _, f := range r.Findings {
		if f.Judgement != verdict.Violated {
			continue
		}
		first = cmp.Or(first, f.Clause)
		if len(f.Mismatches) == 0 {
			fmt.Fprintf(&text, "%s: violated\n", f.Clause)
		}
		for _, m := range f.Mismatches {
			mismatches++
			message = cmp.Or(message, f.Clause+": "+verdict.Gist(m))
			fmt.Fprintf(&text, "%s: %s\n", f.Clause, m)
		}
	}
	message = cmp.Or(message, first, r.Reason, "failed")
	message, _, _ = strings.Cut(message, "\n")
	if mismatches > 1 {
		message += fmt.Sprintf(" (and %d more)", mismatches-1)
	}
	return &outcome{Message: clean(message), Type: clean(cmp.Or(first, "failed")), Text: clean(cmp.Or(text.String(), message))}
}

// tail is the end of the log of what broke.
func tail(r *verdict.Result) string {
	if r.Evidence == nil || r.Evidence.Failure == nil || len(r.Evidence.Failure.Tail) == 0 {
		return ""
	}
	return clean("\n" + strings.Join(r.Evidence.Failure.Tail, "\n"))
}

// stdout begins with the command: Jenkins keeps the first 500 characters of a
// passing case.
func stdout(r *verdict.Result) string {
	if r.Reproduce == "" {
		return ""
	}
	return "reproduce: " + r.Reproduce + "\n"
}

// definition is the row of the contract's tables that decided the case: the one
// that names the first violated clause, else the first.
func definition(r *verdict.Result) (file, line string) {
	row := ""
	violated := verdict.ViolatedClauses(*r)
	for _, x := range r.Expected {
		row = cmp.Or(row, x.Row)
		if len(violated) > 0 && slices.Contains(x.Clauses, violated[0]) {
			row = x.Row
			break
		}
	}
	file, line, _ = strings.Cut(row, ":")
	return clean(file), clean(line)
}

// runSuite holds what is wrong with the run and belongs to no cell.
func runSuite(run verdict.Run) suite {
	s := newSuite("the run itself", run.Header)
	add := func(name, message string) {
		message = clean(message)
		s.add(testcase{Name: name, Classname: "conform.run", Time: clock(0), Error: &outcome{Message: message, Type: "run", Text: message}}, 0)
	}
	for i, problem := range run.Problems() {
		add(fmt.Sprintf("problem %d of the run", i+1), problem)
	}
	if n := run.Holes(); n > 0 {
		add("planned cells without a result", fmt.Sprintf("%d of %d planned cells have no result", n, run.Header.Planned))
	}
	return s
}

// clean takes out what no XML 1.0 document may hold, in whatever way it is
// escaped; one such character makes a whole report unreadable.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r',
			r >= 0x20 && r <= 0x7e, r == 0x85,
			r >= 0xa0 && r <= 0xd7ff,
			r >= 0xe000 && r <= 0xfffd,
			r >= 0x10000 && r <= 0x10ffff:
			return r
		}
		return -1
	}, text)
}
