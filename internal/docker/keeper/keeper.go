// Package keeper is the program beside conform that owns the containers of a
// run: it loads the images, starts a container for each lane in a network of its
// own, hands messages to and fro, gives a lane that asks for one a container for a
// sandbox, and removes everything when conform is done with it or dies.
//
// It is a process of its own for two reasons. It must outlive conform, however
// that ends. And the library that starts the containers looks at every process
// of the machine when a program begins that is linked with it, which conform
// need not pay for each time it is started.
package keeper

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/docker/wire"
)

// Serve does what the orders that come first in in say, and returns when conform
// closes the run or when in ends. Either way nothing of the run is left.
func Serve(ctx context.Context, in io.Reader, out io.Writer, log *slog.Logger) error {
	said := json.NewDecoder(bufio.NewReaderSize(in, 1<<20))
	var first wire.ToKeeper
	if err := said.Decode(&first); err != nil || first.Orders == nil {
		return errors.Join(errors.New("read the orders"), err)
	}
	k := &keeper{orders: *first.Orders, log: log, out: json.NewEncoder(out)}
	// Conform may die while containers are being started.
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	orderly := make(chan bool, 1)
	ready := make(chan struct{})
	go func() {
		defer giveUp()
		orderly <- k.listen(said, ready)
	}()
	started, err := k.start(ctx)
	defer func() {
		if k.built != nil {
			k.built.close()
		}
	}()
	if err != nil {
		k.say(wire.FromKeeper{Error: err.Error()})
	} else {
		k.say(wire.FromKeeper{Started: started}) // before anything that a lane says
		k.sandboxes.open(ctx)
		for i, l := range k.lanes {
			go k.relay(i, l)
			go l.requests(k.sandboxes.serve)
		}
	}
	close(ready)
	<-ctx.Done()
	return k.clear(<-orderly)
}

type keeper struct {
	orders wire.Orders
	log    *slog.Logger
	lanes  []*lane
	engine *engine.Engine

	sandboxes *store   // once the lanes stand
	built     *builder // once there is an engine

	mu  sync.Mutex
	out *json.Encoder
}

// say tells conform something, if it is still there.
func (k *keeper) say(m wire.FromKeeper) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.out.Encode(m); err != nil {
		k.log.Debug("conform is gone", "error", err)
	}
}

// listen hands messages to lanes until conform closes the run, which is orderly,
// or is not there any more.
func (k *keeper) listen(said *json.Decoder, ready <-chan struct{}) (orderly bool) {
	for {
		var m wire.ToKeeper
		if err := said.Decode(&m); err != nil {
			return false
		}
		if m.Close {
			return true
		}
		<-ready
		if m.Lane < 0 || m.Lane >= len(k.lanes) {
			continue // it could not be started, and conform knows
		}
		if err := k.lanes[m.Lane].say(m.Say); err != nil {
			k.log.Debug("a lane takes no message", "lane", m.Lane, "error", err)
		}
	}
}

// The times of the end.
const (
	farewell = 10 * time.Second // for agents to end their subjects in good order
	quiet    = 3 * time.Second  // what was asked for before conform died appears within it
	clearing = 90 * time.Second // for the engine to remove everything
)

// clear ends the lanes and removes everything. Agents end with their input.
func (k *keeper) clear(orderly bool) error {
	if orderly {
		patience, over := context.WithTimeout(context.Background(), farewell)
		defer over()
		for _, l := range k.lanes {
			l.hangUp()
		}
		for _, l := range k.lanes {
			select {
			case <-l.ended:
			case <-patience.Done():
			}
		}
	}
	if k.engine == nil {
		return nil // it never came to anything
	}
	used := 0
	if k.sandboxes != nil {
		used = k.sandboxes.close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), clearing)
	defer cancel()
	wait := quiet
	if orderly {
		wait = 0
	}
	err := k.engine.Clear(ctx, k.orders.Run, wait)
	last := wire.FromKeeper{Closed: true, Sandboxes: used}
	if err != nil {
		last.Error = err.Error()
	}
	k.say(last)
	return err
}

// start loads the image and starts all lanes.
func (k *keeper) start(ctx context.Context) (*wire.Started, error) {
	begun := time.Now()
	var err error
	if k.engine, err = engine.At(ctx, k.orders.Host); err != nil {
		return nil, err
	}
	b, err := k.build(ctx)
	if err != nil {
		return nil, err
	}
	k.built = b // its client is that of the sandboxes
	s := &wire.Started{Image: b.image, Loaded: b.loaded}
	lanes := make([]*lane, k.orders.Lanes)
	failed := make([]error, k.orders.Lanes)
	var starting sync.WaitGroup
	room := make(chan struct{}, 4) // more at a time only wait for the engine
	for i := range lanes {
		starting.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			lanes[i], failed[i] = b.lane(ctx, i)
		})
	}
	starting.Wait()
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	for _, l := range lanes {
		s.Containers = append(s.Containers, l.id)
	}
	if s.Internal, err = b.internal(ctx, lanes); err != nil {
		return nil, err
	}
	tag, err := b.sandboxImage(ctx)
	if err != nil {
		return nil, err
	}
	sandboxes, err := newSandboxes(k.orders, tag, b.docker)
	if err != nil {
		return nil, err
	}
	k.sandboxes = &store{start: sandboxes.start, expected: k.orders.Sandbox.Expected, log: k.log}
	k.lanes = lanes
	s.Took = time.Since(begun)
	return s, nil
}

// relay hands on what a lane says, and says how it ended.
func (k *keeper) relay(i int, l *lane) {
	defer close(l.ended)
	replies := json.NewDecoder(bufio.NewReaderSize(l.talk, 1<<20))
	for {
		var reply json.RawMessage
		err := replies.Decode(&reply)
		if err == nil {
			k.say(wire.FromKeeper{Lane: i, Said: reply})
			continue
		}
		how := l.end()
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			how += fmt.Sprintf(" (%v)", err)
		}
		k.say(wire.FromKeeper{Lane: i, Ended: how})
		return
	}
}
