package driver

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/subjects/reference/direct"
	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
	"github.com/agenta-ai/conform/subjects/reference/edition"
	"github.com/agenta-ai/conform/subjects/reference/loopback"
	"github.com/agenta-ai/conform/subjects/reference/runner"
	"github.com/agenta-ai/conform/subjects/reference/runner/model"
	"github.com/agenta-ai/conform/subjects/reference/service"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

// stopLimit is how long the halves may take to end what they are doing.
const stopLimit = 15 * time.Second

// system is the two halves while they serve, and the vault as their clients
// reach it.
type system struct {
	edition edition.Edition
	service *service.Service
	front   *loopback.Server // of the service half
	runner  *loopback.Server // of the runner half; nil for the service half alone
	vault   *vault.Client
}

// prepare starts both halves in a world; a former system is ended first.
func (d *Driver) prepare(ctx context.Context, w shape.World) (shape.Prepared, error) {
	if err := d.stop(); err != nil {
		return shape.Prepared{}, err
	}
	e, err := edition.Of(w.Edition)
	if err != nil {
		return shape.Prepared{}, err
	}
	s := &system{edition: e, vault: vault.NewClient(w.APIBase, direct.NewClient(vault.DefaultTimeout))}
	token := lookup(d.environ, runner.TokenVariable)
	if e.RunnerHalf && !d.serviceOnly {
		if err := d.startRunner(ctx, s, w, token); err != nil {
			return shape.Prepared{}, err
		}
	}
	if w.RunnerURL == "" && s.runner == nil {
		return shape.Prepared{}, errNoRunner
	}
	if w.RunnerURL == "" {
		w.RunnerURL = s.runnerURL()
	}
	s.service = service.New(service.Config{
		Edition: e, APIBase: w.APIBase, RunnerURL: w.RunnerURL, RunnerToken: token, Log: d.log.With("half", "service"),
	})
	if s.front, err = loopback.Serve(s.service.Handler(), d.log); err != nil {
		return shape.Prepared{}, errors.Join(err, s.closeRunner(ctx))
	}
	d.system = s
	return shape.Prepared{RunnerURL: s.runnerURL()}, nil
}

// startRunner starts the runner half.
func (d *Driver) startRunner(ctx context.Context, s *system, w shape.World, token string) error {
	strict, err := model.ParseStrict(d.policy(w, model.StrictVariable))
	if err != nil {
		return err
	}
	r, err := runner.New(ctx, runner.Config{
		PiCommand: w.PiCommand, Operator: w.PiAgentDir, Temp: w.Temp,
		Token: token, Strict: strict, Environ: d.environ, Log: d.log.With("half", "runner"),
		Daytona: d.cloud(),
	})
	if err != nil {
		return err
	}
	s.runner, err = loopback.Serve(r.Handler(), d.log)
	return err
}

// runnerURL is the address of the runner half, "" where there is none.
func (s *system) runnerURL() string {
	if s.runner == nil {
		return ""
	}
	return s.runner.URL()
}

func (s *system) closeRunner(ctx context.Context) error {
	if s.runner == nil {
		return nil
	}
	return s.runner.Close(ctx)
}

// stop ends both halves and every run.
func (d *Driver) stop() error {
	if d.system == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	err := errors.Join(d.system.front.Close(ctx), d.system.closeRunner(ctx))
	d.system = nil
	return err
}

// cloud is the sandbox cloud that the environment speaks of.
func (d *Driver) cloud() runner.Daytona {
	first := func(names ...string) string {
		for _, name := range names {
			if value := lookup(d.environ, name); value != "" {
				return value
			}
		}
		return ""
	}
	opaque := strings.ToLower(first("AGENTA_RUNNER_DAYTONA_OPAQUE_SECRETS"))
	return runner.Daytona{
		API:          first("AGENTA_RUNNER_DAYTONA_API_URL", "DAYTONA_API_URL"),
		Key:          first("AGENTA_RUNNER_DAYTONA_API_KEY", "DAYTONA_API_KEY"),
		Snapshot:     first("AGENTA_RUNNER_DAYTONA_SNAPSHOT", "DAYTONA_SNAPSHOT"),
		PiDir:        first("AGENTA_AGENT_SANDBOX_PI_DIR"),
		PlainSecrets: slices.Contains([]string{"off", "false", "0", "no", "disabled", "plaintext"}, opaque),
	}
}

// policy reads a setting of the deployment: from the world where it has one,
// else from the environment.
func (d *Driver) policy(w shape.World, name string) string {
	if value, ok := w.Policy[name]; ok {
		return value
	}
	return lookup(d.environ, name)
}

func lookup(environ []string, name string) string {
	value := ""
	for _, pair := range environ {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			value = v // the last one counts, as for any process
		}
	}
	return value
}
