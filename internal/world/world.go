package world

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/internal/tempdir"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// Mark begins every canary of a run.
const Mark = "sk-cnry-"

// Options say what stands in a world.
type Options struct {
	Dir     string // run folder; a temporary one, removed by Close, when empty
	Lanes   int    // at least 1
	Pi      Pi
	Subject Subject
	Edition string
	Names   map[string]string // public names that addresses of scenarios use, with an address of each
	Seal    string            // how the network is sealed, for the evidence
	Backend string            // what the lanes are in, for the evidence
	// Direct are addresses at which public names are served to clients that do not
	// go through the proxy; only for a world whose lane has the names to itself,
	// as a container has.
	Direct []string
	// Sandboxes make a lane's sandboxes; nil makes them of folders and processes in
	// the lane.
	Sandboxes func(Furniture) Sandboxes
	Timeouts  Timeouts
	Log       *slog.Logger // nil is silent
}

// Pi says which Pi stands in the world.
type Pi struct {
	Kind    string   // "fake", "real" or "path"
	Binary  string   // the fake Pi, or the recorder that stands around a real one
	Command []string // the real Pi, for the recorder
	Version string   // the version to play, for the fake; "" is its default
}

// FakePis are the versions that the fake plays, oldest first.
func FakePis() []string { return catalog.Versions() }

// Subject says how the driver of the subject is started.
type Subject struct {
	Command []string     // program and arguments
	Dir     string       // working directory; a folder of the lane when empty
	Env     []string     // added to the environment of the lane
	Path    []string     // folders added to PATH, for interpreters
	Tap     protocol.Tap // sees every message of its driver; may be nil, and then nobody does
}

// Timeouts bound everything that a world waits for. A zero value is a default.
type Timeouts struct {
	Start    time.Duration // describe and prepare, 15s
	Case     time.Duration // the subject's answers to one scenario, 30s
	Settle   time.Duration // Pi processes and journals after the answer, 5s
	Shutdown time.Duration // the subject's orderly end, 3s
}

// Filled has the defaults in place of zero values.
func (t Timeouts) Filled() Timeouts {
	set := func(d *time.Duration, value time.Duration) {
		if *d <= 0 {
			*d = value
		}
	}
	set(&t.Start, 15*time.Second)
	set(&t.Case, 30*time.Second)
	set(&t.Settle, 5*time.Second)
	set(&t.Shutdown, 3*time.Second)
	return t
}

// World is the surroundings of one run.
type World struct {
	Options
	Reaped    []string // what was found of dead runs, and was removed
	authority *egress.Authority
	caFile    string
	version   string // of Pi, as it says itself
	temporary bool   // Dir is ours to remove
	claim     *os.File
	lanes     []*Lane
}

// New builds a world with its lanes. The caller must Close it. No subject is
// started yet.
func New(ctx context.Context, o Options) (_ *World, err error) {
	w := &World{Options: o}
	w.Timeouts = o.Timeouts.Filled()
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	if len(o.Subject.Command) == 0 {
		return nil, errors.New("world: no subject")
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("world: %w", errors.Join(err, w.Close()))
		}
	}()
	if err := w.folder(); err != nil {
		return nil, err
	}
	if err := w.certify(); err != nil {
		return nil, err
	}
	for i := range max(o.Lanes, 1) {
		lane, err := newLane(w, i)
		if err != nil {
			return nil, fmt.Errorf("lane %d: %w", i, err)
		}
		w.lanes = append(w.lanes, lane)
	}
	w.version, err = w.lanes[0].piVersion(ctx)
	return w, err
}

func (w *World) folder() (err error) {
	if w.Dir == "" {
		w.temporary = true
		w.Reaped = Sweep(w.Log)
		if w.Dir, err = os.MkdirTemp(base(), runPrefix); err != nil {
			return err
		}
		w.claim, err = tempdir.Claim(w.Dir)
		return err
	}
	if w.Dir, err = filepath.Abs(w.Dir); err != nil {
		return err
	}
	return os.MkdirAll(w.Dir, 0o755)
}

func (w *World) certify() (err error) {
	if w.authority, err = egress.NewAuthority(); err != nil {
		return err
	}
	w.caFile = filepath.Join(w.Dir, "ca.pem")
	return os.WriteFile(w.caFile, w.authority.PEM(), 0o644)
}

// Lane is one slot of the world; lanes are counted from 0.
func (w *World) Lane(i int) *Lane { return w.lanes[i] }

// Stage runs one scenario in a lane and returns sealed evidence of it.
func (w *World) Stage(ctx context.Context, lane int, s Scenario) (*evidence.Evidence, error) {
	return w.lanes[lane].Stage(ctx, s)
}

// PiVersion is the version of the Pi in this world, as it says itself.
func (w *World) PiVersion() string { return w.version }

// SealedBy says how the network of the world is sealed.
func (w *World) SealedBy() string { return w.Seal }

// Describe starts the subject in the first lane, if need be, and returns what
// it says of itself.
func (w *World) Describe(ctx context.Context) (protocol.Description, error) {
	return w.lanes[0].describe(ctx)
}

// Left is what the world has left behind, to be asked after Close.
func (w *World) Left(context.Context) ([]string, error) {
	var left []string
	for _, pid := range belonging(w.Dir) {
		left = append(left, fmt.Sprintf("process %d", pid))
	}
	if _, err := os.Lstat(w.Dir); err == nil && w.temporary {
		left = append(left, "folder "+w.Dir)
	}
	return left, nil
}

// Close ends every subject and removes what the run does not need any more.
func (w *World) Close() error {
	var closing sync.WaitGroup
	for _, lane := range w.lanes {
		closing.Go(lane.close)
	}
	closing.Wait()
	if w.claim != nil {
		_ = w.claim.Close() // the folder goes with it
	}
	if w.temporary && w.Dir != "" {
		return os.RemoveAll(w.Dir)
	}
	return nil
}
