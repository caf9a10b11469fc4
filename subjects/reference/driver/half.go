package driver

import (
	"errors"
	"log/slog"

	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
)

// NewService makes a driver of the service half alone, for a world that plays
// the runner. It is what a system is that publishes its service half only.
func NewService(environ []string, log *slog.Logger) *Driver {
	d := New(environ, log)
	d.serviceOnly = true
	return d
}

// half cuts a description down to the service half.
func half(all shape.Description) shape.Description {
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
