package pitest_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

var binary string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pitest")
	if err == nil {
		defer os.RemoveAll(dir)
		binary, err = pitest.Build(dir, pitest.Fake)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// TestScript is the example, run with each version.
func TestScript(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"0.79.4", "0.80.6", "0.87.1"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			provider := pitest.Serve(t,
				pitest.Refuse(429, "slow down"),
				pitest.CallTool("call1", "bash", map[string]any{"command": "echo hello"}),
				pitest.Say("It said hello."),
			)
			pi := pitest.Start(t, pitest.Options{Binary: binary, Sidecar: flight.Sidecar{Play: version}, Files: map[string]string{
				".pi/agent/models.json":   provider.Models("m1"),
				".pi/agent/settings.json": `{"retry":{"baseDelayMs":1}}`,
			}})
			pi.Prompt("Say hello.")
			if got := pi.Call(map[string]any{"type": "get_last_assistant_text"}).Text("data", "text"); got != "It said hello." {
				t.Errorf("the answer is %q", got)
			}
			pi.Close()
			record := pi.Record()
			if len(record.HTTP) != 3 || record.HTTP[0].Status != 429 || record.Exit.Code != 0 || record.Version != version {
				t.Errorf("requests %+v, exit %+v, version %s", record.HTTP, record.Exit, record.Version)
			}
			if asked := provider.Requests(); len(asked) != 3 || asked[2].Path != "/v1/chat/completions" {
				t.Errorf("the provider was asked %+v", asked)
			}
		})
	}
}
