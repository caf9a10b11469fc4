package matrix

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/nearest"
)

// A Selector picks cells. It is written as terms separated by commas, all of
// which must hold: "axis=value" (with * as a wildcard and | between
// alternatives), a value, or the name of a group of values ("pi").
type Selector struct {
	text  string
	terms []term
}

// A term holds for a case that has one of the values on the axis; with extra, if
// one of the tags of the case has the prefix "name=" and matches.
type term struct {
	axis   string
	globs  []string
	tagged bool
}

// Tags are further words that a selector may use of a case, such as "gap=2" or
// "clause=CFG-7"; known are all values that the name could have.
type Tags struct {
	Known map[string][]string
	Of    func(c Case, name string) []string
}

// Selector reads a selector; a name or a value that does not exist is an error
// that suggests the nearest.
func (m *Matrix) Selector(text string, tags Tags) (Selector, error) {
	s := Selector{text: text}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		name, value, pair := strings.Cut(part, "=")
		if !pair {
			t, err := m.word(part)
			if err != nil {
				return s, fmt.Errorf("selector %q: %w", text, err)
			}
			s.terms = append(s.terms, t)
			continue
		}
		known, tagged := tags.Known[name]
		if !tagged {
			a := m.axis(name)
			if a == nil {
				names := slices.Collect(maps.Keys(tags.Known))
				for _, a := range m.Axes {
					names = append(names, a.Name)
				}
				slices.Sort(names)
				return s, fmt.Errorf("selector %q: no axis %q%s", text, name, nearest.Hint(name, names))
			}
			known = a.names
		}
		t := term{axis: name, globs: strings.Split(value, "|"), tagged: tagged}
		for _, g := range t.globs {
			if !slices.ContainsFunc(known, func(v string) bool { ok, _ := path.Match(glob(g), glob(v)); return ok }) {
				return s, fmt.Errorf("selector %q: no %s is %q%s", text, name, g, nearest.Hint(g, known))
			}
		}
		s.terms = append(s.terms, t)
	}
	return s, nil
}

// word is a term without an axis: a value or a group that only one axis has.
func (m *Matrix) word(word string) (term, error) {
	var found []term
	var words []string
	for _, a := range m.Axes {
		for _, v := range a.names {
			words = append(words, v)
			if v == word {
				found = append(found, term{axis: a.Name, globs: []string{v}})
			}
		}
		for name, members := range m.groups[a.Name] {
			words = append(words, name)
			if name == word {
				found = append(found, term{axis: a.Name, globs: members})
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return term{}, fmt.Errorf("no axis has a value %q%s", word, nearest.Hint(word, words))
	}
	var axes []string
	for _, t := range found {
		axes = append(axes, t.axis+"="+word)
	}
	return term{}, fmt.Errorf("%q is a value of several axes; write %s", word, strings.Join(axes, " or "))
}

// glob lets * match slashes too: model ids and values have no folders.
func glob(s string) string { return strings.ReplaceAll(s, "/", "\x00") }

// Match reports whether the selector picks the case.
func (s Selector) Match(c Case, tags Tags) bool {
	for _, t := range s.terms {
		values := []string{}
		if t.tagged {
			values = tags.Of(c, t.axis)
		} else {
			values = append(values, c.Get(t.axis))
		}
		hit := slices.ContainsFunc(t.globs, func(g string) bool {
			return slices.ContainsFunc(values, func(v string) bool { ok, _ := path.Match(glob(g), glob(v)); return ok })
		})
		if !hit {
			return false
		}
	}
	return true
}

// String is the selector as it was written.
func (s Selector) String() string { return s.text }
