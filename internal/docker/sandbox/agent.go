package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
	"github.com/agenta-ai/conform/fakes/daytona/machine/remote"
	"github.com/agenta-ai/conform/internal/world"
)

// Serve is the agent in a sandbox's container: it serves the container as a
// machine, until the stream ends. It does nothing of its own, and does nothing
// before it is told what to furnish the container with.
func Serve(ctx context.Context, conn io.ReadWriteCloser) error {
	a := &agent{}
	host := remote.Host{Make: a.make, Call: a.call}
	return host.Serve(ctx, conn)
}

type agent struct {
	machine machine.Machine
	taking  sync.Mutex // the records
}

// make furnishes the container.
func (a *agent) make(ctx context.Context, spec machine.Spec, more json.RawMessage) (machine.Machine, error) {
	var f furniture
	if err := json.Unmarshal(more, &f); err != nil {
		return nil, fmt.Errorf("furnish the sandbox: %w", err)
	}
	err := os.MkdirAll(filepath.Dir(authority), 0o755)
	if err == nil {
		err = os.WriteFile(authority, f.Authority, 0o644)
	}
	if err == nil {
		f.Sidecar.Records = flights
		err = f.Sidecar.Write(Pi)
	}
	if err != nil {
		return nil, fmt.Errorf("furnish the sandbox: %w", err)
	}
	a.machine, err = process.Maker{Whole: true, Path: f.Path, Env: world.Trusting(authority)}.Make(ctx, spec)
	return a.machine, err
}

func (a *agent) call(ctx context.Context, name string, more json.RawMessage) (any, error) {
	switch name {
	case callLanded:
		var l landing
		if err := json.Unmarshal(more, &l); err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, time.Duration(l.Millis)*time.Millisecond)
		defer cancel()
		return a.landed(ctx)
	case callLeave:
		now, cancel := context.WithCancel(ctx)
		cancel()
		if a.machine != nil {
			if err := a.machine.Stop(now); err != nil {
				return nil, err
			}
		}
		return a.landed(now)
	}
	return nil, fmt.Errorf("a sandbox knows no %q", name)
}

// landed takes the records; two at a time would each have a part.
func (a *agent) landed(ctx context.Context) (l landed, err error) {
	a.taking.Lock()
	defer a.taking.Unlock()
	l.Records, l.Outlived, err = world.Flights{Pi: Pi, Dir: flights}.Landed(ctx)
	return l, err
}
