package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
	"github.com/agenta-ai/conform/fakes/daytona/machine/remote"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/internal/world"
)

// keeper plays the keeper and the agents of its containers.
type keeper struct {
	says    string // its answer to a lane that asks
	got     chan furniture
	records []flight.Record // of a Pi in each container
	ends    chan net.Conn   // the container's side of the stream
}

func (k *keeper) open(t *testing.T) func() (net.Conn, error) {
	return func() (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			io.WriteString(far, k.says+"\n")
			if !strings.Contains(k.says, "container") {
				far.Close()
				return
			}
			k.ends <- far
			records := k.records
			h := remote.Host{
				Make: func(ctx context.Context, spec machine.Spec, more json.RawMessage) (machine.Machine, error) {
					var f furniture
					err := json.Unmarshal(more, &f)
					k.got <- f
					if err != nil {
						return nil, err
					}
					return process.Maker{Dir: t.TempDir()}.Make(ctx, spec)
				},
				Call: func(_ context.Context, name string, _ json.RawMessage) (any, error) {
					l := landed{Records: records}
					records = nil // taken
					return l, nil
				},
			}
			h.Serve(context.Background(), far)
		}()
		return near, nil
	}
}

func made(t *testing.T, k *keeper) (*Maker, machine.Machine, error) {
	k.got, k.ends = make(chan furniture, 1), make(chan net.Conn, 1)
	m := NewMaker(k.open(t), world.Furniture{Authority: []byte("ca"), Sidecar: func() flight.Sidecar { return flight.Sidecar{Banner: "hello"} }, Path: []string{"/opt/node"}})
	made, err := m.Make(t.Context(), machine.Spec{ID: "one"})
	return m, made, err
}

func TestAContainerIsFurnished(t *testing.T) {
	t.Parallel()
	k := &keeper{says: `{"container":"c1"}`}
	_, c, err := made(t, k)
	if err != nil {
		t.Fatal(err)
	}
	if f := <-k.got; string(f.Authority) != "ca" || f.Sidecar.Banner != "hello" || f.Path[0] != "/opt/node" {
		t.Errorf("got %+v", f)
	}
	if c.Name() != "container c1" || c.Err() != nil {
		t.Errorf("%s, %v", c.Name(), c.Err())
	}
	if err := errors.Join(c.Remove(), c.Remove()); err != nil {
		t.Error(err)
	}
	if err := c.Err(); err != nil {
		t.Errorf("one that was removed: %v", err)
	}
}

func TestNoContainer(t *testing.T) {
	t.Parallel()
	_, _, err := made(t, &keeper{says: `{"error":"no room"}`})
	if err == nil || err.Error() != "make a container for a sandbox: no room" {
		t.Errorf("got %v", err)
	}
}

func TestRecordsComeFromLivingAndRemovedContainers(t *testing.T) {
	t.Parallel()
	k := &keeper{says: `{"container":"c1"}`, records: []flight.Record{{PID: 7}}}
	m, c, err := made(t, k)
	if err != nil {
		t.Fatal(err)
	}
	take := func(want int) {
		t.Helper()
		if records, _, err := m.Landed(t.Context()); err != nil || len(records) != want {
			t.Errorf("%v, %v", records, err)
		}
	}
	take(1)
	take(0)
	if err := c.Remove(); err != nil {
		t.Fatal(err)
	}
	take(0)
	if m, c, err = made(t, k); err == nil {
		err = c.Remove()
	}
	if err != nil {
		t.Fatal(err)
	}
	take(1)
	m.forget(nil, []flight.Record{{}})
	m.Forget()
	take(0)
}

func TestAContainerThatEndsByItself(t *testing.T) {
	t.Parallel()
	k := &keeper{says: `{"container":"c1"}`}
	m, c, err := made(t, k)
	if err != nil {
		t.Fatal(err)
	}
	(<-k.ends).Close()
	for deadline := time.Now().Add(time.Minute); c.Err() == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nobody notices")
		}
	}
	if err := c.Err(); err.Error() != "container c1 ended by itself: the machine does not answer any more" {
		t.Error(err)
	}
	if records, _, err := m.Landed(t.Context()); err != nil || records != nil {
		t.Errorf("%v, %v", records, err)
	}
	if err := c.Remove(); err == nil || !strings.Contains(err.Error(), "remove container c1") {
		t.Error(err)
	}
}
