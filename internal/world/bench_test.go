package world_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// real makes a world of the real companions: reference, fake Pi.
func real(t testing.TB, lanes int) *world.World {
	t.Helper()
	store, err := companion.Open(companion.Options{})
	if err != nil {
		t.Fatal(err)
	}
	pi, err := store.Path(t.Context(), companion.Pi)
	if err != nil {
		t.Fatal(err)
	}
	reference, err := store.Path(t.Context(), companion.Reference)
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.New(t.Context(), world.Options{
		Dir: t.TempDir(), Lanes: lanes, Edition: "2026-07-02", Pi: world.Pi{Kind: "fake", Binary: pi},
		Subject: world.Subject{Command: []string{reference}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// named is a run with a named OpenRouter connection and a built-in model.
func named() world.Scenario {
	return world.Scenario{
		Cell: "pi_core/local/provider_key/openrouter/named", Edition: "2026-07-02",
		Secrets:  []world.Canary{{Secret: evidence.Secret{Label: "chosen:main", Role: evidence.RoleChosen, Kind: "openrouter"}, Value: key}},
		Vault:    map[string][]vault.Record{"ApiKey x": {vault.Key("main", "openrouter", key)}},
		Settings: `{"retry":{"enabled":false}}`,
		Script:   providers.Script{Keys: map[string][]string{"openrouter.ai": {key}}, Reply: "Hello."},
		Turn: &protocol.Turn{
			ID: "turn-1", Credential: "ApiKey x", Harness: "pi_core", Sandbox: "local",
			LLM:      world.RawJSON(`{"model":"openai/gpt-4o-mini","provider":"openrouter","connection":{"mode":"agenta","slug":"main"}}`),
			Messages: []protocol.Message{{Role: "user", Content: "Say hello."}},
		},
	}
}

func TestTheRealPath(t *testing.T) {
	w := real(t, 1)
	ev := stage(t, w, named())
	if ev.Failure != nil {
		t.Fatalf("%+v", ev.Failure)
	}
	if ev.Outcome == nil || !ev.Outcome.OK || ev.Outcome.Reply != "Hello." {
		t.Errorf("outcome: %+v\nlog: %s", ev.Outcome, strings.Join(ev.Log, "\n"))
	}
	if len(ev.Vault) != 1 || len(ev.Wire) != 1 || len(ev.Providers) != 1 || len(ev.Processes) == 0 || len(ev.During) == 0 || len(ev.Left) != 0 {
		t.Errorf("%d vault, %d wire, %d providers, %d processes, during %v, left %v", len(ev.Vault), len(ev.Wire), len(ev.Providers), len(ev.Processes), ev.During, ev.Left)
	}
	for _, p := range ev.Processes {
		if p.Exit == nil {
			t.Errorf("process %d has no exit", p.PID)
		}
	}
}

// BenchmarkStage says how many cells a second two lanes give, and where the
// time of a cell goes.
func BenchmarkStage(b *testing.B) {
	for _, lanes := range []int{1, 2} {
		b.Run(fmt.Sprintf("lanes=%d", lanes), func(b *testing.B) {
			w := real(b, lanes)
			for i := range lanes { // starts are not what is measured
				if _, err := w.Lane(i).Stage(b.Context(), named()); err != nil {
					b.Fatal(err)
				}
			}
			var next atomic.Int64
			var mu sync.Mutex
			phases, processes := map[string]float64{}, 0
			b.ResetTimer()
			var wg sync.WaitGroup
			for i := range lanes {
				wg.Go(func() {
					for next.Add(1) <= int64(b.N) {
						ev, err := w.Lane(i).Stage(b.Context(), named())
						if err != nil || ev.Failure != nil || !ev.Outcome.OK {
							b.Errorf("%v %+v", err, ev)
							return
						}
						mu.Lock()
						processes += len(ev.Processes)
						for _, p := range ev.Phases {
							phases[p.Name] += p.Millis
						}
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cells/s")
			b.ReportMetric(float64(processes)/float64(b.N), "pi/cell")
			for _, name := range slices.Sorted(maps.Keys(phases)) {
				b.ReportMetric(phases[name]/float64(b.N), name+"-ms/cell")
			}
		})
	}
}
