// Package edition says in which points the editions of the plan differ for the
// service half. It is the only place that does: the rest of the system is made
// with a value of it and asks that value, never for a date.
//
// The runner half exists in the plan's own edition only.
package edition

import (
	"fmt"
	"slices"
	"strings"
)

// Edition is one edition of the plan.
type Edition struct {
	Name string

	// CustomSurface keeps "custom" as a surface of its own, for records of no
	// vendor, which are OpenAI-compatible unless the author states a vendor.
	// Without it such a record is direct, and the author has to state one.
	CustomSurface bool
	// SlugIdentity finds a named connection by its stored slug. Without it the name
	// in the record's header is what an author calls it.
	SlugIdentity bool
	// NamedFirst lets a named connection through the first gate whatever provider
	// is stated: what the record is shows when it is read.
	NamedFirst bool
	// FailClosed ends a run for which the project has no usable connection, and
	// refuses an address that leads into a private network. Without it such a run
	// goes on with the operator's login, and an address is used as it is.
	FailClosed bool
	// SlugOnWire sends the slug of the resolved connection to the runner.
	SlugOnWire bool
	// RunnerHalf says that this system has the runner half of the edition.
	RunnerHalf bool
}

// all are the editions, the first of them the plan's own.
func all() []Edition {
	return []Edition{
		{Name: "2026-07-02", RunnerHalf: true},
		{Name: "2026-07-14", CustomSurface: true, SlugIdentity: true, NamedFirst: true, FailClosed: true, SlugOnWire: true},
	}
}

// Plan is the plan's own edition.
func Plan() Edition { return all()[0] }

// Names lists the editions.
func Names() []string {
	var names []string
	for _, e := range all() {
		names = append(names, e.Name)
	}
	return names
}

// Of gives the edition of a date; an empty one is the plan's own.
func Of(date string) (Edition, error) {
	if date == "" {
		return Plan(), nil
	}
	i := slices.IndexFunc(all(), func(e Edition) bool { return e.Name == date })
	if i < 0 {
		return Edition{}, fmt.Errorf("edition %s is not implemented, only %s", date, strings.Join(Names(), " and "))
	}
	return all()[i], nil
}
