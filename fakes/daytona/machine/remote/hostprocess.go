package remote

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// patience is a context that ends after a while, at once for none.
func patience(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), d)
}

// start starts a command; its events follow the answer.
func (h *Host) start(c *channel, m machine.Machine, q question) (a answer, after func(), err error) {
	said := &telling{channel: c, begun: make(chan struct{})}
	p, err := m.Start(machine.Command{
		Line: q.Command.Line, Dir: q.Command.Dir, Env: q.Command.Env,
		Stdout: said.stream(func(p []byte) event { return event{Out: p} }),
		Stderr: said.stream(func(p []byte) event { return event{Err: p} }),
	})
	if err != nil {
		close(said.begun)
		return a, nil, err
	}
	h.mu.Lock()
	h.last++
	id := h.last
	h.running[id] = p
	h.mu.Unlock()
	return answer{Process: id}, func() {
		close(said.begun)
		code := p.Wait()
		_ = said.tell(event{Code: &code}) // a link that is gone need not know
	}, nil
}

// telling says events, none before the answer.
type telling struct {
	*channel
	begun chan struct{}
	mu    sync.Mutex
}

func (t *telling) tell(e event) error {
	<-t.begun
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.say(e)
}

func (t *telling) stream(of func([]byte) event) writer {
	return func(p []byte) (int, error) {
		if err := t.tell(of(p)); err != nil {
			return 0, err
		}
		return len(p), nil
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// steer does something to a command that was started.
func (h *Host) steer(q question) error {
	h.mu.Lock()
	p := h.running[q.Process]
	h.mu.Unlock()
	if p == nil {
		return fmt.Errorf("there is no command %d", q.Process)
	}
	switch q.Op {
	case opInput:
		_, err := p.Input().Write(q.Data)
		return err
	case opEndInput:
		return p.Input().Close()
	case opKill:
		p.Kill()
	case opEnd:
		limited, cancel := patience(context.Background(), q.Patience)
		defer cancel()
		p.Stop(limited)
	}
	return nil
}
