package world_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/internal/world"
)

// away is a turn in the sandbox cloud.
func away(say string) world.Scenario {
	s := scenario(say)
	s.Turn.Sandbox = "daytona"
	return s
}

func shownVar(r flight.Record, name string) string {
	for _, v := range r.Env {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

func TestATurnInASandbox(t *testing.T) {
	w := open(t, "good")
	ev := stage(t, w, away("sandbox"))
	if ev.Failure != nil || ev.Outcome == nil || !ev.Outcome.OK || len(ev.Processes) != 1 || ev.Cloud == nil {
		t.Fatalf("failure %+v, outcome %+v, %d processes", ev.Failure, ev.Outcome, len(ev.Processes))
	}
	p := ev.Processes[0]
	if got := shownVar(p, "HOME"); got != "/home/sandbox" || p.AgentDir != "/home/sandbox/.pi/agent" || shownVar(p, "DAYTONA_SANDBOX_ID") != "sandbox-1" {
		t.Errorf("home %s, folder %s, sandbox %s", got, p.AgentDir, shownVar(p, "DAYTONA_SANDBOX_ID"))
	}
	if key := ev.Providers[0].Key; key != evidence.Mark("chosen:main") {
		t.Errorf("the provider was shown %s", key)
	}
	if got := shownVar(p, "OPENROUTER_API_KEY"); got != daytona.PlaceholderPrefix+evidence.Mark("placeholder:OPENROUTER_API_KEY") {
		t.Errorf("the sandbox was shown %s", got)
	}
	if len(ev.Egress) != 1 || ev.Egress[0].Host != "openrouter.ai:443" || !ev.Egress[0].Allowed {
		t.Errorf("egress %+v", ev.Egress)
	}
	if b := ev.Cloud.Sandboxes; len(b) != 1 || b[0].State != daytona.Destroyed || len(ev.Cloud.Left) != 0 {
		t.Errorf("sandboxes %+v, left %v", b, ev.Cloud.Left)
	}
	for _, s := range ev.Sightings {
		if s.Label == "chosen:main" && strings.HasPrefix(s.Place, "processes[") {
			t.Errorf("the key itself got into the sandbox: %+v", s)
		}
		if s.Label == "unknown" && !strings.HasPrefix(s.Place, "operator.") {
			t.Errorf("sighting %+v", s)
		}
	}
	if again := stage(t, w, scenario("turn")); again.Cloud != nil {
		t.Error("the cloud of the case before is in the evidence of the next")
	}
}

func TestASandboxThatIsLeft(t *testing.T) {
	w := open(t, "good")
	ev := stage(t, w, away("sandbox-left"))
	if b := ev.Cloud.Sandboxes; len(b) != 1 || b[0].State != daytona.Started {
		t.Errorf("sandboxes %+v", b)
	}
	if left := ev.Cloud.Left; len(left) != 1 || left[0].Path != "/home/sandbox/.pi/agent/auth.json" {
		t.Errorf("left %+v", left)
	}
}

func TestAFailingCloud(t *testing.T) {
	w := open(t, "good")
	s := away("sandbox")
	s.Cloud = daytona.Faults{Create: true}
	if ev := stage(t, w, s); ev.Failure != nil || ev.Outcome == nil || ev.Outcome.Error == nil || ev.Outcome.Error.Class != "NoSandbox" {
		t.Errorf("failure %+v, outcome %+v", ev.Failure, ev.Outcome)
	}
}

func TestATwin(t *testing.T) {
	w := open(t, "good")
	s := away("sandbox")
	twin := *s.Turn
	twin.ID, twin.Sandbox = "twin", "local"
	twin.Messages[0].Content = "sandbox"
	s.Twin = &twin
	ev := stage(t, w, s)
	if ev.Twin == nil || ev.Twin.Outcome == nil || !ev.Twin.Outcome.OK || len(ev.Twin.Processes) != 1 || len(ev.Twin.Providers) != 1 {
		t.Fatalf("twin %+v, failure %+v", ev.Twin, ev.Failure)
	}
	if id := shownVar(ev.Twin.Processes[0], "DAYTONA_SANDBOX_ID"); id != "" {
		t.Errorf("the twin ran in %s", id)
	}
	if len(ev.Processes) != 1 || len(ev.Providers) != 1 || len(ev.Vault) != 1 || shownVar(ev.Processes[0], "DAYTONA_SANDBOX_ID") == "" {
		t.Errorf("%d processes, %d requests, %d vault reads", len(ev.Processes), len(ev.Providers), len(ev.Vault))
	}
}
