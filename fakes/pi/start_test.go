package pi_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// What is wrong at the start is told in Pi's order: patterns and sessions at once,
// all else together at the end, each thing once.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	pi := pitest.Start(t, pitest.Options{
		Binary: fake, Sidecar: flight.Sidecar{Play: "0.87.1"}, Files: map[string]string{settingsFile: `{"enabledModels":["nope"],}`},
		Args: []string{"--mode", "rpc", "--session-id", "mine", "--models", "nope", "--model", "none/x", "--api-key", "k", "--nosuch"},
	})
	if code := pi.Close(); code != 1 {
		t.Errorf("exit %d", code)
	}
	var got []string
	for line := range strings.Lines(pi.Stderr()) {
		kind, _, _ := strings.Cut(line, `"`)
		got = append(got, kind[:min(len(kind), 40)])
	}
	want := []string{
		"Warning: No project session found with i", "Warning: No models match pattern ", "Warning: Invalid settings file ",
		"Error: Unknown option: --nosuch", "Error: Model ", "Error: --api-key requires a model to be ",
	}
	if len(got) != len(want) {
		t.Fatalf("stderr %q", pi.Stderr())
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("line %d is %q, want %q", i, got[i], want[i])
		}
	}
}

// A saved session is exported as a page; templates and skills are commands.
func TestExportAndTemplates(t *testing.T) {
	t.Parallel()
	provider := pitest.Serve(t, pitest.Say("<b>hello</b>"))
	pi := pitest.Start(t, pitest.Options{Binary: fake, Files: map[string]string{
		modelsFile: provider.Models("m1"), settingsFile: noRetry,
		".pi/agent/prompts/greet.md": "---\ndescription: Greets.\n---\nHello $1.\n", ".pi/agent/prompts/plain.md": "\nFirst line.\nSecond.\n",
	}})
	if got := pi.Call(map[string]any{"type": "export_html"}); got.Text("error") != "Nothing to export yet - start a conversation first" {
		t.Errorf("before a conversation: %v", got)
	}
	pi.Prompt("hi")
	got := pi.Call(map[string]any{"type": "export_html", "outputPath": "page.html"})
	if got.Text("data", "path") != "page.html" {
		t.Errorf("answer %v", got)
	}
	commands, _ := pi.Call(map[string]any{"type": "get_commands"}).At("data", "commands").([]any)
	var names []string
	for _, c := range commands {
		c := pitest.Line(c.(map[string]any))
		names = append(names, c.Text("source")+" "+c.Text("name")+": "+c.Text("description"))
	}
	if text := strings.Join(names, ", "); text != "prompt greet: Greets., prompt plain: First line." {
		t.Errorf("commands %s", text)
	}
	pi.Close()
}
