package suites

import (
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/subjects/protocol"
)

func TestModel(t *testing.T) {
	self := func(model, more string) string {
		return "pi_core/local/no-record/openai/self-managed/no-url/" + model + "/" + more
	}
	managed := func(model, more string) string {
		return "pi_core/local/provider_key/openai/named/no-url/" + model + "/" + more
	}
	notSettable := self("built-in", "strict-on+login=other")
	nobody := self("built-in", "strict-on")
	silent := func(ev *evidence.Evidence) { ev.Log = nil }
	ran := func(model string) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) { ev.Providers[0].Model = model }
	}
	succeeded := func(ev *evidence.Evidence) { ev.Outcome.OK, ev.Outcome.Error = true, nil }
	picked := func(model string) protocol.AllowedOutput { return protocol.AllowedOutput{Picked: model} }
	fellBack := func(clause, cell string) []flaw {
		return []flaw{
			{clause: clause, name: "says nothing", cell: cell, spoil: silent, want: []string{
				"the log, which names the dropped model Expected <string>: to contain substring <string>: gpt-4o-mini"}},
			{clause: clause, name: "fails", cell: cell, spoil: func(ev *evidence.Evidence) { class("X")(ev); noCalls(ev) }, want: []string{
				"the turn (wrong)…", "requests to providers Expected <[]providers.Call | len:0, cap:0>: nil not to be empty"}},
		}
	}
	rows := []flaw{
		{clause: "MODEL-1", name: "ids not read", cell: functionsCell, spoil: probed("ids", protocol.AllowedOutput{}), want: []string{
			"the allowed set read from option ids…", "the model picked from option ids Expected <string>: to equal <string>: openai/gpt-5.5"}},
		{clause: "MODEL-1", name: "no probe", cell: functionsCell, spoil: noProbes, reason: "the subject offers no such probe"},
		{clause: "MODEL-2", name: "untyped", cell: notSettable, spoil: class("HarnessError"), want: []string{
			"class of the error (wrong) Expected <string>: HarnessError to equal <string>: ModelNotSettableError",
			"the requested id in the error Expected <string>: to have suffix <string>: gpt-4o-mini",
			"the allowed list in the error Expected <[]string | len:0, cap:0>: nil not to be empty"}},
		{clause: "MODEL-2", name: "replies", cell: nobody, spoil: succeeded, want: []string{
			"class of the error () Expected <string>: to equal <string>: ModelNotSettableError"}},
		{clause: "MODEL-3", name: "ran the dropped model", cell: self("built-in", "strict-unset+login=other"), spoil: ran("gpt-4o-mini"), want: []string{
			"model of the request to - Expected <string>: gpt-4o-mini not to equal <string>: gpt-4o-mini"}},
		{clause: "MODEL-4", name: "ran anyway", cell: notSettable, spoil: func(ev *evidence.Evidence) {
			succeeded(ev)
			ev.Providers = stagedCall("some-default")
		}, want: []string{"the turn…", "requests to providers Expected <[]providers.Call | len:1, cap:1>: […"}},
		{clause: "MODEL-6", name: "refused", cell: managed("no-model", "strict-unset"), spoil: func(ev *evidence.Evidence) { class("ModelNotSettableError")(ev); noCalls(ev) }, want: []string{
			"the error of a turn that asks for no model (wrong) Expected <string>: ModelNotSettableError to be empty",
			"requests to providers Expected <[]providers.Call | len:0, cap:0>: nil not to be empty"}},
		{clause: "MODEL-7", name: "not picked", cell: functionsCell, spoil: probed("bare-openai", picked("")), want: []string{
			"the model picked for bare-openai Expected <string>: to equal <string>: openai/gpt-5.5"}},
		{clause: "MODEL-8", name: "no error", cell: notSettable, spoil: noAnswer, want: []string{
			"class of the error Expected <string>: to equal <string>: ModelNotSettableError"}},
		{clause: "MODEL-8", name: "not in the text", cell: notSettable, spoil: func(ev *evidence.Evidence) { ev.Outcome.Error.Message = "no" }, want: []string{
			"text of the error Expected <string>: no to contain substring <string>: groq/a"}},
		{clause: "MODEL-8", name: "empty", cell: notSettable, spoil: func(ev *evidence.Evidence) { ev.Outcome.Error.Allowed = nil }, want: []string{
			"valid ids in the error Expected <[]string | len:0, cap:0>: nil not to be empty"}},
		{clause: "MODEL-8", name: "of nobody", cell: nobody, spoil: func(ev *evidence.Evidence) { ev.Outcome.Error.Allowed = []string{"x"} }, want: []string{
			`valid ids, although nobody is logged in Expected <[]string | len:1, cap:1>: ["x"] to be empty`}},
		{clause: "MODEL-9", name: "another model", cell: managed("built-in", "strict-on"), spoil: ran("gpt-5"), want: []string{
			"model of the request to api.openai.com Expected <string>: gpt-5 to equal <string>: gpt-4o-mini"}},
		{clause: "MODEL-9", name: "no call", cell: managed("built-in", "strict-on"), spoil: noCalls, want: []string{
			"requests to providers of a turn that succeeded Expected <[]providers.Call | len:0, cap:0>: nil not to be empty"}},
		{clause: "MODEL-9", name: "success without a call", cell: notSettable, spoil: succeeded, want: []string{
			"requests to providers of a turn that succeeded Expected <[]providers.Call | len:0, cap:0>: nil not to be empty", "the turn Expected <bool>: true to be false"}},
		{clause: "MODEL-10", name: "another name", cell: managed("built-in", "strict-unset"), spoil: ran("gpt-5"), want: []string{
			`model of the reply ("openai/gpt-4o-mini") beside the model that ran Expected <[]string | len:2, cap:2>: ["openai/gpt-4o-mini", "gpt-4o-mini"] to contain element matching <string>: gpt-5`}},
		{clause: "MODEL-10", name: "no call", cell: managed("built-in", "strict-unset"), spoil: noCalls, want: []string{
			"requests to providers Expected <[]providers.Call | len:0, cap:0>: nil not to be empty"}},
		{clause: "MODEL-13", name: "codex confused", cell: functionsCell, spoil: probed("bare-codex", picked("openai/gpt-5.5")), want: []string{
			"the model picked for bare-codex Expected <string>: openai/gpt-5.5 to equal <string>: openai-codex/gpt-5.5"}},
		{clause: "MODEL-16", name: "fails", cell: managed("no-model", "strict-on"), spoil: class("ModelNotSettableError"), want: []string{"the turn (wrong)…"}},
		{clause: "MODEL-17", name: "misread digits", cell: functionsCell, spoil: probed("unsettable", protocol.AllowedOutput{Error: &protocol.Failure{Class: "ModelNotSettableError", Message: "Authentication failed"}}), want: []string{
			"text of the error; an allowed id holds the digits 401 Expected <string>: authentication failed not to contain substring <string>: authentication"}},
		{clause: "MODEL-17", name: "no error", cell: functionsCell, spoil: probed("unsettable", protocol.AllowedOutput{}), want: []string{"the error for an id that is not allowed…"}},
		{clause: "MODEL-18", name: "unnamed", cell: plainCell + "+behaviour=401", spoil: class("HarnessError"), want: []string{
			"the provider in the error text Expected <string>: wrong to contain substring <string>: openrouter"}},
		{clause: "MODEL-18", name: "success", cell: plainCell + "+behaviour=401", spoil: succeeded, want: []string{
			"the turn…", "the provider in the error text Expected <string>: to contain substring <string>: openrouter"}},
		{clause: "MODEL-20", name: "another model", cell: plainCell, spoil: ran("auto"), want: []string{
			"model of the request to openrouter.ai Expected <string>: auto to equal <string>: moonshotai/kimi-k2.6"}},
	}
	rows = append(rows, fellBack("MODEL-3", self("built-in", "strict-unset+login=other"))...)
	rows = append(rows, fellBack("MODEL-5", self("built-in", "strict-off+login=other"))...)
	rows = append(rows, fellBack("MODEL-14", self("built-in", "strict-no+login=other"))...)
	judgeFlaws(t, model(), rows)
}
