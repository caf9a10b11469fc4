package subjectcheck_test

import (
	"context"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/evidence/runrequest"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/internal/subjectcheck"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// stage is a lane whose evidence a test writes.
type stage func(s world.Scenario) *evidence.Evidence

func (f stage) Stage(_ context.Context, s world.Scenario) (*evidence.Evidence, error) {
	return f(s), nil
}

func questions() subjectcheck.Questions {
	return subjectcheck.Questions{
		Catalog: world.Scenario{Catalog: true}, Envmap: world.Scenario{Envmap: true}, Picker: world.Scenario{Picker: &protocol.PickerQuery{}},
		Turn: func(_ protocol.Description, harness, reply string) world.Scenario {
			s := world.Scenario{Turn: &protocol.Turn{Harness: harness}}
			s.Script.Reply = reply
			return s
		},
	}
}

// honest is the evidence of a subject that does all that it claims.
func honest(s world.Scenario) *evidence.Evidence {
	ev := &evidence.Evidence{
		Subject: protocol.Description{
			Name: "s", Version: "1", Protocol: "1.0", Editions: []string{"2026-07-02"}, Harnesses: []string{"pi_core"},
			Capabilities: []string{protocol.CapResolve, protocol.CapRun, protocol.CapCatalog, protocol.CapEnvmap, protocol.CapPicker},
		},
		Catalog: &protocol.Catalog{Harnesses: []protocol.Harness{{Key: "pi_core"}}},
		Envmap:  &protocol.Envmap{Copies: []protocol.EnvCopy{{Name: "vault"}}},
		Picker:  &protocol.Picker{Groups: []protocol.OptionGroup{{Label: "openai"}}},
		Secrets: []evidence.Secret{{Label: "chosen:main", Role: evidence.RoleChosen}, {Label: "caller:key", Role: evidence.RoleCaller}},
	}
	if s.Turn == nil {
		return ev
	}
	ev.Vault = []vault.Call{{Method: "GET", Path: "/api/secrets/", Authorization: "ApiKey «caller:key»"}}
	ev.Wire = []runner.Call{{Method: "POST", Path: "/run", Body: `{"secrets":{"K":"«chosen:main»"}}`, Status: 200, Forwarded: true}}
	ev.Processes = []flight.Record{{}}
	ev.Outcome = &protocol.Outcome{OK: true, Status: 200, Reply: s.Script.Reply}
	if s.Runner.Fault != runner.Sound {
		ev.Outcome = &protocol.Outcome{Status: 500, Error: &protocol.Failure{Class: "E", Message: "m"}}
	}
	return ev
}

func TestCheck(t *testing.T) {
	for name, test := range map[string]struct {
		change func(s world.Scenario, ev *evidence.Evidence)
		broken string // part of a fault
		claim  string // "name state"
	}{
		"honest": {func(world.Scenario, *evidence.Evidence) {}, "", "run proved"},
		"no key in the request": {func(s world.Scenario, ev *evidence.Evidence) {
			if s.Turn != nil {
				ev.Wire[0].Body = `{"secrets":{"K":"made up"}}`
			}
		}, "it was not resolved", ""},
		"through a gateway no key travels": {func(s world.Scenario, ev *evidence.Evidence) {
			if s.Turn != nil {
				ev.Wire[0].Body = `{"modelConnection":{"gatewayCredentials":{"header":"H","value":"g"}}}`
				ev.Requests = append(ev.Requests, requestOf(t, ev.Wire[0].Body))
			}
		}, "", "resolve proved"},
		"another credential": {func(s world.Scenario, ev *evidence.Evidence) {
			if s.Turn != nil {
				ev.Vault[0].Authorization = "ApiKey mine"
			}
		}, "which is not the turn's credential", ""},
		"an error without a text": {func(s world.Scenario, ev *evidence.Evidence) {
			if s.Turn != nil {
				ev.Wire, ev.Outcome = nil, &protocol.Outcome{Error: &protocol.Failure{Class: "E"}}
			}
		}, "its error says nothing", "resolve refuted"},
		"no Pi": {func(s world.Scenario, ev *evidence.Evidence) { ev.Processes = nil }, "", "run refuted"},
		"a Pi that is not claimed": {func(s world.Scenario, ev *evidence.Evidence) {
			ev.Subject.Capabilities = []string{protocol.CapResolve}
		}, "", "run works, not claimed"},
		"a harness that the catalog lacks": {func(s world.Scenario, ev *evidence.Evidence) {
			ev.Subject.Harnesses = []string{"pi_core", "claude"}
		}, "", "catalog refuted"},
		"no harness":      {func(s world.Scenario, ev *evidence.Evidence) { ev.Subject.Harnesses = nil }, "turns are claimed and no harness", ""},
		"no edition":      {func(s world.Scenario, ev *evidence.Evidence) { ev.Subject.Editions = nil }, "no edition is claimed", ""},
		"an empty picker": {func(s world.Scenario, ev *evidence.Evidence) { ev.Picker = &protocol.Picker{} }, "", "picker refuted"},
		"a death": {func(s world.Scenario, ev *evidence.Evidence) {
			ev.Failure = &evidence.Breakdown{Part: "subject", Cause: "the driver exited with status 1"}
		}, "subject: the driver exited with status 1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := subjectcheck.NewMessages()
			if err != nil {
				t.Fatal(err)
			}
			report, err := subjectcheck.Check(t.Context(), stage(func(s world.Scenario) *evidence.Evidence {
				ev := honest(s)
				test.change(s, ev)
				return ev
			}), m, questions())
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(report.Broken, "\n")
			if test.broken == "" && all != "" || !strings.Contains(all, test.broken) {
				t.Errorf("broken: %q, want %q", all, test.broken)
			}
			found := test.claim == ""
			for _, c := range report.Claims {
				found = found || c.Name+" "+string(c.State) == test.claim
			}
			if !found {
				t.Errorf("claims: %v, want %q among them", report.Claims, test.claim)
			}
		})
	}
}

func TestMessages(t *testing.T) {
	m, err := subjectcheck.NewMessages()
	if err != nil {
		t.Fatal(err)
	}
	m.Tap(protocol.ToDriver, []byte(`{"jsonrpc":"2.0","id":1,"method":"prepare","params":{}}`))
	m.Tap(protocol.FromDriver, []byte(`{"jsonrpc":"2.0","id":1,"result":{"runner_url":7}}`))
	m.Tap(protocol.ToDriver, []byte(`{"jsonrpc":"2.0","id":2,"method":"catalog"}`))
	m.Tap(protocol.FromDriver, []byte(`{"jsonrpc":"2.0","id":2,"result":{"harnesses":[]}}`))
	seen, invalid := m.Result()
	if seen != 4 || len(invalid) != 2 {
		t.Fatalf("%d messages, invalid: %q", seen, invalid)
	}
	for i, want := range []string{"message to driver, prepare: ", "message from driver, prepare: "} {
		if !strings.HasPrefix(invalid[i], want) {
			t.Errorf("%q, want %q", invalid[i], want)
		}
	}
}

func requestOf(t *testing.T, body string) runrequest.Request {
	t.Helper()
	r, err := runrequest.Read(body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
