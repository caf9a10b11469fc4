package suites

import (
	"slices"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/verdict"
)

func TestRes(t *testing.T) {
	cell := func(provider, connection, more string) string {
		return "pi_core/local/custom_provider/" + provider + "/" + connection + "/no-url/built-in/strict-unset" + more
	}
	const (
		claudeBedrock = "claude/local/custom_provider/bedrock/named/no-url/built-in/strict-unset"
		customCell    = "pi_core/local/custom_provider/custom/named/base-url/custom-id/strict-unset"
		selfManaged   = "pi_core/local/no-record/openrouter/self-managed/no-url/built-in/strict-unset"
		noRecord      = "pi_core/local/no-record/openrouter/default/no-url/built-in/strict-unset"
		sameNames     = plainCell + "+vault=same-name-same-models"
	)
	wrongClass := func(want string) []string {
		return []string{"class of the error (wrong) Expected <string>: HarnessError to equal <string>: " + want}
	}
	const ran = "a run request, although the agent's request is to be refused Expected <bool>: true to be false"
	const noRun = "the run request Expected <string>: no run request was seen to be empty"
	custom := func(clause, cell string) flaw {
		return flaw{clause: clause, name: "as custom", cell: cell, spoil: body("deployment", "custom"), want: []string{
			"deployment of the run request Expected <string>: custom to equal <string>: direct"}}
	}
	vaultCall := func(change func(*vault.Call)) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) { change(&ev.Vault[0]) }
	}
	judgeFlaws(t, res(), []flaw{
		custom("RES-1", plainCell),
		{clause: "RES-1", name: "no run", cell: plainCell, spoil: noWire, want: []string{
			noRun, "deployment of the run request Expected <string>: to equal <string>: direct"}},
		{clause: "RES-2", name: "address lost", cell: gatewayCell, spoil: body("endpoint", nil), want: []string{
			"endpoint of the run request Expected <*runrequest.Endpoint | 0x0>: nil not to be nil"}},
		{clause: "RES-2", name: "another address and provider", cell: gatewayCell, spoil: func(ev *evidence.Evidence) {
			body("endpoint", map[string]string{"baseUrl": "https://openrouter.ai/api/v1", "apiVersion": "1"})(ev)
			body("provider", "openai")(ev)
		}, want: []string{
			"provider of the run request Expected <string>: openai to equal <string>: openrouter",
			"baseUrl of the run request Expected <string>: https://openrouter.ai/api/v1 to equal <string>: https://llm.acme.example/team/v1",
			"apiVersion of the run request Expected <string>: 1 to equal <string>:"}},
		custom("RES-3", plainCell+"+spelling=upper-kind"),
		{clause: "RES-4", name: "as direct", cell: claudeBedrock, spoil: body("deployment", "direct"), want: []string{
			"deployment of the run request Expected <string>: direct to equal <string>: bedrock"}},
		{clause: "RES-5", name: "out of the set", cell: plainCell, spoil: body("deployment", "custom"), want: []string{
			`deployment of the run request Expected <[]string | len:4, cap:4>: ["direct", "azure", "bedrock", "vertex"] to contain element matching <string>: custom`}},
		{clause: "RES-5", name: "no run", cell: plainCell, spoil: noWire, want: []string{"the run request Expected <*runner.Call | 0x0>: nil not to be nil"}},
		{clause: "RES-6", name: "address lost", cell: customCell, spoil: body("endpoint", nil), want: []string{"endpoint of the run request…"}},
		custom("RES-6", customCell),
		{clause: "RES-7", name: "whole key", cell: plainCell + "+spelling=key", spoil: body("model", "main/openrouter/x"), want: []string{"model of the run request…"}},
		{clause: "RES-7", name: "no model", cell: plainCell + "+spelling=key-and-provider", spoil: body("model", nil), want: []string{"model of the run request…"}},
		{clause: "RES-8", name: "another record", cell: plainCell, spoil: func(ev *evidence.Evidence) { ev.Sightings = nil; seenAt("other:groq-key", "wire[0].body")(ev) }, want: []string{
			"the named record's key in the run request Expected <[]evidence.Sighting | len:0, cap:0>: nil not to be empty",
			"another record's key in the run request Expected <[]evidence.Sighting | len:1, cap:1>: […"}},
		{clause: "RES-8", name: "a guess", cell: plainCell + "+vault=misnamed", spoil: func(ev *evidence.Evidence) { class("HarnessError")(ev); ranAnyway(ev) }, want: append(
			wrongClass("ConnectionNotFoundError"), ran)},
		{clause: "RES-9", name: "either one", cell: sameNames, spoil: seenAt("other:groq-key", "providers[0].key"), want: []string{
			"a key of either record at work Expected <[]evidence.Sighting | len:1, cap:1>: […"}},
		{clause: "RES-9", name: "another record", cell: plainCell + "+vault=same-name", spoil: seenAt("other:groq-key", "wire[0].body"), want: []string{
			"another record's key in the run request Expected <[]evidence.Sighting | len:1, cap:1>: […"}},
		{clause: "RES-10", name: "the first one", cell: cell("openrouter", "default", "+vault=twins"), spoil: func(ev *evidence.Evidence) { ev.Outcome.Error = nil; ranAnyway(ev) }, want: []string{
			"class of the error () Expected <string>: to equal <string>: AmbiguousConnectionError", ran}},
		{clause: "RES-10", name: "no run", cell: cell("openrouter", "default", "+vault=twins-default"), spoil: func(ev *evidence.Evidence) { noWire(ev); ev.Sightings = nil }, want: []string{
			"the run request Expected <*runner.Call | 0x0>: nil not to be nil", "the named record's key in the run request…"}},
		{clause: "RES-11", name: "another class", cell: plainCell + "+vault=mismatch", spoil: class("HarnessError"), want: wrongClass("ProviderMismatchError")},
		{clause: "RES-12", name: "no hint", cell: "pi_core/local/no-record/groq/default/no-url/built-in/strict-unset+spelling=bare", spoil: class("MissingProviderError"), want: []string{
			`a prefix that pi_core reaches, in the error text "wrong"…`}},
		{clause: "RES-12", name: "hint out of reach", cell: "claude/local/no-record/anthropic/default/no-url/unknown/strict-unset+spelling=bare", spoil: func(ev *evidence.Evidence) { ev.Outcome.Error.Message = "write openai/ before it" }, want: []string{
			`a prefix that claude reaches, in the error text "write openai/ before it"…`}},
		{clause: "RES-13", name: "a secret", cell: noRecord, spoil: secrets("OPENROUTER_API_KEY", ambientMark), want: []string{
			`secrets of the run request Expected <map[string]string | len:1>: { "OPENROUTER_API_KEY": "«ambient:machine»", } to be empty`}},
		{clause: "RES-13", name: "as env", cell: noRecord, spoil: body("credentialMode", "env"), want: []string{
			"credentialMode of the run request Expected <string>: env to equal <string>: runtime_provided"}},
		{clause: "RES-14", name: "vault read", cell: selfManaged, spoil: func(ev *evidence.Evidence) { ev.Vault = []vault.Call{{Method: "GET"}} }, want: []string{
			"calls to the vault Expected <[]string | len:1, cap:1>: [\"GET \"] to be empty"}},
		{clause: "RES-15", name: "other keys", cell: plainCell + "+vault=crowded", spoil: seenAt("other:groq-key", "wire[0].body"), want: []string{
			"keys of other records in the run request Expected <[]evidence.Sighting | len:1, cap:1>: […"}},
		{clause: "RES-15", name: "no run", cell: plainCell + "+vault=crowded", spoil: noWire, want: []string{"the run request Expected <*runner.Call | 0x0>: nil not to be nil"}},
		{clause: "RES-16", name: "somebody else", cell: plainCell, spoil: vaultCall(func(c *vault.Call) { c.Authorization, c.Query, c.Body = "ApiKey «foreign:x»", "all=1", "{}" }), want: []string{
			"credential of vault call 0 Expected <string>: ApiKey «foreign:x» to equal <string>: ApiKey «caller:platform-key»",
			"body of vault call 0 Expected <string>: {} to be empty", "query of vault call 0 Expected <string>: all=1 to be empty"}},
		{clause: "RES-16", name: "no call", cell: plainCell, spoil: noVault, want: []string{"calls to the vault Expected <[]string | len:0, cap:0>: nil not to be empty"}},
		{clause: "RES-17", name: "another class", cell: plainCell + "+vault-fault=500", spoil: class("HarnessError"), want: wrongClass("ConnectionResolutionError")},
		{clause: "RES-18", name: "not found", cell: plainCell + "+credential=extras-key", spoil: secrets(), want: []string{"secrets of the run request Expected <map[string]string | len:0>: {} to have {key: value}…"}},
		{clause: "RES-19", name: "another key used", cell: plainCell + "+credential=no-key", spoil: func(ev *evidence.Evidence) { ev.Providers = stagedCall("x") }, want: []string{
			"requests to providers Expected <[]providers.Call | len:1, cap:1>: […"}},
		{clause: "RES-19", name: "degraded", cell: plainCell + "+credential=no-key", spoil: func(ev *evidence.Evidence) { noAnswer(ev); ranAnyway(ev) }, want: []string{
			"a run request, although the chosen connection has no credential Expected <bool>: true to be false", "class of the error Expected <string>: not to be empty"}},
		{clause: "RES-20", name: "another route", cell: plainCell, spoil: vaultCall(func(c *vault.Call) { c.Method, c.Path = "POST", "/api/secrets/resolve" }), want: []string{
			"vault call 0 Expected <string>: POST /api/secrets/resolve to have suffix <string>: /secrets/", "method of vault call 0 Expected <string>: POST to equal <string>: GET"}},
		{clause: "RES-21", name: "no key", cell: cell("groq", "default", ""), spoil: secrets(), want: []string{"secrets of the run request…"}},
		{clause: "RES-22", name: "prefix kept", cell: plainCell + "+spelling=kind-prefix", spoil: body("model", "openrouter/moonshotai/kimi-k2.6"), want: []string{"model of the run request…"}},
		{clause: "RES-23", name: "unnamed", cell: cell("cohere", "named", ""), spoil: class("UnsupportedProviderError"), want: []string{
			"the kind in the error text Expected <string>: wrong to contain substring <string>: cohere"}},
		{clause: "RES-24", name: "guessed", cell: plainCell + "+spelling=bare", spoil: body("provider", "moonshotai"), want: []string{
			"provider of the run request Expected <string>: moonshotai to equal <string>: openrouter"}},
		{clause: "RES-25", name: "a server's fault", cell: plainCell + "+vault=misnamed", spoil: func(ev *evidence.Evidence) { ev.Outcome.Status = 500 }, want: []string{"HTTP status of ConnectionNotFoundError Expected…"}},
		{clause: "RES-25", name: "no outcome", cell: plainCell + "+vault=misnamed", spoil: noAnswer, want: []string{
			"an outcome Expected <*protocol.Outcome | 0x0>: nil not to be nil", "class of the error () Expected <string>: to equal <string>: ConnectionNotFoundError"}},
		{clause: "RES-26", name: "went on", cell: plainCell + "+vault-fault=html", spoil: ranAnyway, want: []string{ran}},
		{clause: "RES-5", name: "refused", cell: plainCell, spoil: body("deployment", 7), want: []string{
			"the run request Expected <string>: the run request has members of other types:…", "deployment of the run request…"}},
	})
}

func TestNotApplicableOfRefusedAndPlainCells(t *testing.T) {
	m := loadMatrix(t)
	rows := []struct{ clause, cell, reason string }{
		{"RES-5", "pi_core/local/custom_provider/azure/named/no-url/built-in/strict-unset", "the request was refused, no deployment was seen"},
		{"ENV-16", "claude/local/custom_provider/bedrock/named/no-url/built-in/strict-unset", "the record has no cloud settings"},
	}
	for _, r := range rows {
		in := look(t, m, r.cell)
		for _, f := range Judge(slices.Concat(env(), res()), in) {
			if f.Clause == r.clause && (f.Judgement != verdict.NotApplicable || f.Reason != r.reason) {
				t.Errorf("%s in %s is %s: %s", r.clause, r.cell, f.Judgement, f.Reason)
			}
		}
	}
}
