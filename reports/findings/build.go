package findings

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/verdict"
)

// maxSeen is how many mismatches a finding shows.
const maxSeen = 6

// Build makes the document of one run, or of several runs of one plan on several
// versions of a subject. It fails on questions.yaml only, which a test reads too.
func Build(runs []verdict.Run, c *contract.Contract) (Document, error) {
	open, err := questions(c)
	if err != nil {
		return Document{}, err
	}
	doc := Document{Findings: []Finding{}, Questions: []Finding{}}
	for _, run := range runs {
		doc.Subject, doc.Edition, doc.Level = run.Header.Subject, run.Header.Edition, run.Header.Level
		doc.Cells += len(run.Results)
		if len(runs) > 1 {
			doc.Versions = append(doc.Versions, run.Header.Subject)
		}
		doc.Incomplete = append(doc.Incomplete, incomplete(run)...)
	}
	b := builder{runs: runs, contract: c, several: len(runs) > 1}
	for _, group := range causes(symptoms(units(runs))) {
		f := b.finding(group)
		f.Question = open.about(f, group)
		if f.Question != "" {
			doc.Questions = append(doc.Questions, f)
		} else {
			doc.Findings = append(doc.Findings, f)
		}
	}
	doc.Questions = merged(doc.Questions)
	number(doc.Findings, "F")
	number(doc.Questions, "Q")
	return doc, nil
}

// merged puts questions together that ask the same; the one that most cells show
// stands for all of them.
func merged(list []Finding) []Finding {
	slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(b.Cells, a.Cells) })
	out := []Finding{}
	for _, f := range list {
		at := slices.IndexFunc(out, func(o Finding) bool { return o.Question == f.Question })
		if at < 0 {
			out = append(out, f)
			continue
		}
		out[at].Also = append(out[at].Also, fmt.Sprintf("%s (%d cells)", f.Title, f.Cells))
	}
	return out
}

func number(list []Finding, letter string) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), cmp.Compare(b.Cells, a.Cells))
	})
	for i := range list {
		list[i].ID = fmt.Sprintf("%s%d", letter, i+1)
	}
}

// incomplete says what a document cannot speak of.
func incomplete(run verdict.Run) []string {
	var out []string
	if run.Footer == nil {
		out = append(out, run.Header.Subject+": the run was cut off")
	}
	if n := verdict.Counts(run.Results)[verdict.Error.String()]; n > 0 {
		out = append(out, fmt.Sprintf("%s: %d cells broke and say nothing", run.Header.Subject, n))
	}
	return out
}

type builder struct {
	runs     []verdict.Run
	contract *contract.Contract
	several  bool
}

func (b builder) finding(group []*symptom) Finding {
	var f Finding
	cells := map[[2]int]bool{}
	ids := map[string]bool{}
	for _, s := range group {
		maps.Copy(cells, s.cells)
		for _, u := range s.units {
			ids[u.clause] = true
		}
	}
	for _, id := range b.contract.IDs() {
		if ids[id] {
			clause, _ := b.contract.Clause(id)
			f.Clauses = append(f.Clauses, clause)
		}
	}
	f.Cells, f.Of = len(cells), b.seen(ids)
	at := b.smallest(cells)
	r := b.runs[at[0]].Results[at[1]]
	f.Cell, f.Again = r.Cell, r.Reproduce
	for _, s := range group {
		for _, u := range s.units {
			if [2]int{u.run, u.result} == at {
				for _, m := range u.finding.Mismatches {
					if text := u.clause + ": " + seen(m); len(f.Seen) < maxSeen && !slices.Contains(f.Seen, text) {
						f.Seen = append(f.Seen, text)
					}
				}
			}
		}
	}
	f.Title = title(group[0], f)
	f.Told, f.HTTP, f.Rows = told(r), exchange(r), rows(r, ids)
	f.Secrets = secrets(b.runs, group)
	if len(f.Secrets) == 0 && about(f.Clauses, "ISO-13", "ISO-14", "ISO-19", "RES-11", "RES-15", "RES-24") {
		f.Secrets = travelled(r) // under a wrong name, or to a wrong address
	}
	f.Severity = severity(r, f)
	if b.several {
		f.Versions = b.versions(cells)
	}
	return f
}

// seen counts the cells in which one of the clauses was judged.
func (b builder) seen(ids map[string]bool) int {
	n := 0
	for _, run := range b.runs {
		for _, r := range run.Results {
			if slices.ContainsFunc(r.Findings, func(f verdict.Finding) bool { return ids[f.Clause] && f.Judgement.Seen() }) {
				n++
			}
		}
	}
	return n
}

// smallest is the cell with the shortest name: the one with the fewest axes that
// leave their default. Of several runs the last counts first, being the newest.
func (b builder) smallest(cells map[[2]int]bool) [2]int {
	return slices.MinFunc(slices.Collect(maps.Keys(cells)), func(x, y [2]int) int {
		a, c := b.runs[x[0]].Results[x[1]].Cell, b.runs[y[0]].Results[y[1]].Cell
		return cmp.Or(
			cmp.Compare(y[0], x[0]),
			cmp.Compare(strings.Count(a, "+"), strings.Count(c, "+")),
			cmp.Compare(len(a), len(c)),
			cmp.Compare(x[1], y[1]),
		)
	})
}

func (b builder) versions(cells map[[2]int]bool) []string {
	var out []string
	for k, run := range b.runs {
		if slices.ContainsFunc(slices.Collect(maps.Keys(cells)), func(c [2]int) bool { return c[0] == k }) {
			out = append(out, run.Header.Subject)
		}
	}
	return out
}

// title is the symptom that most cells show, in the words of the smallest cell.
func title(s *symptom, f Finding) string {
	if strings.HasPrefix(s.key, toldPrefix) || strings.HasPrefix(s.key, ranPrefix) {
		return clip(s.key, maxTitle)
	}
	clause, about, _ := strings.Cut(s.key, ": ")
	for _, seen := range f.Seen {
		if text, ok := strings.CutPrefix(seen, clause+": "); ok {
			return brief(text)
		}
	}
	return brief(about)
}

// diffMark stands in a mismatch that shows a difference.
const diffMark = " (-expected +seen)"

// maxTitle is how long a title may be: one line of a list.
const maxTitle = 100

// brief is a text as a title: what differs, and not the difference.
func brief(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if what, _, differs := strings.Cut(line, diffMark); differs {
		return what + " is not the expected one"
	}
	for _, mark := range []string{": [", ": {", ": true, want", ": false, want", " Value for field"} {
		line, _, _ = strings.Cut(line, mark) // a list is no title, and neither is a truth
	}
	return clip(line, maxTitle)
}

// seen is a mismatch as one line. A difference follows on lines of its own.
func seen(mismatch string) string {
	line, diff, differs := strings.Cut(mismatch, diffMark)
	if !differs {
		return verdict.Gist(mismatch)
	}
	lines := strings.Split(diff, "\n")
	var kept []string
	for _, l := range lines {
		l = strings.TrimPrefix(strings.TrimSpace(l), "<string>:")
		if word := strings.TrimSpace(l); word != "" && word != "Expected" && word != "to be empty" {
			kept = append(kept, strings.TrimPrefix(l, " "))
		}
	}
	return line + diffMark + "\n" + strings.Join(kept, "\n")
}

// travelled are the roles of the stored secrets that went to the runner.
func travelled(r verdict.Result) []string {
	if r.Evidence == nil {
		return nil
	}
	found := map[string]bool{}
	for _, s := range r.Evidence.Sightings {
		for _, secret := range r.Evidence.Secrets {
			stored := slices.Contains([]evidence.Role{evidence.RoleChosen, evidence.RoleOther, evidence.RoleForeign, evidence.RoleExtra}, secret.Role)
			if stored && s.Label == secret.Label && strings.HasPrefix(s.Place, "wire[") {
				found[string(secret.Role)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// secretMark is how a canary stands in sealed evidence and in mismatches.
var secretMark = regexp.MustCompile(`«?\b(chosen|other|foreign|caller|operator|ambient|extra|infra|gateway):[^\s»"\]]+»?(?: \([^)]*\))? at [\w.\[\]]+`)

// secrets are the places where mismatches say that a canary stands, with the
// role of each.
func secrets(runs []verdict.Run, group []*symptom) []string {
	found := map[string]bool{}
	for _, s := range group {
		for _, u := range s.units {
			for _, m := range u.finding.Mismatches {
				for _, hit := range secretMark.FindAllStringSubmatch(m, -1) {
					found[hit[1]] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}
