package recorder_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

var binary string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "recorder-test")
	if err == nil {
		defer os.RemoveAll(dir)
		binary, err = pitest.Build(dir, pitest.Recorder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// around starts the recorder around a shell script.
func around(t *testing.T, script string, args ...string) *pitest.Pi {
	t.Helper()
	return pitest.Start(t, pitest.Options{
		Binary: binary, Args: append([]string{}, args...), Env: []string{"A=b"},
		Files:   map[string]string{".pi/agent/auth.json": `{"a":1}`},
		Sidecar: flight.Sidecar{Play: "0.80.6", ShowEnv: []string{"A"}, Exec: []string{"/bin/sh", "-c", script, "pi"}},
	})
}

func TestBothDirections(t *testing.T) {
	t.Parallel()
	pi := around(t, `echo '{"args":"'"$*"'"}'; while read -r line; do echo "$line"; done; echo late >>"$HOME/.pi/agent/new"; exit 7`, "--mode", "rpc")
	pi.Send(`{"n":1}`)
	pi.Await(func(l pitest.Line) bool { return l.At("n") == 1.0 })
	if code := pi.Close(); code != 7 {
		t.Errorf("exit %d", code)
	}
	if got := pi.Lines()[0].Text("args"); got != "--mode rpc" {
		t.Errorf("started with %q", got)
	}
	r := pi.Record()
	switch {
	case r.Player != "recorder" || r.Version != "0.80.6" || strings.Join(r.Argv, " ") != "--mode rpc":
		t.Errorf("record of %s %s %q", r.Player, r.Version, r.Argv)
	case len(r.Stdin) != 1 || r.Stdin[0].Text != `{"n":1}` || len(r.Stdout) != 2 || r.Stdout[1].Text != `{"n":1}`:
		t.Errorf("in %+v, out %+v", r.Stdin, r.Stdout)
	case len(r.Files) != 1 || r.Files[0].Content != `{"a":1}` || r.Files[0].Mode != "0600":
		t.Errorf("files %+v", r.Files)
	case len(r.FilesAtExit) != 2 || r.FilesAtExit[1].Content != "late\n":
		t.Errorf("files at exit %+v", r.FilesAtExit)
	case r.Exit == nil || r.Exit.Code != 7 || r.Exit.Reason != "exit":
		t.Errorf("exit %+v", r.Exit)
	}
}

func TestSignalsGoThrough(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		code   int // as the parent sees it
		exit   flight.Exit
	}{
		"handled":     {`trap 'exit 143' TERM; echo '{}'; while :; do sleep 0.05; done`, 143, flight.Exit{Code: 143, Reason: "exit"}},
		"not handled": {`echo '{}'; while :; do sleep 0.05; done`, -1, flight.Exit{Code: 143, Signal: "SIGTERM", Reason: "signal"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pi := around(t, c.script)
			pi.Next(0) // it runs
			if err := pi.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if code := pi.Wait(); code != c.code {
				t.Errorf("exit %d", code)
			}
			got := pi.Record().Exit
			if got == nil || got.Code != c.exit.Code || got.Signal != c.exit.Signal || got.Reason != c.exit.Reason {
				t.Errorf("recorded %+v", got)
			}
		})
	}
}

func TestNothingToRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		exec []string
		want string
	}{
		"no command":      {nil, "pi-recorder: the sidecar names no command to run\n"},
		"missing command": {[]string{"/nope/pi"}, "pi-recorder: fork/exec /nope/pi: no such file or directory\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pi := pitest.Start(t, pitest.Options{Binary: binary, Sidecar: flight.Sidecar{Exec: c.exec}})
			if code := pi.Wait(); code != 1 || pi.Stderr() != c.want {
				t.Errorf("exit %d, stderr %q", code, pi.Stderr())
			}
		})
	}
}

func TestKilledRecorderLeavesNoPi(t *testing.T) {
	t.Parallel()
	pi := around(t, `echo '{"pid":'$$'}'; while :; do read -r x || :; done`)
	pid := int(pi.Next(0).At("pid").(float64))
	if err := pi.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	pi.Wait()
	for range 500 { // the kernel does it, but not before the parent is gone
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	t.Errorf("process %d lives on", pid)
}
