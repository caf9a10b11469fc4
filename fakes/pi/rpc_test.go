package pi_test

import (
	"encoding/json"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// encoded is a line as JSON with sorted names.
func encoded(t *testing.T, l pitest.Line) string {
	t.Helper()
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestLinesThatAreNoCommand(t *testing.T) {
	t.Parallel()
	pi := pitest.Start(t, pitest.Options{Binary: fake, Sidecar: flight.Sidecar{Play: "0.79.4"}})
	for _, c := range []struct{ line, want string }{
		{`{bad json`, `{"command":"parse","error":"Failed to parse command: Expected property name or '}' in JSON at position 1 (line 1 column 2)","success":false,"type":"response"}`},
		{``, `{"command":"parse","error":"Failed to parse command: Unexpected end of JSON input","success":false,"type":"response"}`},
		{`[]`, `{"error":"Unknown command: undefined","success":false,"type":"response"}`},
		{`42`, `{"error":"Unknown command: undefined","success":false,"type":"response"}`},
		{`{}`, `{"error":"Unknown command: undefined","success":false,"type":"response"}`},
		{`{"type":"nope","id":"x1"}`, `{"command":"nope","error":"Unknown command: nope","success":false,"type":"response"}`},
		{`{"type":"GET_STATE"}`, `{"command":"GET_STATE","error":"Unknown command: GET_STATE","success":false,"type":"response"}`},
		{`{"type":"abort_bash","id":7,"extra":1}`, `{"command":"abort_bash","id":7,"success":true,"type":"response"}`},
		{`{"type":"abort_bash","id":null}`, `{"command":"abort_bash","id":null,"success":true,"type":"response"}`},
		{"{\"type\":\"abort_bash\"}\r", `{"command":"abort_bash","success":true,"type":"response"}`},
		{`{"type":"prompt","id":"p"}`, `{"command":"prompt","error":"Cannot read properties of undefined (reading 'startsWith')","id":"p","success":false,"type":"response"}`},
		{`{"type":"set_session_name","name":" "}`, `{"command":"set_session_name","error":"Session name cannot be empty","success":false,"type":"response"}`},
	} {
		before := len(pi.Lines())
		pi.Send(c.line)
		if got := encoded(t, pi.Next(before)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.line, got, c.want)
		}
	}
	pi.Send(`{"type":"extension_ui_response","id":"stray"}`)
	if got := pi.Call(map[string]any{"type": "abort_bash"}); got.At("success") != true {
		t.Errorf("after a line that is not answered: %v", got)
	}
	if code := pi.Close(); code != 0 || pi.Stderr() != "" {
		t.Errorf("exit %d, stderr %s", code, pi.Stderr())
	}
}

func TestStateWithoutAModel(t *testing.T) {
	t.Parallel()
	pi := pitest.Start(t, pitest.Options{Binary: fake})
	state := pi.Call(map[string]any{"type": "get_state", "id": "s"})
	if state.Text("data", "model", "id") != "unknown" || state.Text("data", "thinkingLevel") != "off" || state.Text("id") != "s" {
		t.Errorf("state %v", state)
	}
	models, _ := pi.Call(map[string]any{"type": "get_available_models"}).At("data", "models").([]any)
	if len(models) != 0 {
		t.Errorf("models %v", models)
	}
	refused := pi.Call(map[string]any{"type": "prompt", "message": "hi"})
	const want = "No API key found for the selected model.\n\nUse /login"
	if text := refused.Text("error"); refused.At("success") != false || len(text) < len(want) || text[:len(want)] != want {
		t.Errorf("prompt %v", refused)
	}
	if code := pi.Close(); code != 0 || pi.Stderr() != "" {
		t.Errorf("exit %d, stderr %s", code, pi.Stderr())
	}
}

func TestChoiceOfModel(t *testing.T) {
	t.Parallel()
	pi := start(t, pitest.Serve(t))
	if got := pi.Call(map[string]any{"type": "get_state"}).Text("data", "model", "id"); got != "m1" {
		t.Errorf("started with %s", got)
	}
	for _, c := range []struct{ provider, id, err string }{
		{"fake", "m2", ""},
		{"fake", "M2", "Model not found: fake/M2"},
		{"groq", "llama-3.1-8b-instant", "Model not found: groq/llama-3.1-8b-instant"}, // known, but nobody has its key
		{"nope", "x", "Model not found: nope/x"},
	} {
		got := pi.Call(map[string]any{"type": "set_model", "provider": c.provider, "modelId": c.id})
		if got.Text("error") != c.err || got.At("success") != (c.err == "") {
			t.Errorf("%s/%s: %v", c.provider, c.id, got)
		}
	}
	if got := pi.Call(map[string]any{"type": "set_model", "provider": "fake"}).Text("error"); got != "Model not found: fake/undefined" {
		t.Errorf("no id: %s", got)
	}
	if got := pi.Call(map[string]any{"type": "get_state"}).Text("data", "model", "id"); got != "m2" {
		t.Errorf("a refused choice changes the model to %s", got)
	}
	pi.Close()
}

func TestSwitchesWriteSettings(t *testing.T) {
	t.Parallel()
	pi := pitest.Start(t, pitest.Options{Binary: fake})
	for _, c := range []map[string]any{
		{"type": "set_steering_mode", "mode": "zzz"}, {"type": "set_follow_up_mode", "mode": "all"},
		{"type": "set_auto_compaction", "enabled": false}, {"type": "set_auto_retry", "enabled": false},
		{"type": "set_session_name", "name": " x "},
	} {
		if got := pi.Call(c); got.At("success") != true {
			t.Errorf("%v: %v", c, got)
		}
	}
	state := pi.Call(map[string]any{"type": "get_state"})
	if state.Text("data", "steeringMode") != "zzz" || state.Text("data", "followUpMode") != "all" ||
		state.At("data", "autoCompactionEnabled") != false || state.Text("data", "sessionName") != "x" {
		t.Errorf("state %v", state)
	}
	pi.Close()
	want := "{\n  \"steeringMode\": \"zzz\",\n  \"followUpMode\": \"all\",\n  \"compaction\": {\n    \"enabled\": false\n  },\n  \"retry\": {\n    \"enabled\": false\n  }\n}"
	if got := pi.Read(settingsFile); got != want {
		t.Errorf("settings.json is %s", got)
	}
}

func TestShellOfTheClient(t *testing.T) {
	t.Parallel()
	provider := pitest.Serve(t, pitest.Say("ok"))
	pi := start(t, provider)
	got := pi.Call(map[string]any{"type": "bash", "command": "echo out; exit 3"})
	if got.Text("data", "output") != "out\n" || got.At("data", "exitCode") != 3.0 || got.At("data", "cancelled") != false {
		t.Errorf("bash %v", got)
	}
	pi.Send(`{"type":"bash","id":"slow","command":"sleep 60"}`)
	if got := pi.Call(map[string]any{"type": "get_session_stats"}); got.At("success") != true {
		t.Errorf("a slow command holds others back: %v", got)
	}
	pi.Call(map[string]any{"type": "abort_bash"})
	slow := pi.Await(func(l pitest.Line) bool { return l.Text("id") == "slow" })
	if slow.At("data", "cancelled") != true {
		t.Errorf("aborted command: %v", slow)
	}
	pi.Prompt("hi")
	first, _ := provider.Requests()[0].Body.At("messages").([]any)[1].(map[string]any)["content"].([]any)
	if text := first[0].(map[string]any)["text"]; text != "Ran `echo out; exit 3`\n```\nout\n\n```\n\nCommand exited with code 3" {
		t.Errorf("the model is told %q", text)
	}
	pi.Close()
}
