package suites

import (
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
)

func TestCfg(t *testing.T) {
	const (
		keyRun   = "pi_core/local/provider_key/openrouter/named/no-url/built-in/strict-unset"
		builtIn  = "pi_core/local/custom_provider/openrouter/named/base-url/built-in/strict-unset"
		claudeAt = "pi_core/local/custom_provider/anthropic/named/base-url/custom-id/strict-unset"
		together = "pi_core/local/custom_provider/together_ai/named/base-url/custom-id/strict-unset"
		family   = "pi_core/local/custom_provider/custom/named/base-url/family-id/strict-unset"
		own      = "pi_core/local/no-record/openrouter/self-managed/no-url/built-in/strict-unset+login=same"
		blocked  = plain + "+disk=blocked"
		refused  = plain + "+behaviour=401"
	)
	started := []string{"a Pi process was started"}
	missing := func(path string) []string { return []string{path + " in Pi's folder"} }
	entry := func(name string, value any) func(*evidence.Evidence) {
		return reteach(func(e map[string]any) { e[name] = value })
	}
	auth := func(name string, value any) func(*evidence.Evidence) {
		return refile("auth.json", func(doc map[string]any) { doc[name] = value })
	}
	rekey := func(from, to string) func(*evidence.Evidence) {
		return refile("models.json", func(doc map[string]any) {
			p := doc["providers"].(map[string]any)
			p[to] = p[from]
			delete(p, from)
		})
	}
	request := func(what string) []string {
		return []string{what + " of providers[0] (POST llm.acme.example/team/v1/chat/completions)"}
	}
	odd := []string{"what the provider found odd about providers[0] (POST llm.acme.example/team/v1/chat/completions)"}
	remarked := func(kind providers.RemarkKind, text string) func(*evidence.Evidence) {
		return func(e *evidence.Evidence) { e.Providers[0].Remarks = []providers.Remark{{Kind: kind, Text: text}} }
	}
	ids := func(list ...string) []any {
		var out []any
		for _, id := range list {
			out = append(out, map[string]any{"id": id})
		}
		return out
	}
	judgeFaults(t, cfg(), []fault{
		{"CFG-1", "", "default folder", func(e *evidence.Evidence) {
			e.Processes[0].AgentDirSet, e.Processes[0].AgentDir = false, "/home/.pi/agent"
		}, []string{"PI_CODING_AGENT_DIR names Pi's folder", "Pi's folder /home/.pi/agent lies below the runner's temporary root"}},
		{"CFG-1", "", "operator's folder named", func(e *evidence.Evidence) {
			e.Processes[0].AgentDir, e.During = "/home/.pi/agent", nil
		}, []string{"Pi's folder /home/.pi/agent lies below the runner's temporary root"}},
		{"CFG-1", "", "TMPDIR known", func(e *evidence.Evidence) {
			e.During, e.Providers = nil, nil
			e.Processes[0].Env = append(e.Processes[0].Env, flight.Var{Name: "TMPDIR", Value: "/lane/elsewhere"})
		}, []string{"Pi's folder /lane/tmp/agent-1 lies below the runner's temporary root"}},
		{"CFG-1", "", "no Pi", noPi, started},
		{"CFG-2", "", "written", func(e *evidence.Evidence) {
			e.Operator.After[0].Sum = "other"
		}, []string{"settings.json in the operator's folder (-before +after)"}},
		{"CFG-2", "", "added", func(e *evidence.Evidence) {
			e.Operator.After = append(e.Operator.After, evidence.Entry{Path: "models.json"})
		}, []string{"files that stood in the operator's folder before the run"}},
		{"CFG-2", "", "removed", func(e *evidence.Evidence) { e.Operator.After = nil }, []string{"settings.json still stands in the operator's folder"}},
		{"CFG-3", "", "no entry", refile("auth.json", func(doc map[string]any) { delete(doc, "openrouter") }), []string{"entry openrouter of auth.json (-expected +seen)"}},
		{"CFG-3", "", "other variable", auth("openrouter", map[string]any{"type": "api_key", "key": "$OPENAI_API_KEY"}), []string{"entry openrouter of auth.json (-expected +seen)"}},
		{"CFG-3", "", "no file", without("auth.json"), missing("auth.json")},
		{"CFG-3", together, "platform's id", refile("auth.json", func(doc map[string]any) {
			doc["together_ai"] = doc["together"]
			delete(doc, "together")
		}), []string{"entry together of auth.json (-expected +seen)"}},
		{"CFG-4", "", "raw key", func(e *evidence.Evidence) {
			auth("openrouter", map[string]any{"type": "api_key", "key": mark})(e)
			sighted("chosen:main", "processes[0].files[auth.json].content")(e)
		}, []string{"key of the generated entry openrouter of auth.json", "raw keys in auth.json"}},
		{"CFG-4", "", "without dollar", auth("openrouter", map[string]any{"type": "api_key", "key": "OPENROUTER_API_KEY"}), []string{"key of the generated entry openrouter of auth.json"}},
		{"CFG-4", "", "nothing generated", refile("auth.json", func(doc map[string]any) { delete(doc, "openrouter") }), []string{"generated entries of auth.json"}},
		{"CFG-5", plain + "+login=other", "lost", refile("auth.json", func(doc map[string]any) { delete(doc, "groq") }), []string{"login entry groq in the run's auth.json (-operator's +seen)"}},
		{"CFG-5", plain + "+login=oauth", "changed", auth("anthropic", map[string]any{"type": "oauth"}), []string{"login entry anthropic in the run's auth.json (-operator's +seen)"}},
		{"CFG-6", plain + "+login=same", "operator's key", otherKey, request("key")},
		{"CFG-6", plain + "+login=same", "no request", noRequest, []string{"requests to a provider"}},
		{"CFG-7", "", "missing", without("models.json"), []string{"models.json in Pi's folder (endpoint base-url, model custom-id)"}},
		{"CFG-7", keyRun, "needless", func(e *evidence.Evidence) {
			e.Processes[0].Files = append(e.Processes[0].Files, flight.File{Path: "models.json"})
		}, []string{"models.json in Pi's folder (endpoint no-url, model built-in)"}},
		{"CFG-8", "", "default address", entry("baseUrl", "https://openrouter.ai/api/v1"), []string{"baseUrl in models.json"}},
		{"CFG-8", "", "no file", without("models.json"), missing("models.json")},
		{"CFG-8", "", "no provider", refile("models.json", func(doc map[string]any) { doc["providers"] = map[string]any{} }), []string{"providers in models.json"}},
		{"CFG-9", "", "api", entry("api", "openai-responses"), []string{"api in models.json"}},
		{"CFG-9", "", "path", otherPath, []string{"path of providers[0] (POST llm.acme.example/v1/responses)"}},
		{"CFG-10", claudeAt, "api", entry("api", "openai-completions"), []string{"api in models.json"}},
		{"CFG-10", claudeAt, "no request", noRequest, []string{"requests to a provider"}},
		{"CFG-11", "", "raw", entry("apiKey", mark), []string{"apiKey in models.json"}},
		{"CFG-11", "", "other variable", entry("apiKey", "$OPENAI_API_KEY"), []string{"apiKey in models.json"}},
		{"CFG-12", "", "the record's list", entry("models", ids("acme/finetune-7b", "moonshotai/kimi-k2.6")), []string{"models in models.json (-expected +seen)"}},
		{"CFG-12", "", "none", entry("models", []any{}), []string{"models in models.json (-expected +seen)"}},
		{"CFG-13", "", "by slug", rekey("openrouter", "main"), []string{"keys of providers in models.json"}},
		{"CFG-14", together, "platform's id", func(e *evidence.Evidence) {
			rekey("together", "together_ai")(e)
			auth("together_ai", map[string]any{})(e)
		}, []string{"entries of auth.json", "keys of providers in models.json"}},
		{"CFG-14", together, "public host", elsewhere, []string{"host of providers[0] (POST api.openai.com/team/v1/chat/completions)"}},
		{"CFG-15", "", "refused", func(e *evidence.Evidence) {
			e.Processes[0].Notes = []string{"models.json: providers.openrouter: baseUrl is required"}
		}, []string{"what Pi found wrong"}},
		{"CFG-15", "", "another model", otherModel, request("model")},
		{"CFG-16", "", "later", without("models.json"), []string{"models.json stood in Pi's folder when Pi started"}},
		{"CFG-16", "", "auth later", without("auth.json"), []string{"auth.json stood in Pi's folder when Pi started"}},
		{"CFG-17", "", "fails", func(e *evidence.Evidence) { e.Outcome.OK = false }, []string{"the run succeeds ()"}},
		{"CFG-17", "", "other model reported", func(e *evidence.Evidence) { e.Outcome.Model = "openrouter/auto" }, []string{"model of the reply"}},
		{"CFG-17", "", "other model asked", otherModel, request("model")},
		{"CFG-18", "", "host", elsewhere, []string{"host of providers[0] (POST api.openai.com/team/v1/chat/completions)", "other hosts than llm.acme.example that were contacted"}},
		{"CFG-18", "", "path", otherPath, []string{"path of providers[0] (POST llm.acme.example/v1/responses)"}},
		{"CFG-18", "", "key", otherKey, request("key")},
		{"CFG-18", "", "model", otherModel, request("model")},
		{"CFG-18", "", "doubled path", remarked(providers.DoubledSegment, "/v1"), odd},
		{"CFG-18", "", "key of another provider", remarked(providers.ForeignKey, "openrouter.ai"), odd},
		{"CFG-9", "", "another dialect's words", remarked(providers.UnknownField, "max_output_tokens"), odd},
		{"CFG-18", "", "egress", func(e *evidence.Evidence) {
			e.Egress = append(e.Egress, egress.Call{Method: "CONNECT", Host: "pi.dev:443"}, egress.Call{Method: "GET", Host: "127.0.0.1:4000"})
		}, []string{"other hosts than llm.acme.example that were contacted"}},
		{"CFG-18", "", "a listing elsewhere", func(e *evidence.Evidence) {
			e.Providers = append(e.Providers, providers.Call{Method: "GET", Host: "openrouter.ai"})
		}, []string{"other hosts than llm.acme.example that were contacted"}},
		{"CFG-19", builtIn, "not redirected", func(e *evidence.Evidence) { e.Providers[0].Host = "openrouter.ai" }, []string{"host of providers[0] (POST openrouter.ai/team/v1/chat/completions), which asks for a built-in id"}},
		{"CFG-20", "", "left", func(e *evidence.Evidence) { e.Left = []evidence.Entry{{Path: "tmp/agent-1", Dir: true}} }, []string{"left below the temporary root after the turn"}},
		{"CFG-20", plain + "+turn=abort", "left", func(e *evidence.Evidence) { e.Left = []evidence.Entry{{Path: "tmp/agent-1/auth.json"}} }, []string{"left below the temporary root after the turn"}},
		{"CFG-20", "", "operator's folder", func(e *evidence.Evidence) { e.Processes[0].AgentDir, e.During = "/home/.pi/agent", nil }, []string{"the run had a folder of its own to remove (/home/.pi/agent)"}},
		{"CFG-21", "", "folder", func(e *evidence.Evidence) { e.Processes[0].AgentDirMode = "0755" }, []string{"mode of Pi's folder"}},
		{"CFG-21", "", "files", func(e *evidence.Evidence) {
			for i := range e.Processes[0].Files {
				e.Processes[0].Files[i].Mode = "0644"
			}
		}, []string{"mode of auth.json", "mode of models.json"}},
		{"CFG-22", "", "absent", without("settings.json"), missing("settings.json")},
		{"CFG-22", "", "other", refile("settings.json", func(doc map[string]any) { delete(doc, "conformMarker") }), []string{"marker of the operator's settings.json in Pi's"}},
		{"CFG-23", "", "absent", without("extensions/agenta.js"), missing("extensions/agenta.js")},
		{"CFG-24", plain + "+extras=skills", "no skill", without("skills/release-notes/SKILL.md"), []string{"the skill release-notes in Pi's folder"}},
		{"CFG-24", plain + "+extras=skills", "no prompt", without("APPEND_SYSTEM.md"), []string{"the system prompt in Pi's folder or command line"}},
		{"CFG-24", plain + "+extras=skills", "no config", without("models.json"), []string{"models.json stood in Pi's folder when Pi started"}},
		{"CFG-25", blocked, "goes on", func(e *evidence.Evidence) { e.Outcome.OK = true }, []string{"the run succeeds although its configuration cannot be written"}},
		{"CFG-25", blocked, "calls", func(e *evidence.Evidence) {
			e.Providers = []providers.Call{{Method: "POST", Host: "openrouter.ai"}}
		}, []string{"requests to providers"}},
		{"CFG-25", blocked, "no outcome", noOutcome, []string{"the turn has an outcome"}},
		{"CFG-26", own, "generated", func(e *evidence.Evidence) {
			e.Operator.After = append(e.Operator.After, evidence.Entry{Path: "models.json"})
			e.Processes[0].Files = append(e.Processes[0].Files, flight.File{Path: "models.json"})
		}, []string{"the operator's folder after the run", "models.json in Pi's folder"}},
		{"CFG-26", own, "login changed", func(e *evidence.Evidence) { e.Operator.After[1].Content = "{}" }, []string{"auth.json in the operator's folder (-before +after)"}},
		{"CFG-26", own, "login not seen", without("auth.json"), []string{"auth.json in Pi's folder (-operator's +seen)"}},
		{"CFG-26", own, "other key", func(e *evidence.Evidence) { e.Providers[0].Key = "«ambient:own»" }, []string{"keys of the operator's login, of which providers[0] (POST openrouter.ai/api/v1/chat/completions) used one"}},
		{"CFG-26", own, "no Pi", noPi, started},
		{"CFG-27", refused, "swallowed", func(e *evidence.Evidence) { e.Outcome.OK, e.Outcome.Error = true, nil }, []string{"the run succeeds although the provider failed", "text of the error"}},
		{"CFG-27", refused, "no request", noRequest, []string{"requests to a provider"}},
		{"CFG-31", keyRun, "path", otherPath, []string{"path of providers[0] (POST openrouter.ai/v1/responses)"}},
		{"CFG-31", keyRun, "host", elsewhere, []string{"host of providers[0] (POST api.openai.com/api/v1/chat/completions)"}},
		{"CFG-32", family, "prefix lost", func(e *evidence.Evidence) {
			entry("models", ids("gpt-oss-20b"))(e)
			e.Providers[0].Model = "gpt-oss-20b"
		}, append([]string{"models in models.json (-expected +seen)"}, request("model")...)},
	})
	judgeUnsure(t, cfg(), []unsure{
		{"CFG-1", "", func(e *evidence.Evidence) { e.During, e.Providers = nil, nil }, "the temporary root was not listed while the provider was being called"},
		{"CFG-2", "", func(e *evidence.Evidence) { e.Operator.Before = nil }, "the operator's folder was not listed before the run"},
		{"CFG-5", plain + "+login=other", func(e *evidence.Evidence) { e.Input.Login = "" }, "the operator's login does not stand in the evidence"},
		{"CFG-22", "", func(e *evidence.Evidence) { e.Operator.Before = nil }, "the operator's settings.json does not stand in the evidence"},
		{"CFG-25", blocked, noRun, "the turn failed before the runner was asked: the model provider refused the request"},
	})
	judgeGood(t, cfg())
}
