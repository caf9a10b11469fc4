package verdict

import (
	"regexp"
	"slices"
	"strings"
)

// maxValue is how much of one value a gist shows.
const maxValue = 160

// Gist says a mismatch in one line, for titles and lists: what was looked at,
// what it was, what it should have been. Mismatches come as Gomega writes them:
//
//	what was looked at
//	Expected
//	    <type>: what it was
//	to equal
//	    <type>: what it should have been
//
// A text of another form is folded into one line. The entries of a map, which
// Gomega writes in any order, are sorted, so that equal mismatches have equal
// gists.
func Gist(mismatch string) string {
	lines := strings.Split(strings.TrimSpace(mismatch), "\n")
	at := slices.Index(lines, "Expected")
	if at < 0 || at+1 >= len(lines) {
		return fold(mismatch)
	}
	what := fold(strings.Join(lines[:at], " "))
	seen, rest := block(lines[at+1:])
	verb := ""
	if len(rest) > 0 {
		verb, rest = strings.TrimSpace(rest[0]), rest[1:]
	}
	wanted, rest := block(rest)
	if verb == "" {
		return fold(mismatch)
	}
	text := value(seen)
	if complaint := strings.Trim(text, `"`); verb == "to be empty" && complaint != text {
		text = complaint // a text that should be empty says itself what is wrong
	} else {
		text += wish(verb, value(wanted))
	}
	for len(rest) > 0 { // such as "the missing elements were"
		more := strings.TrimSpace(rest[0])
		var values []string
		values, rest = block(rest[1:])
		text += strings.TrimRight("; "+more+" "+value(values), " ")
	}
	if what == "" {
		return text
	}
	return what + ": " + text
}

// wish says what should have been, "" where what was says it all.
func wish(verb, wanted string) string {
	switch verb {
	case "to equal", "to be", "to be equivalent to":
		return ", want " + wanted
	case "to be true", "to be false":
		return ", want " + strings.TrimPrefix(verb, "to be ")
	case "not to be nil", "not to be <nil>", "not to be empty", "not to be zero-valued":
		return ", want one"
	case "to be empty", "to be nil":
		return ", want none"
	case "to have key":
		return ", want the key " + wanted
	case "not to have key":
		return ", want no key " + wanted
	}
	return strings.TrimSpace(", want it " + verb + " " + wanted)
}

// block takes the indented lines at the head.
func block(lines []string) (head, rest []string) {
	n := 0
	for n < len(lines) && (strings.HasPrefix(lines[n], "    ") || lines[n] == "") {
		n++
	}
	if n < len(lines) && lines[n] == "" {
		n++
	}
	return lines[:n], lines[n:]
}

// typeText is how Gomega introduces a value: its type, and sizes of what has any.
var typeText = regexp.MustCompile(`<[\w*.\[\]{} ]+(?:"[^>]*)?(?: \| [^>]*)?>:? ?`)

// value is a value without its type, in one line.
func value(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	first := strings.TrimSpace(lines[0])
	typed := typeText.FindString(first)
	if strings.HasPrefix(typed, "<map[") {
		lines = sortedEntries(lines)
	}
	text := strings.TrimPrefix(first, typed)
	for _, l := range lines[1:] {
		text += "\n" + l
	}
	text = fold(typeText.ReplaceAllString(text, ""))
	switch {
	case strings.HasPrefix(typed, "<string"):
		text = `"` + text + `"`
	case text == "nil" || text == "{}" || text == "[]":
		text = "none"
	}
	return clipped(strings.NewReplacer("{ ", "{", ", }", "}", "[ ", "[", ", ]", "]").Replace(text))
}

// sortedEntries sorts the entries of a map between its first line and its last.
func sortedEntries(lines []string) []string {
	if len(lines) < 3 {
		return lines
	}
	inner := lines[1 : len(lines)-1]
	depth := len(inner[0]) - len(strings.TrimLeft(inner[0], " "))
	var entries []string
	for _, l := range inner {
		if own := len(l) - len(strings.TrimLeft(l, " ")); own == depth && !strings.HasPrefix(strings.TrimSpace(l), "}") || len(entries) == 0 {
			entries = append(entries, l)
			continue
		}
		entries[len(entries)-1] += "\n" + l
	}
	slices.Sort(entries)
	return append(append([]string{lines[0]}, entries...), lines[len(lines)-1])
}

func fold(text string) string { return strings.Join(strings.Fields(text), " ") }

func clipped(text string) string {
	runes := []rune(text)
	if len(runes) <= maxValue {
		return text
	}
	return string(runes[:maxValue]) + "…"
}
