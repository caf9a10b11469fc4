package suites

import (
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/subjects/protocol"
)

func TestIso(t *testing.T) {
	const (
		polluted  = plain + "+ambient=polluted"
		anthropic = "pi_core/local/custom_provider/anthropic/named/base-url/custom-id/strict-unset+ambient=polluted"
		ambient   = "pi_core/local/no-record/openrouter/self-managed/no-url/built-in/strict-unset+ambient=polluted"
		functions = "pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset+observe=functions"
		direct    = "pi_core/local/no-record/openrouter/none/no-url/built-in/strict-unset+ambient=polluted"
		loggedIn  = "pi_core/local/no-record/openrouter/none/no-url/built-in/strict-unset+login=other"
		crowded   = plain + "+vault=crowded"
		blocked   = "pi_core/local/custom_provider/openrouter/named/blocked-url/custom-id/strict-unset"
		echo      = plain + "+behaviour=401"
	)
	const boxed = "pi_core/daytona/custom_provider/openrouter/named/base-url/custom-id/strict-unset"
	const boxedOwn = "pi_core/daytona/no-record/openrouter/self-managed/no-url/built-in/strict-unset+login=same"
	started := []string{"a Pi process was started"}
	env := func(name string) func(*evidence.Evidence) {
		return func(e *evidence.Evidence) {
			e.Processes[0].Env = append(e.Processes[0].Env, flight.Var{Name: name, Size: 20})
		}
	}
	refuse := func(e *evidence.Evidence) {
		e.Wire, e.Processes, e.Providers = nil, nil, nil
		e.Outcome = &protocol.Outcome{Status: 422, Error: &protocol.Failure{Class: "EndpointResolutionError", Message: "blocked"}}
	}
	const files, logs, told = "the key in files of the run", "keys in the log", "keys in what the caller is told"
	const stray = "the key on other ways than its variable and the provider's credential"
	judgeFaults(t, iso(), []fault{
		{"ISO-1", "", "agent folder", sighted("chosen:main", "processes[0].files[models.json].content"), []string{files}},
		{"ISO-1", "", "while it runs", sighted("chosen:main", "during[tmp/relay/1.json].content"), []string{files}},
		{"ISO-1", "", "afterwards", sighted("chosen:main", "left[tmp/trace.log].content"), []string{files}},
		{"ISO-1", "", "operator's folder", sighted("chosen:main", "operator.after[auth.json].content"), []string{files}},
		{"ISO-1", "", "at exit", sighted("chosen:main", "processes[0].files_at_exit[sessions/a.jsonl].content"), []string{files}},
		{"ISO-1", echo, "beside the echo", sighted("chosen:main", "processes[0].files_at_exit[sessions/a.jsonl].content", "chosen:main", "during[tmp/x].content"), []string{files}},
		{"ISO-1", "", "no Pi", noPi, started},
		{"ISO-2", polluted, "name", env("GROQ_API_KEY"), []string{"the runner's own variables in Pi's environment"}},
		{"ISO-2", polluted, "value", sighted("ambient:GROQ_API_KEY", "processes[0].env[X]"), []string{"the runner's own keys at Pi or a provider"}},
		{"ISO-2", polluted, "used", sighted("ambient:own", "providers[0].header[authorization]"), []string{"the runner's own keys at Pi or a provider"}},
		{"ISO-3", polluted, "name", env("AWS_SECRET_ACCESS_KEY"), []string{"the runner's own variables in Pi's environment"}},
		{"ISO-3", polluted, "value", sighted("ambient:AWS_SECRET_ACCESS_KEY", "processes[0].env[X]"), []string{"the runner's own keys at Pi or a provider"}},
		{"ISO-4", anthropic, "visible", env("ANTHROPIC_OAUTH_TOKEN"), []string{"bytes of ANTHROPIC_OAUTH_TOKEN in Pi's environment"}},
		{"ISO-4", anthropic, "used", otherKey, []string{"key of providers[0] (POST llm.acme.example/team/v1/messages)"}},
		{"ISO-5", "", "absent", func(e *evidence.Evidence) { e.Processes[0].Env = nil }, []string{"OPENROUTER_API_KEY in Pi's environment"}},
		{"ISO-5", "", "another value", func(e *evidence.Evidence) { e.Processes[0].Env[2].Value = "«ambient:own»" }, []string{"OPENROUTER_API_KEY in Pi's environment"}},
		{"ISO-5", "", "part of it", func(e *evidence.Evidence) { e.Processes[0].Env[2].Value = "Bearer " + mark }, []string{"OPENROUTER_API_KEY in Pi's environment"}},
		{"ISO-5", "", "key at the provider", otherKey, []string{"key of providers[0] (POST llm.acme.example/team/v1/chat/completions)"}},
		{"ISO-5", "", "argv", sighted("chosen:main", "processes[0].argv[3]"), []string{stray}},
		{"ISO-5", "", "stdin", sighted("chosen:main", "processes[0].stdin[2].text"), []string{stray}},
		{"ISO-5", "", "stdout", sighted("chosen:main", "processes[0].stdout[2].text"), []string{stray}},
		{"ISO-5", "", "prompt", sighted("chosen:main", "providers[0].body"), []string{stray}},
		{"ISO-5", "", "proxy", sighted("chosen:main", "egress[0].host"), []string{stray}},
		{"ISO-6", ambient, "not used", otherKey, []string{"keys of the runner's environment, of which providers[0] (POST openrouter.ai/api/v1/chat/completions) used one"}},
		{"ISO-6", ambient, "no request", noRequest, []string{"requests to a provider"}},
		{"ISO-6", ambient, "fails", func(e *evidence.Evidence) { e.Outcome.OK = false }, []string{"the run succeeds ()"}},
		{"ISO-7", "", "key", sighted("chosen:main", "log[3]"), []string{logs}},
		{"ISO-7", "", "caller's credential", sighted("caller:platform-key", "log[0]"), []string{logs}},
		{"ISO-7", "", "of another run", sighted("unknown", "log[0]"), []string{"values that look like keys in the log"}},
		{"ISO-8", echo, "error text", sighted("chosen:main", "outcome.error.message"), []string{told}},
		{"ISO-8", echo, "runner's reply", sighted("chosen:main", "wire[0].reply"), []string{told}},
		{"ISO-8", "", "operator's key", sighted("operator:login", "outcome.raw"), []string{told}},
		{"ISO-8", "", "nothing said", noOutcome, []string{"the turn has an outcome"}},
		{"ISO-9", functions, "dumped", func(e *evidence.Evidence) { e.Probes[0].Output = `{"printed":["key=` + mark + `"]}` }, []string{"keys in what the subject prints of a connection (print)"}},
		{"ISO-10", plain + "+login=same", "used", otherKey, []string{"key of providers[0] (POST llm.acme.example/team/v1/chat/completions)"}},
		{"ISO-10", plain + "+login=oauth", "used beside", sighted("operator:login", "providers[1].header[authorization]"), []string{"keys of the operator's login at work"}},
		{"ISO-10", plain + "+login=same", "in the environment", sighted("operator:login", "processes[0].env[OPENROUTER_API_KEY]"), []string{"keys of the operator's login at work"}},
		{"ISO-10", loggedIn, "used without a credential", sighted("operator:login", "providers[0].key"), []string{"keys of the operator's login at work"}},
		{"ISO-11", boxed + "+login=oauth", "uploaded", sighted("operator:login", "cloud.calls[1].files[0].content"), []string{"keys of the operator's login in what was sent to the cloud"}},
		{"ISO-11", boxed + "+login=other", "in a variable", sighted("operator:login", "cloud.calls[0].body"), []string{"keys of the operator's login in what was sent to the cloud"}},
		{"ISO-12", boxedOwn, "another key", otherKeyThan("«chosen:main»"), []string{"keys of the operator's login, of which providers[0] (POST openrouter.ai/api/v1/chat/completions) used one"}},
		{"ISO-12", boxedOwn, "on the runner's machine", unboxed, []string{"Pi ran in a sandbox of the cloud"}},
		{"ISO-13", crowded, "environment", sighted("other:spare", "processes[0].env[GROQ_API_KEY]"), []string{"keys of other records outside the vault"}},
		{"ISO-13", crowded, "wire", sighted("other:spare", "wire[0].body"), []string{"keys of other records outside the vault"}},
		{"ISO-13", crowded, "other tenant", sighted("foreign:openrouter", "during[tmp/a].content"), []string{"keys of other records outside the vault"}},
		{"ISO-13", crowded, "no run", noRun, []string{"a run request was sent"}},
		{"ISO-14", blocked, "replaced on the wire", rewire(func(b map[string]any) { b["endpoint"] = map[string]any{"baseUrl": "https://openrouter.ai/api/v1"} }), []string{"endpoint.baseUrl of the run request"}},
		{"ISO-14", blocked, "dropped", rewire(func(b map[string]any) { delete(b, "endpoint") }), []string{"endpoint.baseUrl of the run request"}},
		{"ISO-14", blocked, "replaced live", func(e *evidence.Evidence) { e.Providers[0].Scheme, e.Providers[0].Host = "https", "openrouter.ai" }, []string{"where providers[0] (POST openrouter.ai/v1/chat/completions) took the key"}},
		{"ISO-14", "", "public address refused", refuse, []string{"a run request, or the refusal of an address that may be refused (blocked)"}},
		{"ISO-15", "", "another run's key", sighted("unknown", "processes[0].env[OPENROUTER_API_KEY]"), []string{"keys of other runs"}},
		{"ISO-15", "", "another run's folder", func(e *evidence.Evidence) {
			p := e.Processes[0]
			p.AgentDir = "/lane/tmp/agent-2"
			e.Processes = append(e.Processes, p)
		}, []string{"folders from which Pi was prompted: [/lane/tmp/agent-1 /lane/tmp/agent-2]"}},
		{"ISO-16", "", "key", sighted("chosen:main", "processes[0].env[AGENTA_MODEL_KEY]"), []string{"keys in variables of the extension"}},
		{"ISO-16", ambient, "caller's credential", sighted("caller:platform-key", "processes[0].env[AGENTA_AUTH]"), []string{"keys in variables of the extension"}},
		{"ISO-17", "", "name", env("DAYTONA_API_KEY"), []string{"the runner's own secrets in Pi's environment"}},
		{"ISO-17", "", "value", sighted("infra:AGENTA_RUNNER_TOKEN", "processes[0].env[X]"), []string{"values of the runner's own secrets at Pi"}},
		{"ISO-18", direct, "key used", func(e *evidence.Evidence) {
			e.Providers = []providers.Call{{Method: "POST", Host: "openrouter.ai", Path: "/api/v1/chat/completions", Key: "«ambient:own»"}}
		}, []string{"key of providers[0] (POST openrouter.ai/api/v1/chat/completions)"}},
		{"ISO-18", direct, "key in reach", sighted("ambient:own", "processes[0].env[OPENROUTER_API_KEY]"), []string{"credentials at work"}},
		{"ISO-18", direct, "no reply", func(e *evidence.Evidence) { e.Direct = nil }, []string{"a reply to the run request"}},
		{"ISO-19", "", "another vendor's variable", rewire(func(b map[string]any) {
			b["secrets"] = map[string]any{"OPENROUTER_API_KEY": mark, "OPENAI_API_KEY": mark}
		}), []string{"secrets of the run request that are not of the record's family"}},
		{"ISO-19", "", "another variable of Pi", sighted("chosen:main", "processes[0].env[OPENAI_API_KEY]", "chosen:main", "processes[0].env[OPENROUTER_API_KEY]"), []string{"the key in other variables of Pi"}},
		{"ISO-19", plain + "+credential=junk-extras", "extra", sighted("extra:main.note", "wire[0].body"), []string{"extras of the record that were to stay in the vault"}},
	})
	judgeUnsure(t, iso(), []unsure{
		{"ISO-2", polluted, func(e *evidence.Evidence) { e.Input.Ambient = nil }, "the runner's environment held no such variable"},
		{"ISO-4", anthropic, func(e *evidence.Evidence) { e.Input.Ambient = nil }, "the runner's environment held no ANTHROPIC_OAUTH_TOKEN"},
		{"ISO-7", "", func(e *evidence.Evidence) { e.Log = nil }, "the subject wrote no log in this case"},
		{"ISO-9", functions, func(e *evidence.Evidence) { e.Probes[0].Output = "" }, "the subject printed no connection"},
		{"ISO-11", boxed + "+login=oauth", func(e *evidence.Evidence) { e.Cloud = nil }, "the sandbox cloud was not spoken to"},
		{"ISO-12", boxedOwn, func(e *evidence.Evidence) {
			e.Outcome.OK, e.Providers = false, nil
			e.Outcome.Error = &protocol.Failure{Class: "AgentRunError", Message: "not in a sandbox"}
		}, "the subject runs no operator's login in a sandbox: not in a sandbox"},
		{"ISO-13", crowded, func(e *evidence.Evidence) { e.Secrets = e.Secrets[:1] }, "the vault held no other record"},
		{"ISO-16", "", func(e *evidence.Evidence) { e.Processes[0].Env = e.Processes[0].Env[1:] }, "Pi's environment has no variable of the extension"},
		{"ISO-17", "", func(e *evidence.Evidence) { e.Secrets = e.Secrets[:3] }, "the runner's environment held no such secret"},
	})
	t.Run("ISO-14 a refused address", func(t *testing.T) {
		in := good(t, edition(t), blocked)
		refuse(in.Got)
		if f := judge(pickCheck(t, iso(), "ISO-14"), in); f.Judgement != "holds" {
			t.Error(f)
		}
	})
	t.Run("an echo that stays with Pi", func(t *testing.T) {
		in := good(t, edition(t), echo)
		sighted("chosen:main", "processes[0].stdout[4].text", "chosen:main", "processes[0].files_at_exit[sessions/a.jsonl].content",
			"chosen:main", "wire[0].body", "chosen:main", "providers[0].key", "chosen:main", "processes[0].http[0].header[authorization]",
			"operator:login", "processes[0].files[auth.json].content")(in.Got)
		for _, f := range Judge(iso(), in) {
			if f.Judgement == "violated" {
				t.Error(f)
			}
		}
	})
	judgeGood(t, iso())
}
