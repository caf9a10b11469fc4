package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/docker"
	"github.com/agenta-ai/conform/internal/scenario"
	"github.com/agenta-ai/conform/internal/seal"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// backend is where the lanes of a run are.
type backend interface {
	PiVersion() string
	SealedBy() string
	Describe(ctx context.Context) (protocol.Description, error)
	Stage(ctx context.Context, lane int, s world.Scenario) (*evidence.Evidence, error)
	Close() error
	Left(ctx context.Context) ([]string, error) // behind, after Close
}

// backend builds the surroundings of the run.
func (r *runCommand) backend(ctx context.Context, con *console, p parts) (backend, error) {
	if r.Backend == docker.Name {
		return r.containers(ctx, con, p)
	}
	return r.world(ctx, con, p)
}

// world builds the surroundings of the run in processes of this machine.
func (r *runCommand) world(ctx context.Context, con *console, p parts) (*world.World, error) {
	o := world.Options{
		Lanes: int(r.Workers), Edition: r.Edition, Names: scenario.Names(), Seal: seal.State(), Backend: process, Log: r.log(con.err),
		Pi:       world.Pi{Kind: p.pi.used.Kind, Binary: p.binaries.pi, Command: p.pi.command, Version: p.pi.used.Version},
		Subject:  world.Subject{Command: p.subject, Tap: r.tap},
		Timeouts: world.Timeouts{Start: time.Duration(r.StartTimeout), Case: time.Duration(r.Timeout)},
	}
	if len(p.pi.command) > 0 {
		o.Pi.Binary = p.recorder
		o.Subject.Path = interpreters(p.pi.command)
	}
	if p.brought {
		// Somebody's own driver is started as its user would start it.
		var err error
		if o.Subject.Dir, err = os.Getwd(); err != nil {
			return nil, fmt.Errorf("working directory of the subject: %w", err)
		}
		o.Subject.Path = append(o.Subject.Path, filepath.SplitList(os.Getenv("PATH"))...)
	}
	w, err := world.New(ctx, o)
	if err == nil {
		told(con, w.Reaped)
	}
	return w, err
}

// interpreters are the folders in which a Pi that is a script finds what runs it.
func interpreters(command []string) []string {
	dirs := []string{filepath.Dir(command[0])}
	if node, err := exec.LookPath("node"); err == nil {
		dirs = append(dirs, filepath.Dir(node))
	}
	return dirs
}

// meet starts the subject once before any cell runs and returns what it says of
// itself. A subject that does not start takes all cells along with one cause,
// after one start timeout.
func meet(ctx context.Context, w backend) (protocol.Description, *evidence.Breakdown) {
	met, err := w.Describe(ctx)
	if err == nil {
		return met, nil
	}
	const part = "subject"
	return met, &evidence.Breakdown{Part: part, Cause: strings.TrimPrefix(err.Error(), part+": "), At: time.Now()}
}
