package pitest_test

import (
	"fmt"
	"log"
	"os/exec"
	"path/filepath"
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

// For a program that starts Pi itself: it is given the fake's path, or finds it under
// the name pi in PATH. Whatever environment it gives to Pi, the sidecar beside the
// executable says what to play and where to leave the record.
func ExampleInstall() {
	var (
		binary string // built once, by pitest.Build(dir, pitest.Fake)
		dir    string // of the test
	)
	records := filepath.Join(dir, "records")
	exe, err := pitest.Install(filepath.Join(dir, "bin"), binary, flight.Sidecar{Play: "0.87.1", Records: records})
	if err != nil {
		log.Fatal(err)
	}
	if err := exec.Command("my-program", "--pi", exe).Run(); err != nil {
		log.Fatal(err)
	}
	all, err := flight.ReadDir(records) // one for each start
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range all {
		fmt.Println(r.Argv, r.Exit, len(r.HTTP))
	}
}
