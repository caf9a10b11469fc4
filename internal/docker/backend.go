package docker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/docker/image"
	"github.com/agenta-ai/conform/internal/docker/sandbox"
	"github.com/agenta-ai/conform/internal/docker/wire"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// Name is what evidence calls this backend.
const Name = "docker"

// Options say what stands in the containers of a run. Programs are paths of this
// machine; they must be static binaries for Linux.
type Options struct {
	Engine    *engine.Engine
	Keeper    string // program that owns the containers
	Lane      string // program of the agent
	Pi        string // the fake Pi, or the recorder that stands around a real one
	Subject   string // driver of the subject
	Real      *Real  // nil with the fake Pi
	Play      string // version that the fake Pi plays, "" for its default
	Lanes     int    // at least 1
	Sandboxes int    // about how many the run will create; 0 starts none ahead
	Edition   string
	Names     map[string]string // as in world.Options
	Timeouts  world.Timeouts
	Log       *slog.Logger // nil is silent
}

// Real is a real Pi, ready to be put into an image.
type Real struct {
	Layers  []image.Layer
	Command []string // in the image
	Path    []string // folders of interpreters in the image
}

// The places in the image.
const (
	bin     = "/opt/conform"
	lanePi  = bin + "/pi"
	subject = bin + "/subject"
)

// Backend is a run whose lanes are containers.
type Backend struct {
	Started wire.Started
	Reaped  []string // what was found of dead runs, and was removed
	run     string
	log     *slog.Logger
	engine  *engine.Engine
	keeper  *keeper
	seal    string
	version string
	used    int // containers of sandboxes

	untagged []engine.Thing // images without a name when the run began

	mu      sync.Mutex
	next    int
	waiting map[int]waiting // by request
	lanes   map[int]string  // why a lane answers no more
	dead    string          // why none does
}

// Open removes what dead runs have left, starts the containers and opens a world
// in each. The caller must Close the backend.
func Open(ctx context.Context, o Options) (_ *Backend, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	b := &Backend{engine: o.Engine, log: o.Log, run: newRun(), waiting: map[int]waiting{}, lanes: map[int]string{}}
	defer func() {
		if err != nil {
			err = fmt.Errorf("docker backend: %w", errors.Join(err, b.Close()))
		}
	}()
	if err := b.reap(ctx); err != nil {
		return nil, err
	}
	if b.keeper, err = startKeeper(o.Keeper, o.Log); err != nil {
		return nil, err
	}
	orders := wire.Orders{
		Run: b.run, Host: o.Engine.Host, Labels: engine.Self().Labels(b.run), Image: o.image(), Lanes: max(o.Lanes, 1),
		Command: []string{bin + "/lane"}, Names: slices.Concat(providers.PublicHosts(), slices.Sorted(maps.Keys(o.Names))),
		Sandbox: wire.Sandbox{Image: o.sandbox(), Command: []string{bin + "/lane", "sandbox"}, Expected: o.Sandboxes, Lifetime: o.lifetime()},
	}
	if err := b.keeper.say(wire.ToKeeper{Orders: &orders}); err != nil {
		return nil, err
	}
	started := make(chan wire.FromKeeper, 1)
	go b.hear(b.keeper, started)
	select {
	case first, ok := <-started:
		switch {
		case !ok:
			return nil, errors.New(b.over(0))
		case first.Started == nil:
			return nil, errors.New(first.Error)
		}
		b.Started = *first.Started
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	o.Log.Info("containers started", "count", len(b.Started.Containers), "image", b.Started.Image, "loaded", b.Started.Loaded, "took", b.Started.Took.Round(time.Millisecond))
	return b, b.open(ctx, o)
}

// newRun names a run.
func newRun() string {
	random := make([]byte, 6)
	_, _ = rand.Read(random) // never fails, by its documentation
	return hex.EncodeToString(random)
}

// reap removes what dead runs of this machine have left on the engine. It is no
// problem of this run, whose things have another name, unless it stays.
func (b *Backend) reap(ctx context.Context) error {
	stale, err := b.engine.Stale(ctx)
	if err != nil {
		return err
	}
	for _, t := range stale {
		if err := b.engine.Remove(ctx, t); err != nil {
			return fmt.Errorf("of a dead run: %w", err)
		}
		b.Reaped = append(b.Reaped, t.String())
	}
	untagged, err := b.engine.Untagged(ctx)
	if err != nil {
		return err
	}
	for _, t := range untagged {
		if b.engine.Remove(ctx, t) != nil { // a run that is alive may use it
			b.untagged = append(b.untagged, t)
			continue
		}
		b.Reaped = append(b.Reaped, t.String()+", which had no tag")
	}
	return nil
}

// image is what the containers of lanes are made of: what changes most lies on top.
func (o Options) image() image.Image {
	return o.programs("lane", image.Layer{{Path: lanePi, From: o.Pi}}, image.Layer{{Path: subject, From: o.Subject}})
}

// sandbox is what the containers of sandboxes are made of: Pi and no subject.
func (o Options) sandbox() image.Image {
	return o.programs("sandbox", image.Layer{{Path: sandbox.Pi, From: o.Pi}, {Path: sandbox.Home, Dir: true}})
}

func (o Options) programs(kind string, more ...image.Layer) image.Image {
	i := image.Image{Name: "conform/" + kind, Labels: map[string]string{engine.LabelImage: kind}, Layers: []image.Layer{image.Base()}}
	if o.Real != nil {
		i.Layers = append(i.Layers, o.Real.Layers...)
	}
	i.Layers = append(i.Layers, image.Layer{{Path: bin + "/lane", From: o.Lane}, {Path: "/bin/sh", Link: bin + "/lane"}})
	i.Layers = append(i.Layers, more...)
	return i
}

// lifetime is how long a sandbox may be in use: longer than any case.
func (o Options) lifetime() time.Duration {
	t := o.Timeouts.Filled()
	return 2*(t.Start+t.Case+t.Settle+t.Shutdown) + 5*time.Minute
}

// open opens a world in each lane.
func (b *Backend) open(ctx context.Context, o Options) error {
	pi := world.Pi{Kind: "fake", Binary: lanePi, Version: o.Play}
	var interpreters []string
	if o.Real != nil {
		pi.Kind, pi.Command, interpreters = "real", o.Real.Command, o.Real.Path
	}
	replies := make([]wire.Reply, len(b.Started.Containers))
	failed := make([]error, len(replies))
	var opening sync.WaitGroup
	for i := range replies {
		opening.Go(func() {
			replies[i], failed[i] = b.ask(ctx, i, wire.Request{Open: &wire.Open{
				Lane: i, Backend: Name, Internal: b.Started.Internal, Edition: o.Edition, Names: o.Names, Pi: pi, Subject: []string{subject}, Path: interpreters, Timeouts: o.Timeouts, Direct: []string{":443", ":80"},
			}})
		})
	}
	opening.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	first := replies[0].Opened
	for i, r := range replies {
		if *r.Opened != *first {
			return fmt.Errorf("lane %d has %+v, the first has %+v", i, *r.Opened, *first)
		}
	}
	b.version, b.seal = first.PiVersion, first.Seal
	return nil
}

// PiVersion is the version of the Pi in the lanes, as it says itself.
func (b *Backend) PiVersion() string { return b.version }

// SealedBy says how the containers are cut off, as their kernel sees it.
func (b *Backend) SealedBy() string { return b.seal }

// Describe starts the subject in the first lane, if need be, and returns what it
// says of itself.
func (b *Backend) Describe(ctx context.Context) (protocol.Description, error) {
	reply, err := b.ask(ctx, 0, wire.Request{Describe: true})
	if err != nil || reply.Description == nil {
		return protocol.Description{}, err
	}
	return *reply.Description, nil
}

// Stage runs one scenario in a lane and returns sealed evidence of it.
func (b *Backend) Stage(ctx context.Context, lane int, s world.Scenario) (*evidence.Evidence, error) {
	reply, err := b.ask(ctx, lane, wire.Request{Stage: &s})
	var over *laneOver
	if errors.As(err, &over) {
		failure := evidence.Breakdown{Part: "world", Cause: over.Error(), At: time.Now()}
		return &evidence.Evidence{Cell: s.Cell, Edition: s.Edition, Backend: Name, Seal: b.seal, Lane: lane, Failure: &failure}, nil
	}
	return reply.Evidence, err
}

// Close ends the lanes and removes everything. When the keeper is dead, which
// would have done that, it is done here.
func (b *Backend) Close() error {
	if b.keeper != nil {
		err := b.keeper.close()
		b.used = b.keeper.sandboxes
		b.keeper = nil
		if err == nil {
			return nil
		}
		b.log.Warn("the keeper did not end well", "error", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return b.engine.Clear(ctx, b.run, 0)
}

// Sandboxes is how many containers were used for sandboxes, each for one, to be
// asked after Close.
func (b *Backend) Sandboxes() int { return b.used }

// Left is what the run has left on the engine, to be asked after Close: its
// containers and networks, and images that lost their name since it began.
func (b *Backend) Left(ctx context.Context) ([]string, error) {
	things, err := b.engine.Of(ctx, b.run)
	if err != nil {
		return nil, err
	}
	untagged, err := b.engine.Untagged(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range untagged {
		if !slices.Contains(b.untagged, t) {
			things = append(things, t)
		}
	}
	var left []string
	for _, t := range things {
		left = append(left, t.String())
	}
	return left, nil
}
