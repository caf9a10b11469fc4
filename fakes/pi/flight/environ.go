package flight

import (
	"slices"
	"strings"
)

// Environ turns an environment as os.Environ gives it into sorted Vars. A value
// is kept only if it carries the sidecar's mark or its name is asked for.
func Environ(environ []string, s Sidecar) []Var {
	vars := make([]Var, 0, len(environ))
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		v := Var{Name: name, Size: len(value)}
		if s.Mark != "" && strings.Contains(value, s.Mark) || slices.Contains(s.ShowEnv, name) {
			v.Value = value
		}
		vars = append(vars, v)
	}
	slices.SortStableFunc(vars, func(a, b Var) int { return strings.Compare(a.Name, b.Name) })
	return vars
}
