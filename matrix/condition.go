package matrix

import (
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/nearest"
)

// A lookup gives the value under a name: an axis of the case, a fact decided by
// an earlier table, or a property of the run: "pi" or "edition".
type lookup func(name string) string

// A condition speaks of one name.
type condition struct {
	name   string
	not    bool
	values []string
}

// Conditions hold when each of them does.
type conditions []condition

func (cs conditions) match(get lookup) bool {
	for _, c := range cs {
		if slices.Contains(c.values, get(c.name)) == c.not {
			return false
		}
	}
	return true
}

// A vocabulary is what conditions may speak of: name → allowed values, and the
// groups of values by name.
type vocabulary struct {
	values map[string][]string
	groups map[string]map[string][]string
}

func (v vocabulary) conditions(n node) (conditions, error) {
	entries, err := n.entries()
	if err != nil {
		return nil, err
	}
	var cs conditions
	for _, e := range entries {
		allowed, ok := v.values[e.name]
		if !ok {
			return nil, e.key.Errorf("no axis or fact %q%s", e.name, nearest.Hint(e.name, slices.Sorted(maps.Keys(v.values))))
		}
		c := condition{name: e.name}
		value := e.value
		if inner, err := value.entries(); err == nil {
			if len(inner) != 1 || inner[0].name != "not" {
				return nil, value.Errorf("want a value, a list, or {not: …}")
			}
			c.not, value = true, inner[0].value
		}
		items, err := value.items()
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			text, err := it.text()
			if err != nil {
				return nil, err
			}
			if group, ok := strings.CutPrefix(text, "@"); ok {
				members, ok := v.groups[e.name][group]
				if !ok {
					return nil, it.Errorf("axis %s has no group %q%s", e.name, group, nearest.Hint(group, slices.Sorted(maps.Keys(v.groups[e.name]))))
				}
				c.values = append(c.values, members...)
				continue
			}
			if allowed != nil && !slices.Contains(allowed, text) {
				return nil, it.Errorf("%s has no value %q%s", e.name, text, nearest.Hint(text, allowed))
			}
			c.values = append(c.values, text)
		}
		cs = append(cs, c)
	}
	return cs, nil
}
