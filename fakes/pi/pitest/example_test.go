package pitest_test

import (
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// A test of whatever starts a Pi: start the fake, script its provider, and read
// what the process saw and did. TestScript is the same, and is run.
func Example() {
	var (
		t      *testing.T // of the test
		binary string     // built once, in TestMain, by pitest.Build(dir, pitest.Fake)
	)
	provider := pitest.Serve(t,
		pitest.Refuse(429, "slow down"),
		pitest.CallTool("call1", "bash", map[string]any{"command": "echo hello"}),
		pitest.Say("It said hello."),
	)
	pi := pitest.Start(t, pitest.Options{
		Binary: binary,
		Files: map[string]string{
			".pi/agent/models.json":   provider.Models("m1"),
			".pi/agent/settings.json": `{"retry":{"baseDelayMs":1}}`,
		},
		Sidecar: flight.Sidecar{Play: "0.80.6"},
	})
	pi.Prompt("Say hello.")
	if got := pi.Call(map[string]any{"type": "get_last_assistant_text"}).Text("data", "text"); got != "It said hello." {
		t.Errorf("the answer is %q", got)
	}
	pi.Close()

	record := pi.Record()
	if len(record.HTTP) != 3 || record.HTTP[0].Status != 429 || record.Exit.Code != 0 {
		t.Errorf("requests %+v, exit %+v", record.HTTP, record.Exit)
	}
}
