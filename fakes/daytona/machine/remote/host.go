package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/hashicorp/yamux"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// Host serves one machine.
type Host struct {
	// Make makes the machine. It is asked once, with what the link's Make was
	// given.
	Make func(ctx context.Context, spec machine.Spec, more json.RawMessage) (machine.Machine, error)
	// Call answers questions that are no machine's.
	Call func(ctx context.Context, name string, more json.RawMessage) (any, error)

	session *yamux.Session
	mu      sync.Mutex
	machine machine.Machine // nil until it is made
	running map[int]machine.Process
	last    int
}

// Serve answers what comes over a stream until that ends. The machine is then as
// it was left. Questions that were being answered are answered first.
func (h *Host) Serve(ctx context.Context, conn io.ReadWriteCloser) error {
	var err error
	if h.session, err = yamux.Server(conn, settings()); err != nil {
		return fmt.Errorf("serve a machine: %w", err)
	}
	defer h.session.Close()
	h.running = map[int]machine.Process{}
	var answering sync.WaitGroup
	defer answering.Wait()
	ctx, end := context.WithCancel(ctx)
	defer end()
	for {
		stream, err := h.session.Accept()
		if err != nil {
			if errors.Is(err, io.EOF) || h.session.IsClosed() {
				return nil
			}
			return fmt.Errorf("serve a machine: %w", err)
		}
		answering.Add(1)
		go func() {
			defer stream.Close()
			after := h.serve(ctx, newChannel(stream))
			answering.Done()
			if after != nil {
				after()
			}
		}()
	}
}

// serve answers one question; after is what goes on in its stream, if anything.
func (h *Host) serve(ctx context.Context, c *channel) (after func()) {
	var q question
	if c.hear(&q) != nil {
		return nil // it was not meant
	}
	a, after, err := h.answer(ctx, c, q)
	a.Fault = faultOf(err)
	if c.say(a) != nil && after != nil {
		c.Close() // then it ends by itself
	}
	return after
}

// answer answers a question; after is what goes on in its stream.
func (h *Host) answer(ctx context.Context, c *channel, q question) (a answer, after func(), err error) {
	switch q.Op {
	case opMake:
		a.Home, err = h.make(ctx, q)
		return a, nil, err
	case opCall:
		v, err := h.Call(ctx, q.Name, q.More)
		if err == nil {
			a.More, err = json.Marshal(v)
		}
		return a, nil, err
	}
	h.mu.Lock()
	m := h.machine
	h.mu.Unlock()
	if m == nil {
		return a, nil, errNoMachine
	}
	switch q.Op {
	case opStart:
		return h.start(c, m, q)
	case opInput, opEndInput, opKill, opEnd:
		return a, nil, h.steer(q)
	case opDial:
		return dial(ctx, c, m, q.Port)
	case opStop:
		patience, cancel := patience(ctx, q.Patience)
		defer cancel()
		return a, nil, m.Stop(patience)
	case opRestart:
		return a, nil, m.Restart()
	}
	return files(c, m, q)
}

// make makes the machine and carries what leaves it to the other end.
func (h *Host) make(ctx context.Context, q question) (home string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.machine != nil || q.Spec == nil {
		return "", errors.New("the machine is made already, or not said what it is")
	}
	if h.machine, err = h.Make(ctx, *q.Spec, q.More); err != nil {
		return "", err
	}
	if l := h.machine.Outgoing(); l != nil {
		go h.carry(l)
	}
	return h.machine.Home(), nil
}

func (h *Host) carry(l net.Listener) {
	for {
		from, err := l.Accept()
		if err != nil {
			return // closed with the machine
		}
		to, err := h.session.Open()
		if err != nil {
			_ = from.Close()
			continue
		}
		go join(to, from)
	}
}

func dial(ctx context.Context, c *channel, m machine.Machine, port int) (a answer, after func(), err error) {
	to, err := m.Dial(ctx, port)
	if err != nil {
		return a, nil, err
	}
	return a, func() { join(c, to) }, nil
}

func files(c *channel, m machine.Machine, q question) (a answer, after func(), err error) {
	switch q.Op {
	case opMkdir:
		return a, nil, m.Mkdir(q.Path, q.Mode)
	case opWrite:
		return a, nil, m.Write(q.Path, c)
	case opOpen:
		f, err := m.Open(q.Path)
		if err != nil {
			return a, nil, err
		}
		return a, func() {
			_, _ = io.Copy(c, f) // a reader that is gone needs no file
			_ = f.Close()
		}, nil
	case opStat:
		i, err := m.Stat(q.Path)
		if err == nil {
			stat := infoOf(i)
			a.Info = &stat
		}
		return a, nil, err
	case opList:
		all, err := m.List(q.Path)
		for _, i := range all {
			a.List = append(a.List, infoOf(i))
		}
		return a, nil, err
	case opDelete:
		return a, nil, m.Delete(q.Path, q.All)
	case opMove:
		return a, nil, m.Move(q.Path, q.To)
	case opChmod:
		return a, nil, m.Chmod(q.Path, q.Mode)
	}
	return a, nil, unknown(q.Op)
}
