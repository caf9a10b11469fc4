package pi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

func TestCompact(t *testing.T) {
	t.Parallel()
	provider := pitest.Serve(t, pitest.Say("first"), pitest.Say("in short"), pitest.Say("second"))
	pi := start(t, provider)
	pi.Prompt("hi")
	answer := pi.Call(map[string]any{"type": "compact", "customInstructions": "names"})
	if answer.Text("data", "summary") != "in short" || answer.At("data", "tokensBefore") != 15.0 {
		t.Errorf("compact: %v", answer)
	}
	if got := kinds(pi.Lines()); !strings.Contains(got, "compaction_start compaction_end =compact") {
		t.Errorf("no compaction in %s", got)
	}
	asked := provider.Requests()[1]
	if asked.Body.At("max_completion_tokens") != 13107.0 || asked.Body.At("tools") != nil || !strings.Contains(fmt.Sprint(asked.Body), "Additional focus: names") {
		t.Errorf("asked %v", asked.Body)
	}
	stats := pi.Call(map[string]any{"type": "get_session_stats"})
	if usage, ok := stats.At("data", "contextUsage", "tokens").(float64); ok {
		t.Errorf("right after a compaction %v tokens are known", usage)
	}
	if got := pi.Call(map[string]any{"type": "compact"}).Text("error"); got != "Already compacted" {
		t.Errorf("compacted twice: %q", got)
	}
	pi.Prompt("go on")
	if body := fmt.Sprint(provider.Requests()[2].Body); !strings.Contains(body, "<summary>\nin short\n</summary>") {
		t.Errorf("the model does not hear the summary: %s", body)
	}
	pi.Close()
}

func TestCompactFails(t *testing.T) {
	t.Parallel()
	pi := start(t, pitest.Serve(t, pitest.Say("first"), pitest.Refuse(401, "bad key")))
	pi.Prompt("hi")
	if got := pi.Call(map[string]any{"type": "compact"}).Text("error"); got != "Summarization failed: 401 bad key" {
		t.Errorf("error %q", got)
	}
	if got := pi.Call(map[string]any{"type": "get_state"}).At("data", "messageCount"); got != 2.0 {
		t.Errorf("%v messages", got)
	}
	pi.Close()
}

func TestOverflow(t *testing.T) {
	t.Parallel()
	const full = "This model's maximum context length is 10 tokens"
	for _, c := range []struct {
		name, version string
		answers       []pitest.Answer
		kinds         string
		last          string
	}{
		{
			"compacted and asked again", "0.79.4",
			[]pitest.Answer{pitest.Refuse(400, full), pitest.Say("in short"), pitest.Say("better")},
			"agent_end compaction_start compaction_end agent_start", "better",
		},
		{
			"once", "0.79.4",
			[]pitest.Answer{pitest.Refuse(400, full), pitest.Say("in short"), pitest.Refuse(400, full)},
			"agent_end compaction_end =get_state", "",
		},
		{
			"too small to be compacted", "0.80.6",
			[]pitest.Answer{pitest.Refuse(400, full), pitest.Say("never heard")},
			"agent_end agent_settled =get_state", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			provider := pitest.Serve(t, c.answers...)
			pi := pitest.Start(t, pitest.Options{Binary: fake, Sidecar: flight.Sidecar{Play: c.version}, Files: map[string]string{
				modelsFile: provider.Models("m1"), settingsFile: noRetry,
			}})
			pi.Send(`{"type":"prompt","message":"hi"}`)
			ends := 0
			pi.Await(func(l pitest.Line) bool {
				switch l.Text("type") {
				case "agent_end":
					ends++
				case "compaction_end":
					return l.Text("errorMessage") != "" // the second time, if there is one
				}
				return ends == 2 && c.last != "" || l.Text("type") == "agent_settled"
			})
			pi.Call(map[string]any{"type": "get_state"})
			if got := kinds(pi.Lines()); !strings.Contains(got, c.kinds) {
				t.Errorf("no %s in %s", c.kinds, got)
			}
			if got := pi.Call(map[string]any{"type": "get_last_assistant_text"}).Text("data", "text"); got != c.last {
				t.Errorf("last text %q", got)
			}
			pi.Close()
		})
	}
}

// A context that is nearly full is made smaller after a run, and before one if the
// model has been changed for one with less room.
func TestThreshold(t *testing.T) {
	t.Parallel()
	provider := pitest.Serve(t, pitest.Say("first"), pitest.Say("in short"), pitest.Say("second"), pitest.Say("shorter"))
	models := strings.Replace(provider.Models("m1", "m2"), `"id":"m2"`, `"id":"m2","contextWindow":8000`, 1)
	pi := pitest.Start(t, pitest.Options{Binary: fake, Files: map[string]string{modelsFile: models, settingsFile: noRetry}})
	pi.Prompt("hi")
	from := len(pi.Lines())
	m2 := pi.Call(map[string]any{"type": "set_model", "provider": "fake", "modelId": "m2"})
	if !strings.Contains(models, `8000`) || m2.At("success") != true {
		t.Fatalf("%v from %s", m2, models)
	}
	pi.Send(`{"type":"prompt","message":"go on"}`)
	ends := 0
	pi.Await(func(l pitest.Line) bool {
		if l.Text("type") == "compaction_end" {
			ends++
		}
		return ends == 2
	})
	got := kinds(pi.Lines()[from:])
	for _, want := range []string{"=set_model compaction_start compaction_end", "=prompt agent_start", "agent_end compaction_start compaction_end"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	pi.Close()
}
