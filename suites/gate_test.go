package suites

import (
	"slices"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
)

const (
	catalogCell   = plainCell + "+observe=catalog"
	functionsCell = plainCell + "+observe=functions"
)

func stageCatalog(in In) *protocol.Catalog {
	pi := []string{"direct"}
	if slices.ContainsFunc(in.Want.Facts, func(f matrix.Fact) bool { return f.Name == "wire.slug" }) { // the revision
		pi = []string{"direct", "custom"}
	}
	choices := []protocol.OptionGroup{{Label: "openai", Options: []protocol.Option{{Label: "gpt-4o-mini"}}}}
	return &protocol.Catalog{Harnesses: []protocol.Harness{
		{Key: "pi_core", Deployments: pi, ModelChoices: choices},
		{Key: "pi_agenta", Deployments: pi, ModelChoices: choices},
		{Key: "claude", Deployments: []string{"direct", "bedrock", "vertex"}},
	}}
}

func functionAnswers() []evidence.Probe {
	allowed := protocol.AllowedOutput{Allowed: []string{"openai/gpt-5.5", "groq/llama-3.1-8b-instant"}, Picked: "openai/gpt-5.5"}
	return []evidence.Probe{
		answer("values", allowed), answer("ids", allowed),
		answer("bare-openai", protocol.AllowedOutput{Picked: "openai/gpt-5.5"}),
		answer("bare-codex", protocol.AllowedOutput{Picked: "openai-codex/gpt-5.5"}),
		answer("unsettable", protocol.AllowedOutput{Error: &protocol.Failure{Class: "ModelNotSettableError", Message: "acme-nowhere-1; allowed: openai/gpt-4010"}}),
		answer("unknown-harness", protocol.GateOutput{}), answer("vertex", protocol.GateOutput{}), answer("vertex_ai", protocol.GateOutput{}),
		answer("vertex-on-pi", protocol.GateOutput{Error: &protocol.Failure{Class: "UnsupportedDeploymentError"}}),
		answer("mode", protocol.GateOutput{Error: &protocol.Failure{Class: "UnsupportedConnectionModeError"}}),
	}
}

func TestGate(t *testing.T) {
	refusedRun := func(clause, cell string) flaw {
		return flaw{clause: clause, name: "refused", cell: cell, spoil: func(ev *evidence.Evidence) {
			noWire(ev)
			class("UnsupportedDeploymentError")(ev)
		}, want: []string{
			"run requests (error of the caller: UnsupportedDeploymentError wrong) Expected <int>: 0 to equal <int>: 1",
			"class of the error Expected <string>: UnsupportedDeploymentError not to have prefix <string>: Unsupported"}}
	}
	gated := func(label, class string) func(*evidence.Evidence) {
		return probed(label, protocol.GateOutput{Error: &protocol.Failure{Class: class}})
	}
	onClaude := "claude/local/custom_provider/anthropic/named/base-url/built-in/strict-unset"
	onCodex := "codex/local/provider_key/openai/named/no-url/built-in/strict-unset"
	named := "pi_core/local/custom_provider/azure/named/no-url/built-in/strict-unset"
	byDefault := "pi_core/local/custom_provider/azure/default/no-url/built-in/strict-unset"
	judgeFlaws(t, gate(), []flaw{
		refusedRun("GATE-1", plainCell),
		{clause: "GATE-1", name: "sent twice", cell: plainCell, spoil: func(ev *evidence.Evidence) { ev.Wire = append(ev.Wire, ev.Wire[0]) }, want: []string{
			"run requests (error of the caller: ) Expected <int>: 2 to equal <int>: 1"}},
		refusedRun("GATE-2", "pi_agenta/local/custom_provider/openrouter/named/no-url/built-in/strict-unset"),
		refusedRun("GATE-3", "pi_agenta/local/custom_provider/groq/named/base-url/custom-id/strict-unset"),
		refusedRun("GATE-4", "pi_core/local/custom_provider/mistralai/default/no-url/built-in/strict-unset"),
		{clause: "GATE-5", name: "let through", cell: named, spoil: func(ev *evidence.Evidence) { ev.Outcome.Error = nil; ranAnyway(ev) }, want: []string{
			"class of the error () Expected <string>: to equal <string>: UnsupportedDeploymentError",
			"a run request, although the agent's request is to be refused Expected <bool>: true to be false"}},
		{clause: "GATE-6", name: "vault read first", cell: byDefault, spoil: func(ev *evidence.Evidence) { ev.Vault = []vault.Call{{Method: "GET", Path: "/api/secrets/"}} }, want: []string{
			"calls to the vault before the refusal Expected <[]string | len:1, cap:1>: [\"GET /api/secrets/\"] to be empty"}},
		{clause: "GATE-6", name: "another class", cell: byDefault, spoil: class("UnsupportedDeploymentError"), want: []string{
			"class of the error (wrong) Expected <string>: UnsupportedDeploymentError to equal <string>: UnsupportedProviderError"}},
		{clause: "GATE-7", name: "any mode", cell: functionsCell, spoil: probed("mode", protocol.GateOutput{}), want: []string{
			"what the gates say of mode Expected <string>: to equal <string>: UnsupportedConnectionModeError"}},
		{clause: "GATE-7", name: "no probe", cell: functionsCell, spoil: noProbes, reason: "the subject offers no such probe"},
		{clause: "GATE-8", name: "families as deployments", cell: catalogCell, spoil: func(ev *evidence.Evidence) { ev.Catalog.Harnesses[1].Deployments = []string{"direct", "openai"} }, want: []string{
			`deployments of pi_agenta Expected <[]string | len:2, cap:2>: ["direct", "openai"] to consist of <[]string | len:1, cap:1>: ["direct"]…`}},
		{clause: "GATE-8", name: "no pi", cell: catalogCell, spoil: func(ev *evidence.Evidence) { ev.Catalog.Harnesses = ev.Catalog.Harnesses[1:] }, want: []string{
			"pi_core in the catalog Expected <bool>: false to be true",
			`deployments of pi_core Expected <[]string | len:0, cap:0>: nil to consist of <[]string | len:1, cap:1>: ["direct"]…`}},
		{clause: "GATE-9", name: "a family", cell: catalogCell, spoil: func(ev *evidence.Evidence) { ev.Catalog.Harnesses[2].Deployments = []string{"direct", "gemini"} }, want: []string{
			`deployments of claude Expected <[]string | len:2, cap:2>: ["direct", "gemini"] not to contain element matching <string>: gemini`}},
		{clause: "GATE-9", name: "no catalog", cell: catalogCell, spoil: func(ev *evidence.Evidence) { ev.Catalog = nil }, want: []string{
			"the catalog Expected <*protocol.Catalog | 0x0>: nil not to be nil"}},
		{clause: "GATE-10", name: "another status", cell: named, spoil: func(ev *evidence.Evidence) { ev.Outcome.Status = 500 }, want: []string{"HTTP status of the refusal…"}},
		{clause: "GATE-11", name: "vertex on pi", cell: functionsCell, spoil: probed("vertex-on-pi", protocol.GateOutput{}), want: []string{
			"what the gates say of vertex-on-pi Expected <string>: to equal <string>: UnsupportedDeploymentError"}},
		{clause: "GATE-11", name: "alias refused", cell: functionsCell, spoil: gated("vertex_ai", "UnsupportedDeploymentError"), want: []string{
			"what the gates say of vertex_ai Expected <string>: UnsupportedDeploymentError to equal <string>:"}},
		{clause: "GATE-12", name: "degraded", cell: byDefault, spoil: func(ev *evidence.Evidence) { noAnswer(ev); ranAnyway(ev) }, want: []string{
			"class of the refusal Expected <string>: not to be empty", "a run request, degraded instead of refused Expected <bool>: true to be false"}},
		{clause: "GATE-13", name: "refused", cell: onClaude, spoil: class("UnsupportedProviderError"), want: []string{
			"class of the error Expected <string>: UnsupportedProviderError not to have prefix <string>: Unsupported"}},
		{clause: "GATE-13", name: "let through", cell: "claude/local/provider_key/groq/named/no-url/built-in/strict-unset", spoil: ranAnyway, want: []string{
			"a run request, although the agent's request is to be refused Expected <bool>: true to be false"}},
		{clause: "GATE-14", name: "address lost", cell: onClaude, spoil: body("endpoint", nil), want: []string{"endpoint of the run request…"}},
		{clause: "GATE-14", name: "as custom", cell: onClaude, spoil: body("deployment", "custom"), want: []string{
			"deployment of the run request Expected <string>: custom to equal <string>: direct"}},
		{clause: "GATE-15", name: "refused", cell: functionsCell, spoil: gated("unknown-harness", "UnsupportedProviderError"), want: []string{
			"what the gates say of unknown-harness Expected <string>: UnsupportedProviderError to equal <string>:"}},
		{clause: "GATE-18", name: "blamed on the provider", cell: onCodex, spoil: func(ev *evidence.Evidence) {
			noWire(ev)
			class("UnsupportedProviderError")(ev)
		}, want: []string{"a run request with a connection of a listed family (UnsupportedProviderError wrong) Expected <*runner.Call | 0x0>: nil not to be nil"}},
		{clause: "GATE-18", name: "refused without its name", cell: onCodex, spoil: func(ev *evidence.Evidence) {
			noWire(ev)
			class("InvalidHarnessError")(ev)
			ev.Outcome.Error.Stage = "config"
		}, want: []string{
			"the harness in the text of the refusal Expected <string>: wrong to contain substring <string>: codex",
			"calls to the vault before the harness is refused…"}},
	})
}

func TestEachClauseOfACellIsJudgedOnce(t *testing.T) {
	in := look(t, loadMatrix(t), plainCell)
	ids := Clauses(checksOf(t, plan), in.Case, in.Want)
	slices.Sort(ids)
	if twice := len(ids) - len(slices.Compact(ids)); twice > 0 {
		t.Errorf("%d clauses are judged more than once in %s", twice, plainCell)
	}
}
