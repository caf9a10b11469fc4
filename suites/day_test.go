package suites

import (
	"testing"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// unboxed takes the process out of its sandbox.
func unboxed(e *evidence.Evidence) {
	for i, v := range e.Processes[0].Env {
		if v.Name == "DAYTONA_SANDBOX_ID" {
			e.Processes[0].Env = append(e.Processes[0].Env[:i:i], e.Processes[0].Env[i+1:]...)
			return
		}
	}
}

// otherKeyThan shows the provider another key.
func otherKeyThan(key string) func(*evidence.Evidence) {
	return func(e *evidence.Evidence) { e.Providers[0].Key = key }
}

// inEnv changes a variable of Pi's environment.
func inEnv(name, value string) func(*evidence.Evidence) {
	return func(e *evidence.Evidence) {
		for i, v := range e.Processes[0].Env {
			if v.Name == name {
				e.Processes[0].Env[i].Value = value
			}
		}
	}
}

// hasFile adds a file to Pi's folder.
func hasFile(path, content string) func(*evidence.Evidence) {
	return func(e *evidence.Evidence) {
		e.Processes[0].Files = append(e.Processes[0].Files, flight.File{Path: path, Mode: "0600", Content: content, Size: int64(len(content))})
	}
}

func failed(class, message string, allowed ...string) func(*evidence.Evidence) {
	return func(e *evidence.Evidence) {
		e.Outcome.OK, e.Outcome.Model = false, ""
		e.Outcome.Error = &protocol.Failure{Class: class, Message: message, Allowed: allowed}
	}
}

func wellEnded(e *evidence.Evidence) { e.Outcome.OK, e.Outcome.Error = true, nil }

func TestDay(t *testing.T) {
	const (
		box      = "pi_core/daytona/custom_provider/openrouter/named/base-url/custom-id/strict-unset"
		builtIn  = "pi_core/daytona/custom_provider/openrouter/named/no-url/built-in/strict-unset"
		loggedIn = box + "+login=other"
		moved    = box + "+sandbox-dir=moved"
		beside   = box + "+beside=local"
		dies     = box + "+cloud=pi-dies"
		refuses  = box + "+behaviour=401"
		full     = box + "+cloud=upload-fails"
		port     = "pi_core/daytona/custom_provider/openrouter/named/port-url/custom-id/strict-unset"
		private  = "pi_core/daytona/custom_provider/openrouter/named/blocked-url/custom-id/strict-unset"
		strict   = "pi_core/daytona/no-record/openrouter/self-managed/no-url/custom-id/strict-on+login=same+beside=local"
		nowhere  = "Pi ran in a sandbox of the cloud"
	)
	noFile := "auth.json in Pi's folder"
	judgeFaults(t, day(), []fault{
		{"DAY-1", box, "not there", without("auth.json"), []string{noFile}},
		{"DAY-1", box, "raw", refile("auth.json", func(doc map[string]any) { doc["openrouter"].(map[string]any)["key"] = mark }), []string{"entry openrouter of auth.json (-expected +seen)"}},
		{"DAY-1", box, "on the runner's machine", unboxed, []string{nowhere}},
		{"DAY-1", box, "in no sandbox that the cloud knows", func(e *evidence.Evidence) { e.Cloud.Sandboxes = nil }, []string{nowhere}},
		{"DAY-2", beside, "other bytes", refile("models.json", func(doc map[string]any) { doc["more"] = 1 }), []string{"models.json (-local +sandbox)"}},
		{"DAY-2", beside, "not there", without("models.json"), []string{"models.json in the sandbox, as on the runner's own machine"}},
		{"DAY-2", beside, "in the sandbox only", func(e *evidence.Evidence) { e.Twin.Processes[0].Files = nil }, []string{"models.json in the sandbox, as on the runner's own machine"}},
		{"DAY-3", box, "not set", func(e *evidence.Evidence) { e.Processes[0].Env = e.Processes[0].Env[3:] }, []string{"OPENROUTER_API_KEY in the sandbox"}},
		{"DAY-3", box, "another secret", func(e *evidence.Evidence) { e.Cloud.Secrets[0].Value = "«other:spare»" }, []string{"what OPENROUTER_API_KEY in the sandbox stands for"}},
		{"DAY-3", box, "a placeholder of nothing", func(e *evidence.Evidence) { e.Cloud.Secrets = nil }, []string{"what OPENROUTER_API_KEY in the sandbox stands for"}},
		{"DAY-3", box, "no reference", refile("auth.json", func(doc map[string]any) { doc["openrouter"].(map[string]any)["key"] = "text" }), []string{"entry openrouter of auth.json refers to a variable"}},
		{"DAY-4", box, "late", func(e *evidence.Evidence) { e.Cloud.Calls[1].At = e.Processes[0].Start.Add(time.Millisecond) }, []string{"files of Pi's folder that came after Pi's start"}},
		{"DAY-4", box, "not yet there", without("models.json"), []string{"models.json stood in Pi's folder when Pi started"}},
		{"DAY-5", box, "uploaded", sighted("chosen:main", "cloud.calls[1].files[1].content"), []string{"keys in files that went into the sandbox"}},
		{"DAY-5", box, "found by Pi", sighted("chosen:main", "processes[0].files[models.json].content"), []string{"keys in files that went into the sandbox"}},
		{"DAY-5", box, "another record's", sighted("other:spare", "cloud.calls[1].files[1].content"), []string{"keys in files that went into the sandbox"}},
		{"DAY-6", loggedIn, "an entry", refile("auth.json", func(doc map[string]any) { doc["groq"] = map[string]any{} }), []string{"entries of auth.json in the sandbox"}},
		{"DAY-6", loggedIn, "a variable", sighted("operator:login", "processes[0].env[GROQ_API_KEY]"), []string{"keys of the operator's login in the sandbox"}},
		{"DAY-7", box, "elsewhere", func(e *evidence.Evidence) { e.Processes[0].AgentDir = "/root/.pi/agent" }, []string{"Pi's folder in the sandbox"}},
		{"DAY-7", box, "not told", inEnv("PI_CODING_AGENT_DIR", ""), []string{"PI_CODING_AGENT_DIR in the sandbox"}},
		{"DAY-7", moved, "the setting is not read", func(e *evidence.Evidence) {
			e.Processes[0].AgentDir = "/home/sandbox/.pi/agent"
			inEnv("PI_CODING_AGENT_DIR", "/home/sandbox/.pi/agent")(e)
		}, []string{"PI_CODING_AGENT_DIR in the sandbox", "Pi's folder in the sandbox"}},
		{"DAY-8", builtIn + "+cloud=used", "left behind", hasFile("models.json", `{"id":"left-behind"}`), []string{"models.json in the folder of a sandbox that was used before", "models.json in the sandbox"}},
		{"DAY-8", box + "+cloud=used", "merged", refile("models.json", func(doc map[string]any) { doc["x"] = "left-behind" }), []string{"models.json in the sandbox"}},
		{"DAY-8", box + "+cloud=used", "an entry", refile("auth.json", func(doc map[string]any) { doc["x"] = "$EARLIER_API_KEY" }), []string{"auth.json in the sandbox"}},
		{"DAY-9", strict, "succeeds", wellEnded, []string{"how the turn ended (-local +sandbox)"}},
		{"DAY-9", strict, "another set", func(e *evidence.Evidence) { e.Outcome.Error.Allowed = []string{"a/b"} }, []string{"how the turn ended (-local +sandbox)"}},
		{"DAY-9", beside, "another model", otherModel, []string{"how the turn ended (-local +sandbox)"}},
		{"DAY-9", beside, "no answer", noOutcome, []string{"the turn has an outcome"}},
		{"DAY-10", full, "succeeds", wellEnded, []string{"the run succeeds although a file of it could not be uploaded", "text of the error"}},
		{"DAY-10", full, "calls", func(e *evidence.Evidence) { e.Providers = []providers.Call{{Method: "POST", Host: "openrouter.ai"}} }, []string{"requests to providers"}},
		{"DAY-11", dies, "succeeds", wellEnded, []string{"the run succeeds although Pi failed in the sandbox", "text of the error"}},
		{"DAY-11", refuses, "says nothing", failed("AgentRunError", ""), []string{"text of the error"}},
		{"DAY-11", refuses, "no request", noRequest, []string{"requests to a provider"}},
		{"DAY-12", port, "another host", elsewhere, []string{"host of providers[0] (POST api.openai.com/team/v1/chat/completions)"}},
		{"DAY-12", port, "the placeholder", otherKeyThan(placeholder), []string{"key of providers[0] (POST llm.acme.example:8443/team/v1/chat/completions)"}},
		{"DAY-12", private, "fails", failed("AgentRunError", "no"), []string{"the run succeeds (no)"}},
	})
	noTwin := func(e *evidence.Evidence) { e.Twin = nil }
	judgeUnsure(t, day(), []unsure{
		{"DAY-2", beside, noTwin, "no turn was made on the runner's own machine"},
		{"DAY-2", beside, func(e *evidence.Evidence) { e.Twin.Processes = nil }, "the turn on the runner's own machine started no Pi"},
		{"DAY-9", beside, noTwin, "no turn was made on the runner's own machine"},
		{"DAY-10", full, func(e *evidence.Evidence) { e.Cloud.Calls = nil; wellEnded(e) }, "no upload failed: the files came into the sandbox in another way"},
	})
	t.Run("a key as it is", func(t *testing.T) {
		in := good(t, edition(t), port)
		in.Got.Cloud.Secrets = nil
		inEnv("OPENROUTER_API_KEY", mark)(in.Got)
		if f := judge(pickCheck(t, day(), "DAY-3"), in); f.Judgement != "holds" {
			t.Error(f)
		}
	})
	t.Run("left in a sandbox", func(t *testing.T) {
		in := good(t, edition(t), box)
		in.Got.Cloud.Left = []evidence.Entry{{Path: "/home/sandbox/.pi/agent/models.json"}, {Path: "/home/sandbox/.pi/agent/sessions"}}
		in.Got.Cloud.Sandboxes[0].State = daytona.Started
		if f := judge(pickCheck(t, cfg(), "CFG-20"), in); f.Judgement != "violated" || len(f.Mismatches) != 1 {
			t.Error(f)
		}
	})
	judgeGood(t, day())
}
