package pi_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// published are versions that npm has, oldest first; the ones in which something
// begins, and the ones just before.
var published = []string{
	"0.79.4", "0.79.6", "0.79.10", "0.80.2", "0.80.3", "0.80.6", "0.80.10", "0.81.1", "0.82.0", "0.82.1", "0.83.0", "0.84.0",
	"0.84.1", "0.84.2", "0.84.3", "0.84.4", "0.85.1", "0.86.1", "0.87.0", "0.87.1",
}

// What changed in which version, seen from outside. Each was found in the packages;
// here it is held that the fake does it from that version on, and not before.
func TestWhatChangedWhen(t *testing.T) {
	t.Parallel()
	since := map[string]string{
		"settles": "0.80.6", "echoes unknown ids": "0.79.10", "has entries": "0.80.3", "has levels": "0.81.1", "clears queues": "0.84.4",
		"lists llama": "0.81.1", "tells what a shell prints": "0.82.0", "slim updates": "0.84.0", "updates with usage or message": "",
		"pending": "0.83.0", "raw stop reason": "0.83.0", "counts reasoning": "0.80.3", "system message": "0.86.1", "keeps failed tries": "0.87.0",
		"level max": "0.80.6", "write counts no bytes": "0.85.1", "set_model does not save": "0.84.3", "set_model leaves the level": "0.84.3",
		"limits answers": "0.80.3", "whole errors": "0.80.3", "names itself": "0.84.2", "tools without strict": "0.86.1",
		"key of models.json wins": "0.80.2", "env of an entry counts": "0.79.6", "key need not be given": "0.80.2", "errors stay": "0.80.10",
	}
	for _, version := range published {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			got := observe(t, version)
			for point, first := range since {
				seen, known := got[point]
				if want := slices.Index(published, version) >= slices.Index(published, first); first != "" && seen != want || !known {
					t.Errorf("%s: %t; it begins in %s", point, seen, first)
				}
			}
			if !got["updates with usage or message"] == (version != "0.84.0" && version != "0.84.1") {
				t.Errorf("updates have neither usage nor message in 0.84.0 and 0.84.1 alone")
			}
		})
	}
}

// observe plays a session with a version and says what is to be seen of it.
func observe(t *testing.T, version string) map[string]bool {
	t.Helper()
	served := pitest.Serve(t, pitest.CallTool("call1", "write", map[string]any{"path": "x", "content": "abc"}), pitest.Say("done"),
		pitest.Refuse(503, "Overloaded"), pitest.Say("at last"))
	sidecar := flight.Sidecar{Play: version, Catalog: catalogueFor(t, version)}
	pi := pitest.Start(t, pitest.Options{
		Binary: fake, Sidecar: sidecar,
		Env: []string{"GROQ_API_KEY=from-env"},
		Files: map[string]string{
			modelsFile: `{"providers":{"fake":{"baseUrl":"` + served.URL + `/v1","api":"openai-completions","apiKey":"sk","models":[{"id":"m1"},{"id":"m2","reasoning":true,"thinkingLevelMap":{"xhigh":"xhigh","max":"max"}}]},
				"groq":{"baseUrl":"` + served.URL + `/v1","apiKey":"from-file"},
				"own":{"baseUrl":"` + served.URL + `/v1","apiKey":"sk","api":"openai-completions","models":[{"id":"m3"}]}}}`,
			authFile:     `{"own":{"type":"api_key","key":"$OF_ENTRY","env":{"OF_ENTRY":"sk-entry"}}}`,
			settingsFile: `{"retry":{"baseDelayMs":1,"maxRetries":1}}`,
		},
		Args: []string{"--mode", "rpc", "--model", "fake/m1"},
	})
	got := map[string]bool{}
	has := func(command string) bool { return pi.Call(map[string]any{"type": command}).At("success") == true }
	got["has entries"], got["has levels"], got["clears queues"] = has("get_entries"), has("get_available_thinking_levels"), has("clear_queue")
	got["echoes unknown ids"] = pi.Call(map[string]any{"type": "nope", "id": "x"}).At("id") == "x"
	got["lists llama"] = strings.Contains(encoded(t, pi.Call(map[string]any{"type": "get_commands"})), `"llama"`)
	pi.Call(map[string]any{"type": "bash", "command": "echo x"})
	got["tells what a shell prints"] = strings.Contains(kinds(pi.Lines()), "bash_execution_update")

	level := func() string { return pi.Call(map[string]any{"type": "get_state"}).Text("data", "thinkingLevel") }
	pi.Call(map[string]any{"type": "set_model", "provider": "fake", "modelId": "m2"})
	got["set_model leaves the level"] = level() == "off"
	pi.Call(map[string]any{"type": "set_thinking_level", "level": "max"})
	got["level max"] = level() == "max"
	pi.Call(map[string]any{"type": "set_model", "provider": "fake", "modelId": "m1"})
	got["set_model does not save"] = !strings.Contains(pi.Read(settingsFile), "defaultModel")

	lines := pi.Prompt("write it")
	events := kinds(lines)
	got["system message"] = strings.Contains(events, "message_start:system")
	for _, l := range lines {
		switch {
		case l.Text("type") == "message_update":
			got["slim updates"] = l.At("message") == nil
			got["updates with usage or message"] = l.At("usage") != nil || l.At("message") != nil
		case l.Text("type") == "message_start" && l.Text("message", "role") == "assistant":
			got["pending"] = l.Text("message", "stopReason") == "pending"
		case l.Text("type") == "message_end" && l.Text("message", "role") == "assistant":
			got["raw stop reason"] = l.At("message", "rawStopReason") != nil
			got["counts reasoning"] = l.At("message", "usage", "reasoning") != nil
		case l.Text("type") == "tool_execution_end":
			got["write counts no bytes"] = !strings.Contains(encoded(t, l), "bytes")
		}
	}
	failed := pi.Prompt("again")
	for _, l := range failed {
		if text := l.Text("message", "errorMessage"); text != "" {
			got["whole errors"] = strings.Contains(text, `"code"`)
		}
	}
	got["keeps failed tries"] = strings.Contains(kinds(failed), "entry_appended")

	asked := served.Requests()[0]
	got["limits answers"] = asked.Body.At("max_completion_tokens") != nil
	got["names itself"] = strings.HasPrefix(asked.Header.Get("User-Agent"), "pi (")
	got["tools without strict"] = !strings.Contains(encoded(t, asked.Body), `"strict":false`)
	key := func(provider, id string) string {
		pi.Call(map[string]any{"type": "set_model", "provider": provider, "modelId": id})
		pi.Prompt("hello")
		return last(served.Requests()).Header.Get("Authorization")
	}
	got["key of models.json wins"] = key("groq", "llama-3.1-8b-instant") == "Bearer from-file"
	got["env of an entry counts"] = key("own", "m3") == "Bearer sk-entry"
	pi.Close()
	got["settles"] = strings.Contains(kinds(pi.Lines()), "agent_settled")

	offered := func(other string) bool {
		pi := pitest.Start(t, pitest.Options{Binary: fake, Sidecar: sidecar, Files: map[string]string{
			authFile:   `{"late":{"type":"api_key","key":"sk"}}`,
			modelsFile: `{"providers":{"good":{"baseUrl":"http://x","api":"openai-completions","apiKey":"k","models":[{"id":"m"}]},` + other + `}}`,
		}})
		defer pi.Close()
		return strings.Contains(encoded(t, pi.Call(map[string]any{"type": "get_available_models"})), `"provider":"good"`)
	}
	got["key need not be given"] = offered(`"late":{"baseUrl":"http://x","api":"openai-completions","models":[{"id":"m"}]}`)
	got["errors stay"] = offered(`"bad":{}`)
	return got
}

func last[T any](of []T) T { return of[len(of)-1] }

// catalogueFor is a catalogue for a version that has none of its own: that of the
// newest one before it.
func catalogueFor(t *testing.T, version string) string {
	t.Helper()
	built := ""
	for _, v := range published {
		path := filepath.Join("catalog", "data", v+".tsv")
		if matches, err := filepath.Glob(path); err == nil && len(matches) == 1 {
			built = path
		}
		if v == version {
			break
		}
	}
	abs, err := filepath.Abs(built)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
