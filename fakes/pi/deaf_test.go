package pi_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// The first answer of Mistral's cannot be aborted in old versions: abort is not
// answered, and the run goes on, until the provider ends.
func TestAbortOfMistral(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version string
		misses  bool
	}{{"0.79.4", true}, {"0.80.6", false}} {
		t.Run(c.version, func(t *testing.T) {
			t.Parallel()
			hold := make(chan struct{})
			const begun = `data: {"id":"x","model":"m1","choices":[{"index":0,"delta":{"content":"I was "},"finish_reason":null}]}` + "\n\n"
			provider := pitest.Serve(t, pitest.Answer{Body: begun, Hold: hold})
			models := strings.Replace(provider.Models("m1"), "openai-completions", "mistral-conversations", 1)
			pi := pitest.Start(t, pitest.Options{Binary: fake, Sidecar: flight.Sidecar{Play: c.version}, Files: map[string]string{
				modelsFile: models, settingsFile: noRetry,
			}})
			pi.Send(`{"type":"prompt","message":"hi"}`)
			pi.Await(func(l pitest.Line) bool { return l.Text("assistantMessageEvent", "type") == "text_delta" })
			pi.Send(`{"type":"abort"}`)
			if c.misses {
				state := pi.Call(map[string]any{"type": "get_state"})
				if state.At("data", "isStreaming") != true || strings.Contains(kinds(pi.Lines()), "=abort") {
					t.Errorf("the abort is noticed: %v", state)
				}
				close(hold)
			} else {
				defer close(hold)
			}
			end := pi.Await(func(l pitest.Line) bool {
				return l.Text("type") == "message_end" && l.Text("message", "role") == "assistant"
			})
			want := map[bool]string{true: "Request was aborted", false: "This operation was aborted"}[c.misses]
			if end.Text("message", "stopReason") != "aborted" || end.Text("message", "errorMessage") != want {
				t.Errorf("ended as %v", end)
			}
			pi.Await(func(l pitest.Line) bool { return l.Text("command") == "abort" })
			pi.Close()
		})
	}
}
