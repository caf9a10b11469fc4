package suites

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
)

// findings judges the good evidence of a cell, spoilt, by all checks of the plan.
func findings(t *testing.T, cell string, spoil func(*evidence.Evidence)) map[string]verdict.Finding {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	in := look(t, loadEdition(t, plan), cell)
	spoil(in.Got)
	out := map[string]verdict.Finding{}
	for _, f := range Judge(For(c, plan), in) {
		out[f.Clause] = f
	}
	return out
}

// throughTheGateway turns the run request into one that carries what the
// platform's gateway gave.
func throughTheGateway(ev *evidence.Evidence) {
	ev.Secrets = append(ev.Secrets, evidence.Secret{Label: "gateway:gateway", Role: evidence.RoleGateway, Name: "gateway"})
	body, _ := json.Marshal(map[string]any{"harness": "pi_core", "model": "anthropic/claude-sonnet-4-5", "modelConnection": map[string]any{
		"provider": "anthropic", "deployment": "direct", "credentialMode": "none", "credentials": []any{},
		"gatewayCredentials": map[string]string{"header": "X-AG-Credentials", "value": "«gateway:gateway»"},
	}})
	ev.Wire[0].Body = string(body)
	ev.Sightings = []evidence.Sighting{{Label: "gateway:gateway", Place: "wire[0].body"}}
}

const throughCell = "pi_core/local/provider_key/anthropic/named/no-url/built-in/strict-unset+gateway=served+runner=echoes"

func TestARunThroughTheGateway(t *testing.T) {
	got := findings(t, throughCell, throughTheGateway)
	for clause, want := range map[string]verdict.Judgement{"RUN-5": verdict.Holds, "ISO-8": verdict.Holds, "WIRE-2": verdict.NotApplicable, "ISO-19": verdict.NotApplicable} {
		if got[clause].Judgement != want {
			t.Errorf("%s is %s, want %s: %q", clause, got[clause].Judgement, want, got[clause].Mismatches)
		}
	}
	if reason := got["WIRE-2"].Reason; !strings.HasPrefix(reason, "the run goes through the platform's gateway") {
		t.Errorf("WIRE-2 is not applicable because %q", reason)
	}
}

func TestTheGatewaysCredentialComesBack(t *testing.T) {
	got := findings(t, throughCell, func(ev *evidence.Evidence) {
		throughTheGateway(ev)
		ev.Sightings = append(ev.Sightings, evidence.Sighting{Label: "gateway:gateway", Place: "outcome.reply"})
	})
	for _, clause := range []string{"RUN-5", "ISO-8"} {
		if f := got[clause]; f.Judgement != verdict.Violated || !strings.Contains(f.Mismatches[0], "gateway:gateway at outcome.reply") {
			t.Errorf("%s is %s: %q", clause, f.Judgement, f.Mismatches)
		}
	}
}

// A gateway that is served excuses nobody who sends a key after all, and a
// request that looks like the gateway's excuses nobody where none is served.
func TestOnlyTheGatewayExcuses(t *testing.T) {
	if f := findings(t, throughCell, func(*evidence.Evidence) {})["WIRE-3"]; f.Judgement != verdict.Holds {
		t.Errorf("with a key WIRE-3 is %s: %s %q", f.Judgement, f.Reason, f.Mismatches)
	}
	if f := findings(t, strings.Replace(throughCell, "+gateway=served", "", 1), throughTheGateway)["WIRE-2"]; f.Judgement != verdict.Violated {
		t.Errorf("without a gateway WIRE-2 is %s: %s", f.Judgement, f.Reason)
	}
}

func TestKeysInTheTrace(t *testing.T) {
	for name, test := range map[string]struct {
		path string
		want verdict.Judgement
	}{
		"spans":         {"/api/otlp/v1/traces", verdict.Violated},
		"another route": {"/api/sessions/turns/query", verdict.Holds},
	} {
		t.Run(name, func(t *testing.T) {
			cell := strings.Replace(throughCell, "+gateway=served", "", 1)
			f := findings(t, cell, func(ev *evidence.Evidence) {
				ev.Platform = append(ev.Platform, platformCall(test.path))
				ev.Sightings = append(ev.Sightings, evidence.Sighting{Label: "chosen:main", Place: "platform[0].body"})
			})["RUN-5"]
			if f.Judgement != test.want {
				t.Errorf("RUN-5 is %s: %s %q", f.Judgement, f.Reason, f.Mismatches)
			}
		})
	}
}

// What a case could not show because of a violation is masked by it; what the
// subject cannot show at all stays not applicable.
func TestMasked(t *testing.T) {
	got := findings(t, plainCell, func(ev *evidence.Evidence) {
		ev.Subject.Capabilities = []string{protocol.CapResolve}
		ev.Wire, ev.Processes, ev.Providers = nil, nil, nil
		ev.Outcome = &protocol.Outcome{Status: 422, Error: &protocol.Failure{Class: "UnsupportedDeploymentError", Stage: "gate", Message: "no"}}
	})
	for clause, want := range map[string]verdict.Judgement{"GATE-1": verdict.Violated, "WIRE-2": verdict.Masked, "CFG-1": verdict.NotApplicable} {
		if got[clause].Judgement != want {
			t.Errorf("%s is %s, want %s: %s", clause, got[clause].Judgement, want, got[clause].Reason)
		}
	}
}

func platformCall(path string) vault.Call { return vault.Call{Method: "POST", Path: path, Status: 200} }
