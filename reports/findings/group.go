package findings

import (
	"regexp"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/verdict"
)

// unit is one violated clause in one cell.
type unit struct {
	run     int // which of the runs
	result  int // in that run
	clause  string
	finding verdict.Finding
	key     string
}

// symptom is a group of units that show the same thing.
type symptom struct {
	key   string
	units []unit
	cells map[[2]int]bool
}

// alike is how much of the cells of two symptoms must be the same for them to be
// symptoms of one cause.
const alike = 0.6

// units lists all violations of the runs.
func units(runs []verdict.Run) []unit {
	var all []unit
	for k, run := range runs {
		for i, r := range run.Results {
			if r.Status == verdict.Error || r.Status == verdict.NotRun {
				continue
			}
			for _, f := range r.Findings {
				if f.Judgement == verdict.Violated {
					all = append(all, unit{k, i, f.Clause, f, key(r, f)})
				}
			}
		}
	}
	return all
}

// key is what units of one symptom share. An error in the place of a run explains
// all that was missing after it; else the first thing that a clause found is what
// it is about.
func key(r verdict.Result, f verdict.Finding) string {
	if class, text, ok := instead(r); ok {
		return toldPrefix + class + " instead of " + due(r) + ": " + verdict.Normalise(r, text)
	}
	if ev := r.Evidence; ev != nil && len(ev.Requests) > 0 {
		if refusal := refusal(r); refusal != "" && f.Clause != "WIRE-1" && f.Clause != "WIRE-2" {
			return ranPrefix + refusal
		}
	}
	about, _, _ := strings.Cut(f.Mismatches[0], "\n")
	if strings.HasPrefix(about, "Expected") {
		about = verdict.Gist(f.Mismatches[0])
	}
	return f.Clause + ": " + verdict.Normalise(r, strings.TrimSpace(aside.ReplaceAllString(about, "")))
}

// refusal is the error class that was due, "" where a run was.
func refusal(r verdict.Result) string {
	for _, x := range r.Expected {
		if x.Fact == "refusal" && x.Value != "no" && x.Value != "-" {
			return x.Value
		}
	}
	return ""
}

// due is what the caller should have got.
func due(r verdict.Result) string {
	if class := refusal(r); class != "" {
		return class
	}
	for _, x := range r.Expected {
		if x.Fact == "mode" && x.Value == "runtime_provided" {
			return "a run without a credential"
		}
	}
	return "a run"
}

// ranPrefix begins the key of a symptom that is a run in the place of a refusal.
const ranPrefix = "a run instead of "

// toldPrefix begins the key of a symptom that is an error.
const toldPrefix = "the caller was told "

// aside is what a mismatch says in brackets: texts of the one cell.
var aside = regexp.MustCompile(`(?s)\s*\(.*\)`)

// instead is the error that the caller got in the place of a run, or of the
// refusal that was due.
func instead(r verdict.Result) (class, text string, ok bool) {
	ev := r.Evidence
	if ev == nil || ev.Outcome == nil || ev.Outcome.Error == nil || len(ev.Requests) > 0 || len(ev.Elsewhere) > 0 {
		return "", "", false
	}
	e := ev.Outcome.Error
	for _, x := range r.Expected {
		if x.Fact == "refusal" && x.Value == e.Class {
			return "", "", false // the very error: what is wrong is something about it
		}
	}
	text, _, _ = strings.Cut(e.Message, "\n")
	return e.Class, text, true
}

// symptoms groups units by key, the largest first.
func symptoms(all []unit) []*symptom {
	at := map[string]*symptom{}
	var list []*symptom
	for _, u := range all {
		s := at[u.key]
		if s == nil {
			s = &symptom{key: u.key, cells: map[[2]int]bool{}}
			at[u.key] = s
			list = append(list, s)
		}
		s.units = append(s.units, u)
		s.cells[[2]int{u.run, u.result}] = true
	}
	slices.SortStableFunc(list, func(a, b *symptom) int { return len(b.cells) - len(a.cells) })
	return list
}

// causes puts symptoms together that show in nearly the same cells.
func causes(list []*symptom) [][]*symptom {
	var out [][]*symptom
next:
	for _, s := range list {
		for k, group := range out {
			if same(group[0].cells, s.cells) >= alike {
				out[k] = append(group, s)
				continue next
			}
		}
		out = append(out, []*symptom{s})
	}
	return out
}

// same is the share of cells that two sets have in common.
func same(a, b map[[2]int]bool) float64 {
	both := 0
	for c := range b {
		if a[c] {
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
