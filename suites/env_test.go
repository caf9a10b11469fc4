package suites

import (
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
)

const envmapCell = plainCell + "+observe=envmap"

func stageEnvmap() *protocol.Envmap {
	vars := func() map[string]string {
		return map[string]string{"openai": "OPENAI_API_KEY", "together_ai": "TOGETHER_API_KEY", "minimax": "MINIMAX_API_KEY"}
	}
	return &protocol.Envmap{
		Copies: []protocol.EnvCopy{
			{Name: "vault", Vars: vars()}, {Name: "offline", Vars: vars()}, {Name: "dump", Vars: vars()},
			{Name: "completion", Vars: map[string]string{"together_ai": "TOGETHERAI_API_KEY"}},
		},
		Cleared: []string{"OPENAI_API_KEY", "TOGETHER_API_KEY", "TOGETHERAI_API_KEY", "MINIMAX_API_KEY"},
	}
}

func offlineAnswers() []evidence.Probe {
	var list []evidence.Probe
	for _, resolver := range []string{"process-env", "static"} {
		list = append(list,
			answer(resolver+":together_ai", found("TOGETHER_API_KEY")),
			answer(resolver+":together_ai:old-name", protocol.OfflineOutput{CredentialMode: "runtime_provided"}),
			answer(resolver+":minimax", found("MINIMAX_API_KEY")))
	}
	return append(list, answer("dump", protocol.DumpOutput{Env: map[string]string{"TOGETHER_API_KEY": otherMark, "MINIMAX_API_KEY": otherMark}}))
}

func found(name string) protocol.OfflineOutput {
	return protocol.OfflineOutput{CredentialMode: "env", Env: map[string]string{name: "offline-value"}}
}

func answer(label string, output any) evidence.Probe {
	return evidence.Probe{Label: label, Output: string(jsonOf(output))}
}

// copyOf gives one copy of the map another entry.
func copyOf(name, provider, variable string) func(*evidence.Evidence) {
	return func(ev *evidence.Evidence) {
		for _, c := range ev.Envmap.Copies {
			if c.Name == name {
				c.Vars[provider] = variable
			}
		}
	}
}

func TestEnv(t *testing.T) {
	cell := func(provider, more string) string {
		return "pi_core/local/custom_provider/" + provider + "/named/no-url/built-in/strict-unset" + more
	}
	claude := func(provider, more string) string {
		return "claude/local/custom_provider/" + provider + "/named/no-url/built-in/strict-unset" + more
	}
	addVar := func(name, value string) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) {
			ev.Processes[0].Env = append(ev.Processes[0].Env, flight.Var{Name: name, Value: value})
		}
	}
	host := func(name string) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) { ev.Providers[0].Host = name }
	}
	key := func(mark string) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) { ev.Providers[0].Key = mark }
	}
	judgeFlaws(t, env(), []flaw{
		{clause: "ENV-1", name: "old name", cell: cell("together_ai", ""), spoil: secrets("TOGETHERAI_API_KEY", chosenMark), want: []string{
			`secrets of the run request Expected <map[string]string | len:1>: { "TOGETHERAI_API_KEY": "«chosen:main»", } to have {key: value} <map[interface {}]interface {} | len:1>: { <string>"TOGETHER_API_KEY": <string>"«chosen:main»", }`}},
		{clause: "ENV-1", name: "no run", cell: cell("together_ai", ""), spoil: noWire, want: []string{
			"the run request Expected <string>: no run request was seen to be empty", "secrets of the run request Expected <map[string]string | len:0>: nil to have {key: value}…"}},
		{clause: "ENV-2", name: "not found", cell: envmapCell, spoil: probed("static:together_ai", protocol.OfflineOutput{CredentialMode: "none"}), want: []string{
			"credential mode of together_ai in the static resolver with TOGETHER_API_KEY set Expected <string>: none to equal <string>: env",
			"environment of together_ai in the static resolver Expected <map[string]string | len:0>: nil to have key <string>: TOGETHER_API_KEY"}},
		{clause: "ENV-2", name: "old name works", cell: envmapCell, spoil: probed("process-env:together_ai:old-name", found("TOGETHER_API_KEY")), want: []string{
			"credential mode of together_ai in the process-env resolver with the old name set Expected <string>: env not to equal <string>: env"}},
		{clause: "ENV-2", name: "no probe", cell: envmapCell, spoil: noProbes, reason: "the subject offers no such probe"},
		{clause: "ENV-3", name: "old name", cell: envmapCell, spoil: probed("dump", protocol.DumpOutput{Env: map[string]string{"TOGETHERAI_API_KEY": otherMark}}), want: []string{
			`the whole-vault dump, for together_ai Expected <map[string]string | len:1>: { "TOGETHERAI_API_KEY": "«other:groq-key»", } to have key <string>: TOGETHER_API_KEY`,
			`the whole-vault dump Expected <map[string]string | len:1>: { "TOGETHERAI_API_KEY": "«other:groq-key»", } not to have key <string>: TOGETHERAI_API_KEY`}},
		{clause: "ENV-4", name: "not found", cell: envmapCell, spoil: probed("process-env:minimax", protocol.OfflineOutput{CredentialMode: "env"}), want: []string{
			"environment of minimax in the process-env resolver Expected <map[string]string | len:0>: nil to have key <string>: MINIMAX_API_KEY"}},
		{clause: "ENV-5", name: "left out", cell: envmapCell, spoil: probed("dump", protocol.DumpOutput{}), want: []string{
			"the whole-vault dump, for minimax Expected <map[string]string | len:0>: nil to have key <string>: MINIMAX_API_KEY"}},
		{clause: "ENV-6", name: "no key", cell: cell("minimax", ""), spoil: secrets(), want: []string{
			"secrets of the run request Expected <map[string]string | len:0>: {} to have {key: value} <map[interface {}]interface {} | len:1>: { <string>\"MINIMAX_API_KEY\": <string>\"«chosen:main»\", }"}},
		{clause: "ENV-7", name: "one differs", cell: envmapCell, spoil: copyOf("dump", "minimax", "MINI_KEY"), want: []string{
			`map "dump" beside map "vault" Expected <map[string]string | len:3>: {…`}},
		{clause: "ENV-7", name: "no copies", cell: envmapCell, spoil: func(ev *evidence.Evidence) { ev.Envmap.Copies = nil }, want: []string{
			"copies of the map Expected <map[string]string | len:0>: nil not to be empty"}},
		{clause: "ENV-8", name: "another key", cell: cell("groq", ""), spoil: secrets("GROQ_API_KEY", otherMark), want: []string{
			`secrets of the run request Expected <map[string]string | len:1>: { "GROQ_API_KEY": "«other:groq-key»", } to have {key: value} <map[interface {}]interface {} | len:1>: { <string>"GROQ_API_KEY": <string>"«chosen:main»", }`}},
		{clause: "ENV-9", name: "another key", cell: cell("gemini", ""), spoil: key(otherMark), want: []string{
			"keys that generativelanguage.googleapis.com was called with Expected <[]string | len:1, cap:1>: [\"«other:groq-key»\"] to contain element matching <string>: «chosen:main»"}},
		{clause: "ENV-10", name: "dropped", cell: cell("together_ai", "+credential=extras-variable"), spoil: secrets(), want: []string{"secrets of the run request…"}},
		{clause: "ENV-11", name: "both names", cell: cell("together_ai", ""), spoil: addVar("TOGETHERAI_API_KEY", chosenMark), want: []string{
			"TOGETHERAI_API_KEY in Pi's environment, beside the right name Expected <bool>: true to be false"}},
		{clause: "ENV-11", name: "missing", cell: cell("together_ai", ""), spoil: func(ev *evidence.Evidence) { ev.Processes[0].Env = nil }, want: []string{
			"TOGETHER_API_KEY in Pi's environment Expected <bool>: false to be true",
			"TOGETHER_API_KEY in Pi's environment Expected <string>: to equal <string>: «chosen:main»"}},
		{clause: "ENV-11", name: "no process", cell: cell("together_ai", ""), spoil: func(ev *evidence.Evidence) { ev.Processes = nil }, want: []string{
			"a Pi process Expected <*flight.Record | 0x0>: nil not to be nil"}},
		{clause: "ENV-12", name: "old host", cell: cell("together_ai", ""), spoil: host("api.together.xyz"), want: []string{
			"keys that api.together.ai was called with Expected <[]string | len:0, cap:0>: nil to contain element matching <string>: «chosen:main»"}},
		{clause: "ENV-12", name: "another model", cell: cell("together_ai", ""), spoil: func(ev *evidence.Evidence) { ev.Outcome.Model = "groq/x" }, want: []string{
			"model of the reply Expected <string>: groq/x to have prefix <string>: together/"}},
		{clause: "ENV-13", name: "no call", cell: cell("minimax", ""), spoil: noCalls, want: []string{
			"keys that api.minimax.io was called with Expected <[]string | len:0, cap:0>: nil to contain element matching <string>: «chosen:main»"}},
		{clause: "ENV-14", name: "renamed there too", cell: envmapCell, spoil: copyOf("completion", "together_ai", "TOGETHER_API_KEY"), want: []string{
			`map of the completion path Expected <map[string]string | len:1>: { "together_ai": "TOGETHER_API_KEY", } to have {key: value}…`}},
		{clause: "ENV-14", name: "not shown", cell: envmapCell, spoil: func(ev *evidence.Evidence) { ev.Envmap.Copies = ev.Envmap.Copies[:3] }, reason: "the subject shows no map of the completion path"},
		{clause: "ENV-15", name: "one stays", cell: envmapCell, spoil: func(ev *evidence.Evidence) { ev.Envmap.Cleared = ev.Envmap.Cleared[:3] }, want: []string{
			`names the runner clears; the map "vault" has it for minimax Expected <[]string | len:3, cap:4>: ["OPENAI_API_KEY", "TOGETHER_API_KEY", "TOGETHERAI_API_KEY"] to contain element matching <string>: MINIMAX_API_KEY`,
			`names the runner clears; the map "offline" has it for minimax…`, `names the runner clears; the map "dump" has it for minimax…`}},
		{clause: "ENV-16", name: "snake case", cell: claude("bedrock", "+credential=cloud-extras"), spoil: secrets("AWS_SECRET_ACCESS_KEY", chosenMark, "aws_region_name", "eu-central-1"), want: []string{
			"secrets of the run request, from aws_region_name…"}},
		{clause: "ENV-17", name: "junk", cell: cell("openrouter", "+credential=junk-extras"), spoil: secrets("OPENROUTER_API_KEY", chosenMark, "PATH", "x", "note", "y"), want: []string{
			"secrets of the run request Expected <map[string]string | len:3>: {…", "secrets of the run request Expected <map[string]string | len:3>: {…"}},
		{clause: "ENV-18", name: "as a key", cell: claude("bedrock", ""), spoil: secrets("BEDROCK_API_KEY", chosenMark), want: []string{
			"a bedrock credential travels as BEDROCK_API_KEY Expected <bool>: true to be false"}},
	})
}

// A resolver may say that it found no key under the old name instead of going on
// without one.
func TestOldNameRefused(t *testing.T) {
	got := findings(t, envmapCell, func(ev *evidence.Evidence) {
		for i, p := range ev.Probes {
			if p.Label == "process-env:together_ai:old-name" {
				ev.Probes[i].Output, ev.Probes[i].Error = "", "MissingCredentialError: no usable credential"
			}
		}
	})
	if f := got["ENV-2"]; f.Judgement != verdict.Holds {
		t.Errorf("ENV-2 is %s: %s %q", f.Judgement, f.Reason, f.Mismatches)
	}
}
