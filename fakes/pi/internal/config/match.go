package config

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// exact finds the one model that a reference names: "provider/id", or an id
// that only one provider has. Case does not matter.
func exact(ref string, models []catalog.Model) (catalog.Model, bool) {
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return catalog.Model{}, false
	}
	for _, same := range []func(m catalog.Model) bool{
		func(m catalog.Model) bool { return strings.EqualFold(m.Provider+"/"+m.ID, ref) },
		func(m catalog.Model) bool { return strings.EqualFold(m.ID, ref) },
	} {
		var hits []catalog.Model
		for _, m := range models {
			if same(m) {
				hits = append(hits, m)
			}
		}
		if len(hits) > 0 {
			return hits[0], len(hits) == 1
		}
	}
	return catalog.Model{}, false
}

// match finds the model that a pattern names exactly, else the best of those
// whose id or name contains it: names without a date before dated ones, and the
// last in alphabetical order.
func match(pattern string, models []catalog.Model) (catalog.Model, bool) {
	if m, ok := exact(pattern, models); ok {
		return m, true
	}
	var best catalog.Model
	found := false
	lower := strings.ToLower(pattern)
	for _, m := range models {
		if !strings.Contains(strings.ToLower(m.ID), lower) && !strings.Contains(strings.ToLower(m.Name), lower) {
			continue
		}
		better := dated(best.ID) && !dated(m.ID) || dated(best.ID) == dated(m.ID) && jsval.Collate(m.ID, best.ID) > 0
		if !found || better {
			best, found = m, true
		}
	}
	return best, found
}

// dated reports whether an id ends with a date such as -20250929.
func dated(id string) bool {
	const digits = 8
	at := len(id) - digits - 1
	if at < 0 || id[at] != '-' {
		return false
	}
	return !strings.ContainsFunc(id[at+1:], func(r rune) bool { return r < '0' || r > '9' })
}

// Choice is a model with the thinking level that its pattern asked for, "" if none.
type Choice struct {
	Model    catalog.Model
	Thinking string
}

// choose finds the model of a pattern that may end with ":level". Ids may hold
// colons, so the whole pattern is tried first. With leniency, something that is no
// level is left out too, with a warning.
func (r *Registry) choose(pattern string, models []catalog.Model, lenient bool) (c Choice, warning string, ok bool) {
	if m, ok := match(pattern, models); ok {
		return Choice{Model: m}, "", true
	}
	head, level, ok := r.cutLevel(pattern)
	if ok {
		if c, warning, ok = r.choose(head, models, lenient); ok && warning == "" {
			c.Thinking = level
		}
		return c, warning, ok
	}
	at := strings.LastIndexByte(pattern, ':')
	if at < 0 || !lenient {
		return Choice{}, "", false
	}
	if c, _, ok = r.choose(pattern[:at], models, lenient); ok {
		warning = fmt.Sprintf("Invalid thinking level \"%s\" in pattern \"%s\". Using default instead.", pattern[at+1:], pattern)
	}
	return Choice{Model: c.Model}, warning, ok
}

// cutLevel cuts a thinking level off the end of a pattern.
func (r *Registry) cutLevel(pattern string) (head, level string, ok bool) {
	at := strings.LastIndexByte(pattern, ':')
	if at < 0 || !slices.Contains(Thinking(r.persona), pattern[at+1:]) {
		return pattern, "", false
	}
	return pattern[:at], pattern[at+1:], true
}

// Scope finds the available models of a list of patterns, and a warning for
// each pattern that names none.
func Scope(patterns []string, r *Registry) (scope []Choice, warnings []string) {
	if len(patterns) == 0 {
		return nil, nil
	}
	models := r.Available()
	for _, pattern := range patterns {
		hits, warning := r.scoped(pattern, models)
		if warning != "" {
			warnings = append(warnings, warning)
		}
		if len(hits) == 0 {
			warnings = append(warnings, `No models match pattern "`+pattern+`"`)
		}
		for _, hit := range hits {
			if !slices.ContainsFunc(scope, func(c Choice) bool { return Same(c.Model, hit.Model) }) {
				scope = append(scope, hit)
			}
		}
	}
	return scope, warnings
}

func (r *Registry) scoped(pattern string, models []catalog.Model) (hits []Choice, warning string) {
	if !strings.ContainsAny(pattern, "*?[") {
		c, warning, ok := r.choose(pattern, models, true)
		if !ok {
			return nil, warning
		}
		return []Choice{c}, warning
	}
	glob, level, _ := r.cutLevel(pattern)
	for _, m := range models {
		if globbed(glob, m.Provider+"/"+m.ID) || globbed(glob, m.ID) {
			hits = append(hits, Choice{m, level})
		}
	}
	return hits, ""
}

func globbed(glob, name string) bool {
	ok, err := path.Match(strings.ToLower(glob), strings.ToLower(name))
	return ok && err == nil // a malformed pattern matches nothing
}
