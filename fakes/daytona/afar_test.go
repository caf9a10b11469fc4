package daytona_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/daytona/machine/remote"
)

// afar makes machines that are used through a stream, as those in containers are.
type afar struct{ near machine.Maker }

// Make puts a stream before a machine.
func (a afar) Make(ctx context.Context, spec machine.Spec) (machine.Machine, error) {
	here, there := net.Pipe()
	m := &distant{}
	host := remote.Host{Make: func(ctx context.Context, spec machine.Spec, _ json.RawMessage) (made machine.Machine, err error) {
		m.near, err = a.near.Make(ctx, spec)
		return m.near, err
	}}
	go host.Serve(context.WithoutCancel(ctx), there)
	link, err := remote.Connect(here)
	if err == nil {
		m.Machine, err = link.Make(ctx, "afar", spec, nil)
	}
	return m, err
}

type distant struct {
	*remote.Machine
	near machine.Machine
}

// Remove takes the machine away after its stream.
func (d *distant) Remove() error { return errors.Join(d.Machine.Remove(), d.near.Remove()) }
