package suites

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence"
)

func TestWire(t *testing.T) {
	const (
		keyRun  = "pi_core/local/provider_key/openrouter/named/no-url/built-in/strict-unset"
		unkeyed = "pi_core/local/no-record/openrouter/default/no-url/built-in/strict-unset+spelling=text"
		health  = "pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset+observe=health"
		builtIn = "pi_core/local/custom_provider/openrouter/named/base-url/built-in/strict-unset"
		stream  = plain + "+turn=stream"
		refused = plain + "+behaviour=401"
	)
	set := func(name string, value any) func(*evidence.Evidence) {
		return rewire(func(body map[string]any) { body[name] = value })
	}
	unset := func(name string) func(*evidence.Evidence) {
		return rewire(func(body map[string]any) { delete(body, name) })
	}
	reply := func(text string) func(*evidence.Evidence) {
		return func(e *evidence.Evidence) { e.Wire[0].Reply = text }
	}
	judgeFaults(t, ofEdition(wire(), plan), []fault{
		{"WIRE-1", "", "new member", set("slug", "main"), []string{"new top-level members of the run request"}},
		{"WIRE-1", "", "no request", noRun, []string{"the run request"}},
		{"WIRE-2", "", "nested", rewire(func(b map[string]any) {
			b["modelConnection"] = map[string]any{"provider": b["provider"], "env": map[string]any{"OPENROUTER_API_KEY": mark}}
			delete(b, "provider")
		}), []string{"provider at the top level of the run request", "OPENROUTER_API_KEY outside secrets of the run request"}},
		{"WIRE-2", "", "deployment of the kind", set("deployment", "custom"), []string{"deployment at the top level of the run request"}},
		{"WIRE-2", "", "mode", set("credentialMode", "runtime_provided"), []string{"credentialMode at the top level of the run request"}},
		{"WIRE-2", "", "no endpoint", unset("endpoint"), []string{"endpoint at the top level of the run request"}},
		{"WIRE-2", "", "no model", unset("model"), []string{"model at the top level of the run request"}},
		{"WIRE-2", unkeyed, "secret", set("secrets", map[string]any{"X": "1"}), []string{"secrets of the run request"}},
		{"WIRE-3", "", "twice", set("context", map[string]any{"note": "key " + mark}), []string{"paths of the run request that hold the key chosen:main"}},
		{"WIRE-3", "", "not at all", set("secrets", map[string]any{}), []string{"paths of the run request that hold the chosen credential"}},
		{"WIRE-3", "", "in a URL", set("endpoint", map[string]any{"baseUrl": "https://llm.acme.example/?key=" + mark}), []string{"paths of the run request that hold the key chosen:main"}},
		{"WIRE-4", "", "snake case", set("endpoint", map[string]any{"base_url": "https://llm.acme.example/team/v1"}), []string{"endpoint of the run request (-expected +seen)"}},
		{"WIRE-4", "", "empty member", set("endpoint", map[string]any{"baseUrl": "https://llm.acme.example/team/v1", "apiVersion": ""}), []string{"endpoint of the run request (-expected +seen)"}},
		{"WIRE-4", plain + "+credential=junk-extras", "version lost", set("endpoint", map[string]any{"baseUrl": "https://llm.acme.example/team/v1"}), []string{"endpoint of the run request (-expected +seen)"}},
		{"WIRE-4", keyRun, "default", set("endpoint", map[string]any{"baseUrl": "https://openrouter.ai/api/v1"}), []string{"endpoint in the run request, although there is nothing to say: map[baseUrl:https://openrouter.ai/api/v1]"}},
		{"WIRE-5", "", "prefixed", set("model", "openrouter/acme/finetune-7b"), []string{"model of the run request"}},
		{"WIRE-5", "", "absent", unset("model"), []string{"model of the run request"}},
		{"WIRE-6", unkeyed, "endpoint", set("endpoint", map[string]any{}), []string{"members of the run request"}},
		{"WIRE-6", unkeyed, "connection", set("connection", map[string]any{"mode": "agenta"}), []string{"members of the run request"}},
		{"WIRE-6", unkeyed, "no secrets", unset("secrets"), []string{"members of the run request", "secrets of the run request (-expected +seen)"}},
		{"WIRE-6", unkeyed, "new member", set("slug", ""), []string{"slug in the run request, which the golden does not have"}},
		{"WIRE-6", unkeyed, "type", set("messages", "hi"), []string{"type of messages in the run request"}},
		{"WIRE-7", builtIn, "no key", set("secrets", map[string]any{}), []string{"secrets.OPENROUTER_API_KEY of the run request"}},
		{"WIRE-7", builtIn, "mode", set("credentialMode", "none"), []string{"credentialMode of the run request"}},
		{"WIRE-9", "", "absent", unset("connection"), []string{"connection of the run request (-expected +seen)"}},
		{"WIRE-9", "", "slug lost", set("connection", map[string]any{"mode": "agenta"}), []string{"connection of the run request (-expected +seen)"}},
		{"WIRE-10", health, "next major", func(e *evidence.Evidence) { e.Health.Body = `{"ok":true,"protocol":2}` }, []string{"protocol of GET /health"}},
		{"WIRE-10", health, "not ok", func(e *evidence.Evidence) { e.Health.Body = `{"ok":false,"protocol":1}` }, []string{"ok of GET /health"}},
		{"WIRE-10", health, "page", func(e *evidence.Evidence) { e.Health.Status, e.Health.Body = 404, "not found" }, []string{"status of GET /health", "reply to GET /health"}},
		{"WIRE-10", health, "nothing", func(e *evidence.Evidence) { e.Health = nil }, []string{"a reply to GET /health"}},
		{"WIRE-11", stream, "no result", reply(`{"kind":"event","event":{"type":"done"}}`), []string{"result records of the streamed reply"}},
		{"WIRE-11", stream, "event after the result", reply(`{"kind":"result","result":{"ok":true,"events":[]}}` + "\n" + `{"kind":"event","event":{"type":"done"}}`), []string{"results before the event on line 2 of the streamed reply"}},
		{"WIRE-11", stream, "two results", reply(strings.Repeat(`{"kind":"result","result":{"ok":true,"events":[]}}`+"\n", 2)), []string{"result records of the streamed reply"}},
		{"WIRE-11", stream, "events again", reply(`{"kind":"result","result":{"ok":true,"events":[{"type":"done"}]}}`), []string{"events of the streamed result"}},
		{"WIRE-11", stream, "other record", reply(`{"kind":"ping"}` + "\n" + `{"kind":"result","result":{"ok":true,"events":[]}}`), []string{"kind of line 1 of the streamed reply"}},
		{"WIRE-11", stream, "plain reply", func(e *evidence.Evidence) { e.Wire[0].ContentType = "application/json" }, []string{"type of the streamed reply"}},
		{"WIRE-12", refused, "status", func(e *evidence.Evidence) { e.Wire[0].Status = 200 }, []string{"HTTP status of a failed one-shot run"}},
		{"WIRE-12", refused, "ok", reply(`{"ok":true,"error":"x"}`), []string{"ok of the failed run"}},
		{"WIRE-12", refused, "silent", reply(`{"ok":false}`), []string{"error of the failed run"}},
		{"WIRE-12", refused, "stack", reply(`{"ok":false,"error":"x\n  at y"}`), []string{"error of the failed run, which is one line"}},
		{"WIRE-12", refused + "+turn=stream", "status of a stream", func(e *evidence.Evidence) { e.Wire[0].Status = 500 }, []string{"HTTP status of a failed run on NDJSON"}},
		{"WIRE-12", refused, "no request", noRun, []string{"a reply of the runner"}},
	})
	judgeUnsure(t, ofEdition(wire(), plan), []unsure{
		{"WIRE-11", stream, func(e *evidence.Evidence) { delete(e.Wire[0].Header, "accept") }, "the run request did not ask for a stream"},
	})
	judgeGood(t, ofEdition(wire(), plan))
}
