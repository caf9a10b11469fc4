package world_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

const (
	key    = world.Mark + "bcdfghjklmnpqrstvwxzbcdf"
	caller = world.Mark + "zzzzghjklmnpqrstvwxzbcdf"
)

// open makes a world of one lane whose subject is a driver of that kind.
func open(t testing.TB, kind string) *world.World {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.New(t.Context(), world.Options{
		Dir: t.TempDir(), Edition: "2026-07-02", Pi: world.Pi{Kind: "fake", Binary: self},
		Subject:  world.Subject{Command: []string{self}, Env: []string{"WORLD_TEST_DRIVER=" + kind}},
		Timeouts: world.Timeouts{Start: 10 * time.Second, Case: 10 * time.Second, Settle: 2 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if left := processesOf(w.Dir); len(left) > 0 {
			t.Errorf("still running: %v", left)
		}
	})
	return w
}

// processesOf lists the processes whose environment or executable is of a world.
func processesOf(dir string) []string {
	var left []string
	envs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, f := range envs {
		if text, err := os.ReadFile(f); err == nil && strings.Contains(string(text), dir+"/") {
			left = append(left, f)
		}
	}
	return left
}

// scenario is a turn that says something to the driver.
func scenario(say string) world.Scenario {
	return world.Scenario{
		Cell: "cell/" + say, Edition: "2026-07-02",
		Secrets: []world.Canary{
			{Secret: evidence.Secret{Label: "chosen:main", Role: evidence.RoleChosen, Kind: "openrouter"}, Value: key},
			{Secret: evidence.Secret{Label: "caller:key", Role: evidence.RoleCaller}, Value: caller},
		},
		Vault:    map[string][]vault.Record{"ApiKey " + caller: {vault.Key("main", "openrouter", key)}},
		Login:    `{"openrouter":{"type":"api_key","key":"` + world.Mark + `operatoroperatoroperator"}}`,
		Settings: "{}",
		Script:   providers.Script{Keys: map[string][]string{"openrouter.ai": {key}}, Reply: "Hello."},
		Turn: &protocol.Turn{
			ID: "turn", Credential: "ApiKey " + caller, Harness: "pi_core", Sandbox: "local",
			Messages: []protocol.Message{{Role: "user", Content: say}},
		},
	}
}

func stage(t testing.TB, w *world.World, s world.Scenario) *evidence.Evidence {
	t.Helper()
	ev, err := w.Lane(0).Stage(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

func sighted(ev *evidence.Evidence, label, place string) bool {
	return slices.ContainsFunc(ev.Sightings, func(s evidence.Sighting) bool { return s.Label == label && s.Place == place })
}

func TestATurn(t *testing.T) {
	w := open(t, "good")
	ev := stage(t, w, scenario("turn"))
	if ev.Failure != nil {
		t.Fatalf("failure: %+v", ev.Failure)
	}
	if ev.Outcome == nil || !ev.Outcome.OK || !strings.Contains(ev.Outcome.Reply, "Hello.") {
		t.Errorf("outcome: %+v", ev.Outcome)
	}
	if len(ev.Vault) != 1 || len(ev.Providers) != 1 || len(ev.Egress) != 1 || len(ev.Processes) != 1 {
		t.Errorf("%d vault, %d providers, %d egress, %d processes", len(ev.Vault), len(ev.Providers), len(ev.Egress), len(ev.Processes))
	}
	if ev.Pi.Version != "0.0.1-test" || ev.Subject.Name != "tiny" {
		t.Errorf("pi %+v subject %+v", ev.Pi, ev.Subject)
	}
	for _, place := range []string{"processes[0].env[OPENROUTER_API_KEY]", "providers[0].header[authorization]", "during[key.txt].content", "log[0]"} {
		if !sighted(ev, "chosen:main", place) {
			t.Errorf("no sighting in %s; there are %v", place, ev.Sightings)
		}
	}
	if !sighted(ev, "caller:key", "vault[0].authorization") || !sighted(ev, "unknown", "operator.after[auth.json].content") {
		t.Errorf("sightings %v", ev.Sightings)
	}
	if len(ev.Left) != 0 {
		t.Errorf("left: %+v", ev.Left)
	}
	if len(ev.Log) != 1 || ev.Log[0] != "resolved «chosen:main»" {
		t.Errorf("log: %q", ev.Log)
	}
	labels := map[string]bool{}
	for _, s := range ev.Secrets {
		labels[s.Label] = true
	}
	if !labels["infra:AGENTA_RUNNER_TOKEN"] || !labels["chosen:main"] {
		t.Errorf("secrets: %v", labels)
	}
}

func TestCasesDoNotSeeEachOther(t *testing.T) {
	w := open(t, "good")
	first := stage(t, w, scenario("leave"))
	if len(first.Left) != 1 || first.Left[0].Path != "key.txt" || first.Left[0].Content != "«chosen:main»" {
		t.Errorf("left: %+v", first.Left)
	}
	stage(t, w, scenario("login"))
	second := stage(t, w, scenario("count"))
	if second.Outcome.Reply != "3" {
		t.Errorf("the instance was replaced: %s", second.Outcome.Reply)
	}
	if len(second.Left)+len(second.During)+len(second.Vault)+len(second.Processes)+len(second.Log) != 0 {
		t.Errorf("it saw another case: %+v", second)
	}
	if b := second.Operator.Before; len(b) != 2 || !strings.Contains(b[0].Content, "openrouter") {
		t.Errorf("the login was not restored: %+v", b)
	}
}

func TestASetupOfItsOwn(t *testing.T) {
	w := open(t, "good")
	s := scenario("environment")
	s.Setup = world.Setup{Polluted: true, Policy: map[string]string{"AGENTA_AGENT_MODEL_STRICT": "true"}}
	ev := stage(t, w, s)
	for _, want := range []string{"OPENROUTER_API_KEY=«ambient:OPENROUTER_API_KEY»", "AWS_PROFILE=profile-«ambient:AWS_PROFILE»", "AGENTA_AGENT_MODEL_STRICT=true", "DAYTONA_API_KEY=«infra:DAYTONA_API_KEY»", "NO_PROXY=127.0.0.1,localhost"} {
		if !strings.Contains(ev.Outcome.Reply, want) {
			t.Errorf("no %s in\n%s", want, ev.Outcome.Reply)
		}
	}
	if len(ev.Input.Ambient) != 29 {
		t.Errorf("%d ambient names", len(ev.Input.Ambient))
	}
	clean := stage(t, w, scenario("environment"))
	if strings.Contains(clean.Outcome.Reply, "OPENROUTER_API_KEY") || len(clean.Input.Ambient) != 0 {
		t.Errorf("the clean setup is polluted:\n%s", clean.Outcome.Reply)
	}
}

func TestReadOnlyTemp(t *testing.T) {
	w := open(t, "good")
	s := scenario("temp")
	s.ReadOnlyTemp = true
	if ev := stage(t, w, s); ev.Outcome.OK {
		t.Errorf("something was created: %+v", ev.Outcome)
	}
	if ev := stage(t, w, scenario("temp")); !ev.Outcome.OK || len(ev.Left) != 1 {
		t.Errorf("the root was not restored: %+v", ev)
	}
}

func TestStrayCallsAreRefusedAndSeen(t *testing.T) {
	w := open(t, "good")
	ev := stage(t, w, scenario("stray"))
	if len(ev.Egress) != 1 || ev.Egress[0].Allowed || ev.Egress[0].Reason == "" || ev.Egress[0].Host != "telemetry.example:443" {
		t.Errorf("egress: %+v", ev.Egress)
	}
}

func TestAbort(t *testing.T) {
	w := open(t, "good")
	s := scenario("turn")
	s.Abort = true
	s.Script.Behaviour = providers.Behaviour{Kind: providers.Stall}
	ev := stage(t, w, s) // this driver ignores cancel: its turn is never answered
	if ev.Failure != nil || len(ev.Providers) != 1 {
		t.Errorf("got %+v", ev)
	}
	if next := stage(t, w, scenario("turn")); !next.Outcome.OK || len(next.Processes) != 1 {
		t.Errorf("the next case: %+v", next)
	}
}

func TestPiMayEndAfterTheAnswer(t *testing.T) {
	w := open(t, "good")
	ev := stage(t, w, scenario("linger"))
	if len(ev.Processes) != 1 || ev.Processes[0].Exit == nil {
		t.Errorf("processes: %+v", ev.Processes)
	}
	ev = stage(t, w, scenario("stay"))
	if len(ev.Processes) != 1 || ev.Processes[0].Exit != nil || !strings.Contains(strings.Join(ev.Log, " "), "outlived the case") {
		t.Errorf("processes: %+v log: %q", ev.Processes, ev.Log)
	}
}

func TestPickerAndChoice(t *testing.T) {
	w := open(t, "good")
	s := scenario("turn")
	turn := s.Turn
	s.Turn, s.Picker = nil, &protocol.PickerQuery{Credential: turn.Credential}
	s.Choose = &world.Choice{Slug: "main", Model: "a", Turn: *turn}
	ev := stage(t, w, s)
	if ev.Picker == nil || ev.Outcome == nil || !ev.Outcome.OK || ev.Input.Turn == nil {
		t.Errorf("got %+v", ev)
	}
	s.Choose.Model = "b"
	if ev := stage(t, w, s); ev.Picker == nil || ev.Outcome != nil || ev.Input.Turn != nil {
		t.Errorf("an option that is not offered was taken: %+v", ev)
	}
}

func TestWhatASubjectCannotDoIsLeftOut(t *testing.T) {
	w := open(t, "good")
	s := scenario("turn")
	s.Turn, s.Catalog = nil, true
	s.Probes = []world.LabelledProbe{
		{Label: "one", Probe: protocol.Probe{Name: protocol.ProbeGate, Input: []byte("{}")}},
		{Label: "two", Probe: protocol.Probe{Name: protocol.ProbeDump, Input: []byte("{}")}},
	}
	ev := stage(t, w, s)
	if ev.Failure != nil || ev.Catalog != nil || len(ev.Probes) != 1 || ev.Probes[0].Error != "not like this" {
		t.Errorf("got %+v", ev)
	}
	s.Catalog, s.Health = false, true
	if ev := stage(t, w, s); ev.Health != nil || ev.Failure != nil {
		t.Errorf("got %+v", ev)
	}
}

func TestInterruptionKillsTheCase(t *testing.T) {
	w := open(t, "good")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 300*time.Millisecond, context.Canceled)
	defer cancel()
	start := time.Now()
	if ev, err := w.Lane(0).Stage(ctx, scenario("hang")); err == nil {
		t.Errorf("got %+v", ev)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if ev := stage(t, w, scenario("count")); ev.Outcome.Reply != "1" {
		t.Errorf("the next case has no fresh instance: %+v", ev.Outcome)
	}
}
