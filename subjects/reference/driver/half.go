package driver

import (
	"errors"
	"log/slog"
	"slices"

	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
)

// NewService makes a driver of the service half alone, for a world that plays
// the runner. It is what a system is that publishes its service half only.
//
// It claims the named harnesses alone, so that it can be held against a system
// that has no others; all of them if none is named.
func NewService(environ []string, log *slog.Logger, harnesses ...string) *Driver {
	d := New(environ, log)
	d.serviceOnly, d.harnesses = true, harnesses
	return d
}

// half cuts a description down to the service half.
func (d *Driver) half(all shape.Description) shape.Description {
	if len(d.harnesses) > 0 {
		all.Harnesses = slices.DeleteFunc(all.Harnesses, func(h string) bool { return !slices.Contains(d.harnesses, h) })
	}
	all.Name = "reference:service"
	all.Capabilities = []string{"resolve", "catalog", "envmap"}
	all.Sandboxes = []string{"local"}
	all.Probes = []string{shape.ProbeOffline, shape.ProbeDump, shape.ProbePrint, shape.ProbeGate}
	return all
}

// halfEnvmap leaves out the map of the completion path, which is another
// product's, and what the runner clears.
func halfEnvmap(all shape.Envmap) shape.Envmap {
	var copies []shape.EnvCopy
	for _, c := range all.Copies {
		if c.Name != "completion" {
			copies = append(copies, c)
		}
	}
	return shape.Envmap{Copies: copies, Cleared: []string{}}
}

// errNoRunner is for a service half that nobody has given a runner.
var errNoRunner = errors.New("the world has no runner, and this is the service half alone")
