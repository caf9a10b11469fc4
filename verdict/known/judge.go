package known

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
)

// Judge holds the results of one run against a file.
type Judge struct {
	file   *File
	speaks []func(verdict.Result) bool // by exception: of which cells
	used   []int                       // by exception: the failures that it explained
	other  []string                    // failures that are known and were not the known ones
	shown  map[string]*showing         // by clause: whether some cell has shown it
	says   *protocol.Description       // what the subject says of itself, once a cell has ended
}

// NewJudge makes the judge of one run.
func NewJudge(f *File) *Judge {
	j := &Judge{file: f, used: make([]int, len(f.Exceptions)), shown: map[string]*showing{}}
	for _, e := range f.Exceptions {
		if e.Where != "" {
			conditions, _ := readWhere(e.Where) // checked when it was read
			j.speaks = append(j.speaks, func(r verdict.Result) bool { return meets(r.Axes, conditions) })
			continue
		}
		var parts []string
		for _, cell := range e.Cells {
			parts = append(parts, strings.ReplaceAll(regexp.QuoteMeta(cell), `\*`, ".*"))
		}
		ids := regexp.MustCompile("^(?:" + strings.Join(parts, "|") + ")$") // quoted: cannot fail
		j.speaks = append(j.speaks, func(r verdict.Result) bool { return ids.MatchString(r.Cell) })
	}
	return j
}

// Result sets the status that a result has by the file.
func (j *Judge) Result(r *verdict.Result) {
	if r.Status >= verdict.Error {
		return
	}
	j.note(*r)
	var reasons []string
	unknown, passes := false, ""
	for _, f := range r.Findings {
		switch f.Judgement {
		case verdict.Violated:
			if reason, ok := j.explains(*r, f); ok {
				reasons = append(reasons, reason)
			} else {
				unknown = true
			}
		case verdict.Holds:
			for i, e := range j.file.Exceptions {
				if slices.Contains(e.clauses(), f.Clause) && j.speaks[i](*r) && passes == "" {
					passes = fmt.Sprintf("%s holds, and %s says that it does not", f.Clause, j.file.name)
				}
			}
		}
	}
	switch {
	case unknown: // stays failed
	case passes != "":
		r.Status, r.Reason = verdict.UnexpectedPass, passes
	case len(reasons) > 0:
		r.Status, r.Reason = verdict.ExpectedFailed, strings.Join(reasons, "; ")
	}
}

// explains reports whether a violation is a known one. Entries for the same
// clause and cell add up: each mismatch must be known to one of them.
func (j *Judge) explains(r verdict.Result, f verdict.Finding) (reason string, ok bool) {
	var speaking []int
	for i, e := range j.file.Exceptions {
		if slices.Contains(e.clauses(), f.Clause) && j.speaks[i](r) {
			speaking = append(speaking, i)
		}
	}
	if len(speaking) == 0 {
		return "", false
	}
	hit := map[int]bool{}
	for _, m := range f.Mismatches {
		found := false
		for _, i := range speaking {
			for _, seen := range j.file.Exceptions[i].Seen {
				if strings.Contains(verdict.Gist(m), seen) {
					hit[i], found = true, true
				}
			}
		}
		if !found {
			j.other = append(j.other, fmt.Sprintf("%s fails in another way in %s: %s", f.Clause, r.Cell, verdict.Gist(m)))
			return "", false
		}
	}
	for _, i := range speaking {
		if hit[i] {
			j.used[i]++
			reason = j.file.Exceptions[i].Reason
		}
	}
	return f.Clause + ": " + reason, true
}

// Red says what is wrong with the file itself after all results of a run of that
// level were judged. Of a part of a plan it tells less: an entry that explained
// nothing may speak of the other part, and so may a clause that was not judged.
func (j *Judge) Red(now time.Time, level string, part bool) []string {
	whole := !part && level == j.file.Level
	var red []string
	for i, e := range j.file.Exceptions {
		until, _ := time.Parse(day, e.Expires) // checked when it was read
		if now.After(until.AddDate(0, 0, 1)) {
			red = append(red, fmt.Sprintf("%s: the exception for %s of %s expired on %s", j.file.name, e.Clause, e.Owner, e.Expires))
		}
		if j.used[i] == 0 && whole {
			red = append(red, fmt.Sprintf("%s: the exception for %s (%s) explains nothing", j.file.name, e.Clause, e.Seen[0]))
		}
	}
	const most = 20
	for i, text := range j.other {
		if i == most {
			red = append(red, fmt.Sprintf("%s: and %d more failures of another kind", j.file.name, len(j.other)-most))
			break
		}
		red = append(red, j.file.name+": "+text)
	}
	red = append(red, j.declared()...)
	if !part {
		red = append(red, j.unjudged(whole)...)
	}
	return red
}
