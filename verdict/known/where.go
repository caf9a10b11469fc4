package known

import (
	"fmt"
	"slices"
	"strings"
)

// condition is one term of where.
type condition struct {
	axis   string
	not    bool
	values []string
}

// readWhere reads axis=value|value and axis!=value terms, joined by commas.
func readWhere(text string) ([]condition, error) {
	var all []condition
	if text == "" {
		return nil, nil
	}
	for _, term := range strings.Split(text, ",") {
		axis, values, ok := strings.Cut(strings.TrimSpace(term), "=")
		axis, not := strings.CutSuffix(axis, "!")
		if !ok || axis == "" || values == "" {
			return nil, fmt.Errorf("%q is not axis=value", term)
		}
		all = append(all, condition{axis, not, strings.Split(values, "|")})
	}
	return all, nil
}

// meets reports whether a cell with these axis values meets all conditions.
func meets(axes map[string]string, all []condition) bool {
	for _, c := range all {
		if slices.Contains(c.values, axes[c.axis]) == c.not {
			return false
		}
	}
	return true
}
