package known

import (
	"fmt"
	"maps"
	"slices"

	"github.com/agenta-ai/conform/verdict"
)

// showing is what the cells of a run have shown of a clause.
type showing struct {
	seen   bool   // it held or was violated
	masked bool   // it would have been seen, but for the violation of another
	reason string // the first that there was for not seeing it
}

// note keeps what a result shows of its clauses. A cell that asks for what the
// subject does not declare shows nothing of any.
func (j *Judge) note(r verdict.Result) {
	if j.says == nil && r.Evidence != nil {
		j.says = &r.Evidence.Subject
	}
	if r.Undeclared {
		return
	}
	for _, f := range r.Findings {
		s := j.shown[f.Clause]
		if s == nil {
			s = &showing{}
			j.shown[f.Clause] = s
		}
		switch {
		case f.Judgement.Seen():
			s.seen = true
		case f.Judgement == verdict.Masked:
			s.masked = true
		case s.reason == "":
			s.reason = f.Reason
		}
	}
}

// unjudged holds the clauses that were judged against those that the file says
// have been. A smaller plan need not show each of them; what it shows counts.
func (j *Judge) unjudged(whole bool) []string {
	if len(j.file.Judged) == 0 {
		return nil
	}
	var red []string
	for _, id := range j.file.Judged {
		switch s := j.shown[id]; {
		case s == nil && whole:
			red = append(red, fmt.Sprintf("%s: %s was judged and is not any more: no cell that the subject declares shows it", j.file.name, id))
		case s != nil && !s.seen && !s.masked:
			red = append(red, fmt.Sprintf("%s: %s was judged and is not any more: %s", j.file.name, id, s.reason))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(j.shown)) {
		if j.shown[id].seen && !slices.Contains(j.file.Judged, id) {
			red = append(red, fmt.Sprintf("%s: %s is judged, and the file does not say so", j.file.name, id))
		}
	}
	return red
}
