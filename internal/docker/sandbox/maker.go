package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/daytona/machine/remote"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/internal/docker/wire"
	"github.com/agenta-ai/conform/internal/world"
)

// Maker makes machines of containers. Its methods are safe for concurrent use.
type Maker struct {
	open      func() (net.Conn, error)
	furniture world.Furniture

	mu      sync.Mutex
	living  []*container
	records []flight.Record // of containers that are gone
}

// NewMaker returns a maker that asks for containers over streams that open opens
// to the keeper.
func NewMaker(open func() (net.Conn, error), f world.Furniture) *Maker {
	return &Maker{open: open, furniture: f}
}

// The limits of waiting.
const (
	makeLimit  = 2 * time.Minute // until a container is there
	leaveLimit = time.Minute     // until it has ended
)

// Make asks the keeper for a container and furnishes it.
func (m *Maker) Make(ctx context.Context, spec machine.Spec) (machine.Machine, error) {
	ctx, cancel := context.WithTimeout(ctx, makeLimit)
	defer cancel()
	c, err := m.make(ctx, spec)
	if err != nil {
		return nil, fmt.Errorf("make a container for a sandbox: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.living = append(m.living, c)
	return c, nil
}

func (m *Maker) make(ctx context.Context, spec machine.Spec) (*container, error) {
	conn, given, err := m.ask(ctx)
	if err != nil {
		return nil, err
	}
	link, err := remote.Connect(conn)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	f := furniture{m.furniture.Authority, m.furniture.Sidecar(), m.furniture.Path}
	made, err := link.Make(ctx, "container "+given.Container, spec, f)
	if err != nil {
		_ = link.Close()
		return nil, fmt.Errorf("container %s: %w", given.Container, err)
	}
	return &container{Machine: made, maker: m, link: link, gone: make(chan struct{})}, nil
}

// ask asks for a container and waits for it.
func (m *Maker) ask(ctx context.Context) (io.ReadWriteCloser, wire.Given, error) {
	var given wire.Given
	conn, err := m.open()
	if err != nil {
		return nil, given, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	in := bufio.NewReader(conn)
	line, err := in.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &given)
	}
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err == nil && given.Error != "" {
		err = errors.New(given.Error)
	}
	if err != nil {
		_ = conn.Close()
		return nil, given, err
	}
	return stream{in, conn}, given, nil
}

// stream is a connection of which some was read ahead.
type stream struct {
	*bufio.Reader
	io.WriteCloser
}

// container is one machine.
type container struct {
	*remote.Machine
	maker  *Maker
	link   *remote.Link
	once   sync.Once
	failed error
	gone   chan struct{} // closed when all that is to be known of it is known
}

// Err says whether the container ended without having been removed.
func (c *container) Err() error {
	select {
	case <-c.gone:
		return nil
	default:
	}
	if err := c.Machine.Err(); err != nil {
		return fmt.Errorf("%s ended by itself: %w", c.Name(), err)
	}
	return nil
}

// Remove ends the container and all in it, and keeps Pi's records. When it
// returns without an error, nothing of the container runs.
func (c *container) Remove() error {
	c.once.Do(func() {
		defer close(c.gone)
		ctx, cancel := context.WithTimeout(context.Background(), leaveLimit)
		defer cancel()
		var l landed
		if c.failed = c.link.Call(ctx, callLeave, nil, &l); c.failed != nil {
			c.failed = fmt.Errorf("remove %s: %w", c.Name(), c.failed)
		}
		c.maker.forget(c, l.Records)
		c.failed = errors.Join(c.failed, c.Machine.Remove())
	})
	return c.failed
}

func (m *Maker) forget(c *container, records []flight.Record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.living = slices.DeleteFunc(m.living, func(l *container) bool { return l == c })
	m.records = append(m.records, records...)
}

// Landed waits in each container for its Pis to end, and takes all records.
func (m *Maker) Landed(ctx context.Context) (records []flight.Record, outlived []int, err error) {
	m.mu.Lock()
	living := slices.Clone(m.living)
	m.mu.Unlock()
	for _, c := range living {
		l, failed := c.landed(ctx)
		records, outlived, err = append(records, l.Records...), append(outlived, l.Outlived...), errors.Join(err, failed)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	records, m.records = append(records, m.records...), nil
	return records, outlived, err
}

func (c *container) landed(ctx context.Context) (l landed, err error) {
	patience := time.Millisecond
	if end, limited := ctx.Deadline(); limited {
		patience = max(time.Until(end), patience)
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience+leaveLimit)
	defer cancel()
	err = c.link.Call(late, callLanded, landing{patience.Milliseconds()}, &l)
	if !errors.Is(err, remote.ErrGone) {
		return l, err
	}
	// It is being removed, which keeps its records, or it has ended by itself,
	// which the cloud knows.
	if c.Err() == nil {
		<-c.gone
	}
	return l, nil
}

// Forget drops the records of containers that are gone.
func (m *Maker) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = nil
}
