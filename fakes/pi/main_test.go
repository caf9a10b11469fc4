package pi_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// binaries are the built commands.
var fake, recorder string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pi-test")
	if err == nil {
		defer os.RemoveAll(dir)
		fake, err = pitest.Build(dir, pitest.Fake)
	}
	if err == nil {
		recorder, err = pitest.Build(dir, pitest.Recorder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

const (
	settingsFile = ".pi/agent/settings.json"
	modelsFile   = ".pi/agent/models.json"
	authFile     = ".pi/agent/auth.json"

	noRetry = `{"retry":{"enabled":false}}`
)

// start starts the fake with a provider's models m1 and m2, and no retries.
func start(t *testing.T, p *pitest.Provider) *pitest.Pi {
	t.Helper()
	return pitest.Start(t, pitest.Options{Binary: fake, Files: map[string]string{
		modelsFile: p.Models("m1", "m2"), settingsFile: noRetry,
	}})
}

// kinds lists the types of events, and of responses what they answer. Pieces
// of an answer are named by their kind.
func kinds(lines []pitest.Line) string {
	var out []string
	for _, l := range lines {
		kind := l.Text("type")
		switch kind {
		case "response":
			kind = "=" + l.Text("command")
		case "message_start", "message_end":
			kind += ":" + l.Text("message", "role")
		case "message_update":
			kind = l.Text("assistantMessageEvent", "type")
		}
		out = append(out, kind)
	}
	return strings.Join(out, " ")
}
