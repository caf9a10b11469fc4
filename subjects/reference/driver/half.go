package driver

import (
	"errors"
	"log/slog"

	"github.com/agenta-ai/conform/subjects/reference/direct"
	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
	"github.com/agenta-ai/conform/subjects/reference/loopback"
	"github.com/agenta-ai/conform/subjects/reference/service"
	"github.com/agenta-ai/conform/subjects/reference/vault"
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

var errNoRunner = errors.New("the world has no runner, and this is the service half alone")

// prepareService starts the service half.
func (d *Driver) prepareService(w shape.World, token string) (shape.Prepared, error) {
	if w.RunnerURL == "" {
		return shape.Prepared{}, errNoRunner
	}
	s := &system{vault: vault.NewClient(w.APIBase, direct.NewClient(vault.DefaultTimeout))}
	s.service = service.New(service.Config{
		APIBase: w.APIBase, RunnerURL: w.RunnerURL, RunnerToken: token, Log: d.log.With("half", "service"),
	})
	var err error
	if s.front, err = loopback.Serve(s.service.Handler(), d.log); err != nil {
		return shape.Prepared{}, err
	}
	d.system = s
	return shape.Prepared{}, nil
}
