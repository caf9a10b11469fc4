// Package agent is the program in a lane's container. It builds a world of one
// lane, the same that stands around a lane of the process backend, and stages
// what it is told to over its input and output. It ends with its input: when
// conform or the keeper dies, the engine closes it.
package agent

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/docker/wire"
	"github.com/agenta-ai/conform/internal/seal"
	"github.com/agenta-ai/conform/internal/world"
)

// Options are what an agent is given.
type Options struct {
	In        io.Reader // requests
	Out       io.Writer // replies
	Sandboxes func(world.Furniture) world.Sandboxes
	Log       *slog.Logger
}

// Serve answers requests until they end, and takes the world down. Requests other
// than cancellations are answered one after another.
func Serve(ctx context.Context, o Options) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	a := &agent{log: o.Log, sandboxes: o.Sandboxes, out: json.NewEncoder(o.Out), work: make(chan job)}
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		for j := range a.work {
			a.do(j)
		}
	}()
	err := a.listen(ctx, o.In)
	end() // whatever is still being staged is for nobody
	close(a.work)
	<-worked
	if a.world != nil {
		err = errors.Join(err, a.world.Close())
	}
	return err
}

type agent struct {
	log       *slog.Logger
	sandboxes func(world.Furniture) world.Sandboxes
	world     *world.World // once it is open
	lane      int
	seal      string
	work      chan job

	mu     sync.Mutex
	out    *json.Encoder
	cancel map[int]context.CancelFunc
}

// job is a request under way.
type job struct {
	ctx context.Context
	wire.Request
}

func (a *agent) listen(ctx context.Context, in io.Reader) error {
	requests := json.NewDecoder(bufio.NewReader(in))
	a.cancel = map[int]context.CancelFunc{}
	for {
		var r wire.Request
		if err := requests.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read a request: %w", err)
		}
		a.mu.Lock()
		if r.Cancel != 0 {
			if give := a.cancel[r.Cancel]; give != nil {
				give()
			}
			a.mu.Unlock()
			continue
		}
		ctx, give := context.WithCancel(ctx)
		a.cancel[r.ID] = give
		a.mu.Unlock()
		a.work <- job{ctx, r}
	}
}

func (a *agent) do(j job) {
	reply, err := a.answer(j.ctx, j.Request)
	if err != nil {
		reply.Error = err.Error()
	}
	reply.ID = j.ID
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cancel[j.ID]()
	delete(a.cancel, j.ID)
	if err := a.out.Encode(reply); err != nil {
		a.log.Error("say a reply", "error", err)
	}
}

func (a *agent) answer(ctx context.Context, r wire.Request) (reply wire.Reply, err error) {
	switch {
	case r.Open != nil:
		reply.Opened, err = a.open(ctx, *r.Open)
	case a.world == nil:
		err = errors.New("the lane has no world yet")
	case r.Describe:
		description, failed := a.world.Describe(ctx)
		reply.Description, err = &description, failed
	case r.Stage != nil:
		reply.Evidence, err = a.stage(ctx, *r.Stage)
	default:
		err = errors.New("the agent does not know what is wanted")
	}
	return reply, err
}

func (a *agent) open(ctx context.Context, o wire.Open) (*wire.Opened, error) {
	if a.world != nil {
		return nil, errors.New("the lane has a world already")
	}
	a.lane, a.seal = o.Lane, seal.Environment
	if o.Internal {
		a.seal = seal.Container
	}
	w, err := world.New(ctx, world.Options{
		Lanes: 1, Pi: o.Pi, Subject: world.Subject{Command: o.Subject, Path: o.Path}, Edition: o.Edition, Names: o.Names, Seal: a.seal, Backend: o.Backend,
		Direct: o.Direct, Sandboxes: a.sandboxes, Timeouts: o.Timeouts, Log: a.log,
	})
	if err != nil {
		return nil, err
	}
	a.world = w
	return &wire.Opened{PiVersion: w.PiVersion(), Seal: a.seal}, nil
}

func (a *agent) stage(ctx context.Context, s world.Scenario) (*evidence.Evidence, error) {
	ev, err := a.world.Stage(ctx, 0, s)
	if ev != nil {
		ev.Lane = a.lane // the only one here is one of many in the run
	}
	return ev, err
}
