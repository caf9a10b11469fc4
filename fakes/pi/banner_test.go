package pi_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// A banner of the sidecar stands once in what a client hears, before the first
// answer or in its place, and never in a message.
func TestBanner(t *testing.T) {
	t.Parallel()
	const banner = "## Extensions\n/opt/x.js\n"
	for _, version := range []string{"0.79.4", "0.87.1"} {
		for name, c := range map[string]struct {
			answers []pitest.Answer
			heard   string
		}{
			"before an answer":     {[]pitest.Answer{pitest.Say("Hello")}, banner + "Hello"},
			"without an answer":    {[]pitest.Answer{pitest.Say()}, banner},
			"before a tool's call": {[]pitest.Answer{pitest.CallTool("c1", "bash", map[string]any{"command": "true"}), pitest.Say("done")}, banner + "done"},
			"not with a failure":   {[]pitest.Answer{pitest.Refuse(401, "bad key")}, ""},
		} {
			t.Run(version+" "+name, func(t *testing.T) {
				t.Parallel()
				provider := pitest.Serve(t, c.answers...)
				pi := pitest.Start(t, pitest.Options{Binary: fake, Sidecar: flight.Sidecar{Play: version, Banner: banner}, Files: map[string]string{
					modelsFile: provider.Models("m1", "m2"), settingsFile: noRetry,
				}})
				lines := pi.Prompt("hi")
				var heard strings.Builder
				for _, l := range lines {
					if l.Text("assistantMessageEvent", "type") == "text_delta" {
						heard.WriteString(l.Text("assistantMessageEvent", "delta"))
					}
				}
				if heard.String() != c.heard {
					t.Errorf("heard %q, want %q", heard.String(), c.heard)
				}
				if got := pi.Call(map[string]any{"type": "get_last_assistant_text"}).Text("data", "text"); strings.Contains(got, "Extensions") {
					t.Errorf("the message holds the banner: %q", got)
				}
				if got := kinds(lines); strings.Count(got, "text_start") != strings.Count(got, "text_end") {
					t.Errorf("texts begin and do not end: %s", got)
				}
				pi.Close()
			})
		}
	}
}
