package suites

import (
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// TestRevision has the checks that the revision has instead of the plan's, or
// alone.
func TestRevision(t *testing.T) {
	const (
		ofNoFamily = "pi_core/local/custom_provider/custom/named/base-url/custom-id/strict-unset"
		nothing    = "pi_core/local/no-record/openai/default/no-url/built-in/strict-unset"
	)
	runs := func(ev *evidence.Evidence) { ev.Wire = []runner.Call{{Method: "POST", Path: "/run", Body: "{}"}} }
	refusedAs := func(class string) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) {
			ev.Wire = nil
			ev.Outcome = &protocol.Outcome{Status: 422, Error: &protocol.Failure{Class: class, Message: "wrong"}}
		}
	}
	judgeEdition(t, revision, res(), []flaw{
		{clause: "RES-5", name: "a family as surface", cell: plainCell, spoil: body("deployment", "openrouter"), want: []string{
			"deployment of the run request Expected <[]string | len:5, cap:5>: [\"direct\", \"custom\", \"azure\", \"bedrock\", \"vertex\"] to contain element matching <string>: openrouter"}},
		{clause: "RES-6", name: "as direct", cell: ofNoFamily, spoil: body("deployment", "direct"), want: []string{
			"deployment of the run request Expected <string>: direct to equal <string>: custom"}},
		{clause: "RES-6", name: "of its own family", cell: ofNoFamily, spoil: body("provider", "custom"), want: []string{
			"provider of the run request Expected <string>: custom to equal <string>: openai"}},
		{clause: "RES-13", name: "goes on", cell: nothing, spoil: runs, want: []string{
			"a run request, although the project has no usable connection…"}},
		{clause: "RES-13", name: "says nothing", cell: nothing, spoil: func(ev *evidence.Evidence) { ev.Outcome = nil }, want: []string{
			"class of the error Expected <string>: not to be empty"}},
	})
	judgeEdition(t, revision, gate(), []flaw{
		{clause: "GATE-6", name: "vault read first", cell: "claude/local/provider_key/openai/default/no-url/built-in/strict-unset", spoil: func(ev *evidence.Evidence) {
			ev.Vault = readOnce(ev)
		}, want: []string{"calls to the vault before the refusal…"}},
		{clause: "GATE-6", name: "named, refused", cell: ofNoFamily + "+spelling=kind-stated", spoil: refusedAs("UnsupportedProviderError"), want: []string{
			"run requests (error of the caller: UnsupportedProviderError wrong) Expected <int>: 0 to equal <int>: 1",
			"class of the error Expected <string>: UnsupportedProviderError not to have prefix <string>: Unsupported"}},
		{clause: "GATE-8", name: "as in the plan", cell: catalogCell, spoil: func(ev *evidence.Evidence) { ev.Catalog.Harnesses[0].Deployments = []string{"direct"} }, want: []string{
			"deployments of pi_core Expected <[]string | len:1, cap:1>: [\"direct\"] to consist of <[]string | len:2, cap:2>: [\"direct\", \"custom\"] the missing elements were <[]string | len:1, cap:1>: [\"custom\"]"}},
		{clause: "GATE-16", name: "refused", cell: ofNoFamily + "+spelling=bare", spoil: refusedAs("UnsupportedDeploymentError"), want: []string{
			"run requests (error of the caller: UnsupportedDeploymentError wrong) Expected <int>: 0 to equal <int>: 1",
			"class of the error Expected <string>: UnsupportedDeploymentError not to have prefix <string>: Unsupported"}},
		{clause: "GATE-17", name: "runs", cell: ofNoFamily + "+vault=mismatch", spoil: runs, want: []string{
			"a run request for an OpenAI-compatible connection as another family's…"}},
		{clause: "GATE-17", name: "another reason", cell: ofNoFamily + "+vault=mismatch", spoil: refusedAs("MissingCredentialError"), want: []string{
			"class of the error (wrong) Expected <string>: MissingCredentialError to have prefix <string>: Unsupported"}},
	})
	judgeEdition(t, revision, wire(), []flaw{
		{clause: "WIRE-1", name: "another member", cell: plainCell, spoil: body("modelConnection", map[string]any{}), want: []string{
			"new top-level members of the run request Expected <[]string | len:1, cap:1>: [\"modelConnection\"] to be empty"}},
		{clause: "WIRE-8", name: "no slug", cell: plainCell, spoil: body("slug", nil), want: []string{
			"slug at the top level of the run request Expected <nil>: nil to equal <string>: main"}},
	})
}

// readOnce is a journal of one read of the vault.
func readOnce(*evidence.Evidence) []vault.Call {
	return []vault.Call{{Method: "GET", Path: "/api/secrets/"}}
}
