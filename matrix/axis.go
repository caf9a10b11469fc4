package matrix

import (
	"fmt"
	"slices"
	"strings"
)

// An Axis is one dimension of the matrix.
type Axis struct {
	Name   string  `yaml:"name"`
	Means  string  `yaml:"means"`
	Values []Value `yaml:"values"`
	Main   bool    `yaml:"main"`  // always part of the cell id, in the order of the axes
	Cross  bool    `yaml:"cross"` // part of the full cross product of the pairwise level
	names  []string
}

// A Value is one setting of an axis. The first value of an axis is its default:
// an axis that is not main appears in a cell id only when it has another one.
type Value struct {
	Name  string `yaml:"name"`
	Means string `yaml:"means"`
}

// Default is the value of an axis that nothing asks for.
func (a Axis) Default() string { return a.Values[0].Name }

// Has reports whether the axis has that value.
func (a Axis) Has(value string) bool { return slices.Contains(a.names, value) }

// Case is one point of the matrix: a value for each axis.
type Case struct {
	axes   []Axis
	values []string
}

// Get is the value on an axis; it panics on an axis that does not exist, which
// is a mistake in the program, not in data.
func (c Case) Get(axis string) string {
	for i := range c.axes {
		if c.axes[i].Name == axis {
			return c.values[i]
		}
	}
	panic(fmt.Sprintf("matrix: no axis %q", axis))
}

// Knows reports whether there is an axis of that name.
func (c Case) Knows(axis string) bool {
	return slices.ContainsFunc(c.axes, func(a Axis) bool { return a.Name == axis })
}

// Is reports whether the case has one of the values on an axis.
func (c Case) Is(axis string, values ...string) bool {
	return slices.Contains(values, c.Get(axis))
}

// With is the same case with another value on one axis.
func (c Case) With(axis, value string) Case {
	values := slices.Clone(c.values)
	for i := range c.axes {
		if c.axes[i].Name == axis {
			values[i] = value
		}
	}
	return Case{axes: c.axes, values: values}
}

// Axes is the case as a map, for reports.
func (c Case) Axes() map[string]string {
	m := make(map[string]string, len(c.axes))
	for i, a := range c.axes {
		m[a.Name] = c.values[i]
	}
	return m
}

// ID is the stable, readable name of the cell: the values of the main axes
// separated by slashes, then "+axis=value" for each other axis that is not at
// its default.
func (c Case) ID() string {
	var main, rest []string
	for i, a := range c.axes {
		switch {
		case a.Main:
			main = append(main, c.values[i])
		case c.values[i] != a.Default():
			rest = append(rest, "+"+a.Name+"="+c.values[i])
		}
	}
	return strings.Join(main, "/") + strings.Join(rest, "")
}

// String is the id.
func (c Case) String() string { return c.ID() }
