package verdict

import (
	"regexp"
	"slices"
	"strings"
)

// symptom is one thing that went wrong in a result, in words that equal
// failures share.
type symptom struct {
	clause string // "" for what the caller was told
	text   string
}

// title is the symptom as reports show it.
func (s symptom) title() string {
	if s.clause == "" {
		return s.text
	}
	return s.clause + ": " + s.text
}

// replies is what the contract's tables say of a turn that should succeed.
const replies = "replies"

// symptoms of a result that violates the contract, the earliest on the path from
// the request to the provider first: an error that the caller should not have
// got stands before what was then missing, and findings come in the order of
// the contract's groups.
func symptoms(r Result) []symptom {
	words := wordsOf(r)
	var all []symptom
	add := func(clause, text string) {
		text = shorten(text)
		if !slices.ContainsFunc(all, func(s symptom) bool { return s.text == text }) {
			all = append(all, symptom{clause, text})
		}
	}
	if ev := r.Evidence; ev != nil && ev.Outcome != nil && ev.Outcome.Error != nil && expects(r, "outcome", replies) {
		e := ev.Outcome.Error
		told := "the turn ended with " + e.Class
		if e.Stage != "" {
			told += " (" + e.Stage + ")"
		}
		add("", told+": "+words.normalise(core(e.Message)))
	}
	for _, f := range r.Findings {
		if f.Judgement != Violated {
			continue
		}
		for _, m := range f.Mismatches {
			add(f.Clause, words.normalise(Gist(m)))
		}
	}
	if len(all) == 0 {
		add(strings.Join(ViolatedClauses(r), ", "), words.normalise(r.Reason))
	}
	return all
}

// aside is what an error says in brackets or after a semicolon: lists of ids and
// words of others, which differ where the fault does not.
var aside = regexp.MustCompile(`(?s)\s*(?:\([^()]*\)|;.*)`)

// core is the first thing that an error says.
func core(message string) string {
	if text := fold(aside.ReplaceAllString(message, "")); text != "" {
		return text
	}
	return fold(message)
}

func expects(r Result, fact, value string) bool {
	return slices.ContainsFunc(r.Expected, func(x Expected) bool { return x.Fact == fact && x.Value == value })
}
