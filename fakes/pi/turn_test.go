package pi_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

func TestTextTurn(t *testing.T) {
	t.Parallel()
	provider := pitest.Serve(t, pitest.Say("Hello ", "world"))
	pi := start(t, provider)
	lines := pi.Prompt("hi")
	const want = "=prompt agent_start turn_start message_start:user message_end:user message_start:assistant" +
		" text_start text_delta text_delta text_end message_end:assistant turn_end agent_end"
	if got := kinds(lines); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	end := lines[len(lines)-3]
	if end.Text("message", "stopReason") != "stop" || end.At("message", "usage", "input") != 12.0 || end.At("message", "usage", "totalTokens") != 15.0 {
		t.Errorf("answer %v", end)
	}
	if got := pi.Call(map[string]any{"type": "get_last_assistant_text"}).Text("data", "text"); got != "Hello world" {
		t.Errorf("last text %q", got)
	}
	asked := provider.Requests()[0]
	if asked.Path != "/v1/chat/completions" || asked.Header.Get("Authorization") != "Bearer sk-test" || asked.Body.Text("model") != "m1" || asked.Body.At("stream") != true {
		t.Errorf("asked %+v", asked)
	}
	pi.Close()
}

func TestToolTurn(t *testing.T) {
	t.Parallel()
	provider := pitest.Serve(t, pitest.CallTool("call1", "bash", map[string]any{"command": "echo tool"}), pitest.Say("done"))
	pi := start(t, provider)
	got := kinds(pi.Prompt("run it"))
	for _, want := range []string{
		"message_end:assistant tool_execution_start tool_execution_update",
		"tool_execution_end message_start:toolResult message_end:toolResult turn_end turn_start message_start:assistant",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if n := strings.Count(got, "agent_end"); n != 1 {
		t.Errorf("%d times agent_end", n)
	}
	messages, _ := provider.Requests()[1].Body.At("messages").([]any)
	last := pitest.Line(messages[len(messages)-1].(map[string]any))
	if last.Text("role") != "tool" || last.Text("content") != "tool\n" || last.Text("tool_call_id") != "call1" {
		t.Errorf("the model hears %v", last)
	}
	pi.Close()
}

func TestRefusedTurn(t *testing.T) {
	t.Parallel()
	pi := start(t, pitest.Serve(t, pitest.Refuse(401, "bad key"), pitest.Say("later")))
	lines := pi.Prompt("hi")
	const want = "=prompt agent_start turn_start message_start:user message_end:user message_start:assistant message_end:assistant turn_end agent_end"
	if got := kinds(lines); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	end := lines[len(lines)-3]
	if end.Text("message", "stopReason") != "error" || end.Text("message", "errorMessage") != "401 bad key" {
		t.Errorf("answer %v", end)
	}
	pi.Prompt("again") // the process lives on
	if got := pi.Call(map[string]any{"type": "get_last_assistant_text"}).Text("data", "text"); got != "later" {
		t.Errorf("after a failure: %q", got)
	}
	if code := pi.Close(); code != 0 || pi.Stderr() != "" {
		t.Errorf("exit %d, stderr %s", code, pi.Stderr())
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []pitest.Answer
		want    string
	}{
		"success": {[]pitest.Answer{pitest.Refuse(429, "slow down"), pitest.Say("ok")},
			"agent_end auto_retry_start agent_start turn_start message_start:assistant text_start text_delta text_end message_end:assistant auto_retry_end turn_end agent_end"},
		"given up": {[]pitest.Answer{pitest.Refuse(429, "slow down")},
			"agent_end auto_retry_start agent_start turn_start message_start:assistant message_end:assistant turn_end agent_end auto_retry_end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provider := pitest.Serve(t, c.answers...)
			pi := pitest.Start(t, pitest.Options{Binary: fake, Files: map[string]string{
				modelsFile: provider.Models("m1"), settingsFile: `{"retry":{"maxRetries":1,"baseDelayMs":1}}`,
			}})
			pi.Prompt("hi")
			pi.Await(func(l pitest.Line) bool { return l.Text("type") == "auto_retry_end" })
			_, got, _ := strings.Cut(kinds(pi.Lines()), "turn_end ")
			got = strings.TrimSuffix(got, " agent_settled")
			if got != c.want || len(provider.Requests()) != 2 {
				t.Errorf("%d requests\ngot  %s\nwant %s", len(provider.Requests()), got, c.want)
			}
			pi.Close()
		})
	}
}

func TestAbort(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	defer close(hold)
	answer := pitest.Say("partial")
	answer.Body, _, _ = strings.Cut(answer.Body, `data: {"choices":[{"delta":{},`)
	answer.Hold = hold
	pi := start(t, pitest.Serve(t, answer))
	pi.Call(map[string]any{"type": "prompt", "message": "hi"})
	pi.Await(func(l pitest.Line) bool { return l.Text("assistantMessageEvent", "type") == "text_delta" })
	busy := pi.Call(map[string]any{"type": "prompt", "message": "too soon"})
	if busy.Text("error") != "Agent is already processing. Specify streamingBehavior ('steer' or 'followUp') to queue the message." {
		t.Errorf("prompt in a run: %v", busy)
	}
	before := len(pi.Lines())
	pi.Call(map[string]any{"type": "abort"})
	lines := pi.Lines()[before:]
	if got := strings.ReplaceAll(kinds(lines), " agent_settled", ""); got != "text_end message_end:assistant turn_end agent_end =abort" {
		t.Errorf("after abort: %s", got)
	}
	if lines[1].Text("message", "stopReason") != "aborted" || lines[1].Text("message", "errorMessage") != "Request was aborted" {
		t.Errorf("answer %v", lines[1])
	}
	pi.Close()
}

func TestRecordOfATurn(t *testing.T) {
	t.Parallel()
	provider := pitest.Serve(t, pitest.Say("ok"))
	pi := pitest.Start(t, pitest.Options{Binary: fake,
		Env:     []string{"CONFORM_SHOWN=yes", "CONFORM_HIDDEN=no"},
		Files:   map[string]string{modelsFile: provider.Models("m1"), settingsFile: noRetry},
		Sidecar: flight.Sidecar{ShowEnv: []string{"CONFORM_SHOWN"}},
	})
	pi.Prompt("hi")
	pi.Close()
	r := pi.Record()
	if r.Player != "fake" || r.Exit == nil || r.Exit.Code != 0 || r.Exit.Reason != "stdin closed" || len(r.HTTP) != 1 || r.HTTP[0].Status != 200 {
		t.Errorf("record %+v", r)
	}
	if len(r.Stdin) != 1 || len(r.Stdout) != len(pi.Lines()) {
		t.Errorf("%d lines in, %d out; the client saw %d", len(r.Stdin), len(r.Stdout), len(pi.Lines()))
	}
	shown := map[string]string{}
	for _, v := range r.Env {
		shown[v.Name] = v.Value
	}
	if value, there := shown["CONFORM_HIDDEN"]; !there || value != "" || shown["CONFORM_SHOWN"] != "yes" {
		t.Errorf("environment %v", shown)
	}
	created := false
	for _, f := range r.FilesAtExit {
		created = created || f.Path == "auth.json" && f.Content == "{}"
	}
	if !created {
		t.Errorf("files at exit %+v", r.FilesAtExit)
	}
}
