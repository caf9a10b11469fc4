package docker

import (
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// needEngine gives the container engine. Without one the test is skipped, unless
// CONFORM_REQUIRE names docker.
func needEngine(t *testing.T) *engine.Engine {
	t.Helper()
	if testing.Short() {
		t.Skip("runs containers")
	}
	e, err := engine.Probe(t.Context(), engine.Here())
	if err == nil {
		return e
	}
	if slices.Contains(strings.Split(os.Getenv("CONFORM_REQUIRE"), ","), "docker") {
		t.Fatal("CONFORM_REQUIRE wants docker: ", err)
	}
	t.Skip(err)
	return nil
}

// containers is a backend in real containers, whose subject is the looker.
func containers(t *testing.T, lanes int, names map[string]string) *Backend {
	t.Helper()
	e := needEngine(t)
	looker := filepath.Join(t.TempDir(), "looker")
	build := exec.Command("go", "build", "-o", looker, "./testdata/looker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	store, err := companion.Open(companion.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Engine: e, Subject: looker, Lanes: lanes, Edition: "2026-07-02", Names: names}
	for program, path := range map[companion.Binary]*string{companion.Keeper: &o.Keeper, companion.Lane: &o.Lane, companion.Pi: &o.Pi} {
		if *path, err = store.Path(t.Context(), program); err != nil {
			t.Fatal(err)
		}
	}
	b, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		if left, err := b.Left(context.Background()); err != nil || len(left) > 0 {
			t.Errorf("left %v, %v", left, err)
		}
	})
	return b
}

// seen is what the looker says of a name.
type seen struct{ Name, Address, Issuer, Error string }

// Each public name leads a client in a lane's container, one that knows nothing of
// the proxy, to that lane alone, with a certificate of the run's authority; and
// no other name leads anywhere.
func TestPublicNamesLeadToTheirLane(t *testing.T) {
	const gateway = "gateway.acme.example"
	b := containers(t, 2, map[string]string{gateway: "192.88.99.1"})
	names := append(providers.PublicHosts(), gateway)
	addresses := map[netip.Addr]int{}
	for lane := range 2 {
		turn := &protocol.Turn{ID: "t", Harness: "pi_core", Sandbox: "local", Messages: []protocol.Message{{
			Role: "user", Content: strings.Join(append(slices.Clone(names), "example.com", "foreign:openrouter.ai"), " "),
		}}}
		ev, err := b.Stage(t.Context(), lane, world.Scenario{Cell: "look", Edition: "2026-07-02", Turn: turn, Script: providers.Script{Gateways: []string{gateway}}})
		if err != nil || ev.Failure != nil || ev.Outcome == nil {
			t.Fatalf("lane %d: %+v, %v", lane, ev, err)
		}
		var all []seen
		if err := json.Unmarshal([]byte(ev.Outcome.Reply), &all); err != nil || len(all) != len(names)+2 {
			t.Fatalf("lane %d: %v: %s", lane, err, ev.Outcome.Reply)
		}
		for i, name := range names {
			s := all[i]
			at, err := netip.ParseAddrPort(s.Address)
			if s.Name != name || s.Error != "" || err != nil || at.Port() != 443 || at.Addr().IsLoopback() || s.Issuer != "conform run authority" {
				t.Errorf("lane %d: %+v", lane, s)
				continue
			}
			addresses[at.Addr()] = lane
			arrived := 0
			for _, c := range ev.Egress {
				if c.Host == name+":443" && c.Direct && c.Allowed && c.Reason == "" {
					arrived++
				}
			}
			if arrived != 1 {
				t.Errorf("lane %d: %d connections to %s arrived: %+v", lane, arrived, name, ev.Egress)
			}
		}
		if s := all[len(names)]; !strings.Contains(s.Error, "lookup example.com") {
			t.Errorf("lane %d: a name of nobody leads somewhere: %+v", lane, s)
		}
		if s := all[len(names)+1]; !strings.Contains(s.Error, "certificate signed by unknown authority") {
			t.Errorf("lane %d: for one who does not know the authority: %+v", lane, s)
		}
	}
	if len(addresses) != 2 {
		t.Errorf("two lanes have the addresses %v", addresses)
	}
}
