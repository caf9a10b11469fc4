package suites

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// stageWrongRunner is what a service makes of a runner that goes wrong.
func stageWrongRunner(in In, ev *evidence.Evidence) {
	told := func(status int, class, message string) {
		ev.Outcome = &protocol.Outcome{Status: status, Error: &protocol.Failure{Class: class, Stage: "run", Message: message},
			Raw: `{"kind":"result","result":{"ok":false,"error":{"message":"` + message + `"}}}`}
	}
	ev.Sightings = append(ev.Sightings, evidence.Sighting{Label: "chosen:main", Place: "wire[0].reply"})
	switch name := in.Case.Get("runner"); {
	case strings.HasPrefix(name, "refuses-"):
		told(429, runner.RefusalClass, "HTTP 429: "+runner.RefusalText)
	case name == "echoes":
		ev.Outcome.Reply = "My keys are [redacted]."
	default:
		told(200, "AgentRunError", runner.FailureText)
	}
}

func TestRun(t *testing.T) {
	cell := func(fault string) string {
		return "pi_core/local/provider_key/anthropic/named/no-url/built-in/strict-unset+turn=stream+runner=" + fault
	}
	succeeds := func(ev *evidence.Evidence) { ev.Outcome = &protocol.Outcome{OK: true, Status: 200, Reply: "Let me"} }
	success := `success of a turn that did not succeed (reply "Let me") Expected <bool>: true to be false`
	judgeFlaws(t, run(), []flaw{
		{clause: "RUN-1", name: "clean end", cell: cell("fails-late"), spoil: func(ev *evidence.Evidence) {
			ev.Outcome.Raw = "data: {}"
			ev.Outcome.Error = &protocol.Failure{Class: "BrokenStreamError", Message: "the stream ended without a result"}
		}, want: []string{"a record of the failure in the stream, which ended as if all were well: data: {} Expected <bool>: false to be true"}},
		{clause: "RUN-1", name: "success", cell: cell("breaks-off"), spoil: succeeds, want: []string{success}},
		{clause: "RUN-1", name: "no text", cell: cell("fails-late"), spoil: func(ev *evidence.Evidence) { ev.Outcome.Error.Message = "" }, want: []string{
			"text of the failure Expected <string>: not to be empty"}},
		{clause: "RUN-2", name: "success", cell: cell("no-turn"), spoil: succeeds, want: []string{success}},
		{clause: "RUN-2", name: "no class", cell: cell("empty-body"), spoil: func(ev *evidence.Evidence) { ev.Outcome.Error.Class = "" }, want: []string{
			"class of the failure Expected <string>: not to be empty"}},
		{clause: "RUN-2", name: "no text in Vercel's form", cell: strings.Replace(cell("empty-body"), "+runner", "+form=vercel+runner", 1), spoil: func(ev *evidence.Evidence) {
			ev.Outcome.Error = &protocol.Failure{Stage: "run"}
		}, want: []string{"text of the failure Expected <string>: not to be empty"}},
		{clause: "RUN-2", name: "no outcome", cell: cell("no-result"), spoil: noAnswer, want: []string{
			"the turn has an outcome Expected <*protocol.Outcome | 0x0>: nil not to be nil"}},
		{clause: "RUN-3", name: "own words", cell: cell("refuses-503"), spoil: func(ev *evidence.Evidence) {
			ev.Outcome.Error = &protocol.Failure{Class: "RuntimeError", Message: "Agent runner HTTP 503"}
		}, want: []string{
			"class of the failure (Agent runner HTTP 503) Expected <string>: RuntimeError to equal <string>: RunnerPolicyError",
			"text of the failure Expected <string>: Agent runner HTTP 503 to contain substring <string>: " + runner.RefusalText}},
		{clause: "RUN-3", name: "500 for the caller's own mistake", cell: cell("refuses-400"), spoil: func(ev *evidence.Evidence) { ev.Outcome.Status = 500 }, want: []string{
			"HTTP status of a refusal that the caller can mend…"}},
		{clause: "RUN-4", name: "followed", cell: cell("redirects"), spoil: func(ev *evidence.Evidence) {
			ev.Elsewhere = []runner.Call{{Method: "POST", Path: "/run"}}
			ev.Sightings = append(ev.Sightings, evidence.Sighting{Label: "chosen:main", Place: "elsewhere[0].body"})
		}, want: []string{
			"run requests at another address Expected <[]string | len:1, cap:1>: [\"POST /run\"] to be empty",
			"keys at another address Expected <[]string | len:1, cap:1>: [ \"chosen:main at elsewhere[0].body\", ] to be empty"}},
		{clause: "RUN-5", name: "in the reply", cell: cell("echoes"), spoil: func(ev *evidence.Evidence) {
			ev.Sightings = append(ev.Sightings, evidence.Sighting{Label: "chosen:main", Place: "outcome.reply"})
		}, want: []string{"keys in what the caller is told Expected <[]string | len:1, cap:1>: [ \"chosen:main at outcome.reply\", ] to be empty"}},
		{clause: "RUN-5", name: "in the log", cell: cell("fails-loud"), spoil: func(ev *evidence.Evidence) {
			ev.Sightings = append(ev.Sightings, evidence.Sighting{Label: "chosen:main", Place: "log[0]"})
		}, want: []string{"keys in the log Expected <[]string | len:1, cap:1>: [ \"chosen:main at log[0]\", ] to be empty"}},
		{clause: "RUN-5", name: "nothing to repeat", cell: cell("echoes"), spoil: func(ev *evidence.Evidence) { ev.Sightings = nil },
			reason: "the runner was given no credential that it could repeat"},
	})
}
