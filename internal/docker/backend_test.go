package docker

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/docker/wire"
	"github.com/agenta-ai/conform/internal/world"
)

// TestMain makes the test binary play a keeper, by the name it is called by.
func TestMain(m *testing.M) {
	if kind, ok := strings.CutPrefix(filepath.Base(os.Args[0]), "keeper-"); ok {
		keep(kind)
		return
	}
	os.Exit(m.Run())
}

// keep plays a keeper of one lane.
func keep(kind string) {
	out := json.NewEncoder(os.Stdout)
	said := json.NewDecoder(bufio.NewReader(os.Stdin))
	for {
		var m wire.ToKeeper
		if said.Decode(&m) != nil {
			return
		}
		var asked wire.Request
		_ = json.Unmarshal(m.Say, &asked) // empty for what is for the keeper itself
		reply := func(r wire.Reply) {
			r.ID = asked.ID
			text, _ := json.Marshal(r)
			out.Encode(wire.FromKeeper{Said: text})
		}
		switch {
		case m.Close:
			out.Encode(wire.FromKeeper{Closed: true})
			return
		case m.Orders != nil && kind == "refuses":
			out.Encode(wire.FromKeeper{Error: "no room for a container"})
		case m.Orders != nil && kind == "dies":
			fmt.Fprintln(os.Stderr, "out of luck")
			os.Exit(3)
		case m.Orders != nil:
			out.Encode(wire.FromKeeper{Started: &wire.Started{Containers: []string{"c"}, Internal: true}})
		case asked.Open != nil:
			reply(wire.Reply{Opened: &wire.Opened{PiVersion: "1.2.3", Seal: "tight"}})
		case asked.Stage != nil && kind == "loses":
			out.Encode(wire.FromKeeper{Ended: "the container was killed"})
		case asked.Cancel != 0:
			asked.ID = asked.Cancel
			reply(wire.Reply{Error: "given up"})
		case asked.Stage != nil && asked.Stage.Cell != "slow":
			reply(wire.Reply{Evidence: &evidence.Evidence{Cell: asked.Stage.Cell}})
		}
	}
}

// opened opens a backend whose keeper is of this kind, on an engine that has nothing.
func opened(t *testing.T, kind string) (*Backend, error) {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	keeper := filepath.Join(dir, "keeper-"+kind)
	if err := os.Symlink(self, keeper); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "engine"))
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Write([]byte("[]"))
	})}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	e, err := engine.At(t.Context(), "unix://"+l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), Options{Engine: e, Keeper: keeper})
	if err == nil {
		t.Cleanup(func() {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return b, err
}

func TestOpenSaysWhyThereAreNoContainers(t *testing.T) {
	for kind, want := range map[string]string{
		"refuses": "docker backend: no room for a container",
		"dies":    "docker backend: the keeper of the containers ended: exit status 3: out of luck",
	} {
		if _, err := opened(t, kind); err == nil || err.Error() != want {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}

func TestStageGivesTheEvidenceOfTheLane(t *testing.T) {
	b, err := opened(t, "well")
	if err != nil {
		t.Fatal(err)
	}
	ev, err := b.Stage(t.Context(), 0, world.Scenario{Cell: "a"})
	if err != nil || ev.Cell != "a" || b.PiVersion() != "1.2.3" || b.SealedBy() != "tight" {
		t.Errorf("got %+v, %v", ev, err)
	}
	if left, err := b.Left(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestACancelledCaseIsGivenUp(t *testing.T) {
	b, err := opened(t, "well")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Stage(ctx, 0, world.Scenario{Cell: "slow"}); err == nil || err.Error() != "given up" {
		t.Errorf("got %v", err)
	}
	if ev, err := b.Stage(t.Context(), 0, world.Scenario{Cell: "next"}); err != nil || ev.Cell != "next" {
		t.Errorf("the lane is not free afterwards: %+v, %v", ev, err)
	}
}

func TestALostLaneIsNobodysFailure(t *testing.T) {
	b, err := opened(t, "loses")
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"a", "b"} { // the one it died of, and the next
		ev, err := b.Stage(t.Context(), 0, world.Scenario{Cell: cell})
		if err != nil || ev.Cell != cell || ev.Failure == nil || ev.Failure.Part != "world" || ev.Failure.Cause != "the container was killed" {
			t.Errorf("got %+v, %v", ev, err)
		}
	}
}
