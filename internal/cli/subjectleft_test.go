//go:build unix

package cli_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/verdict"
)

// leaver stands before a subject that is well, and leaves a process that nobody
// finds by its environment. That one brings the run's folder back as soon as it can
// when it is removed, and starts processes that belong to it. It ends by itself after
// a while.
const leaver = `#!/bin/sh
run=${TMPDIR%%/lane-*}
cd /
if mkdir %[1]s/once 2>/dev/null; then
	env -i PATH=/usr/bin:/bin setsid sh -c 'echo $$ >%[1]s/pid; i=0
		(while [ -e %[1]s/pid ]; do mkdir -p '"$run"'/x; done) &
		while [ $i -lt 3000 ]; do i=$((i+1)); TMPDIR='"$run"'/lane-0/x sleep 1 & sleep 0.01; done' </dev/null >/dev/null 2>&1 &
fi
exec %[2]s
`

// A run that leaves a folder and processes is red, and names them, though all
// its cells have passed.
func TestWhatASubjectLeavesIsRed(t *testing.T) {
	if runtime.GOOS != "linux" || testing.Short() {
		t.Skip("looks for processes in /proc, and takes a while")
	}
	store, err := companion.Open(companion.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reference, err := store.Path(t.Context(), companion.Reference)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script, temp := filepath.Join(dir, "leaver"), filepath.Join(dir, "temp")
	if err := os.WriteFile(script, fmt.Appendf(nil, leaver, dir, reference), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(temp, 0o755); err != nil {
		t.Fatal(err)
	}
	var text string
	var code int
	// On a machine that others use the folder may be back a moment too late.
	for attempt := 0; attempt < 8 && !strings.Contains(text, "left behind: folder "+temp); attempt++ {
		cmd := conformCommand(t, t.TempDir(), "--level", "smoke", "--clause", "GATE-1", "--subject", "cmd:"+script)
		cmd.Env = append(os.Environ(), "TMPDIR="+temp)
		text, code = output(t, cmd)
		stop(t, dir)
		if code != verdict.ExitBroken || !strings.Contains(text, "left behind: process ") || !strings.Contains(text, " passed\n") {
			t.Fatalf("exit code %d, want %d and what is left:\n%s", code, verdict.ExitBroken, text)
		}
	}
	if !strings.Contains(text, "left behind: folder "+temp) {
		t.Errorf("the folder is not told:\n%s", text)
	}
	// And the other side: the next run tells that it has removed them, and is well.
	old := filepath.Join(temp, "conform-run-old")
	stray := exec.Command("sleep", "60")
	stray.Env = []string{"TMPDIR=" + old + "/lane-0/tmp"}
	if err := os.Mkdir(old, 0o755); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	if err := stray.Start(); err != nil {
		t.Fatal(err)
	}
	cmd := conformCommand(t, t.TempDir(), "--level", "smoke", "--clause", "GATE-1")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	text, code = output(t, cmd)
	for _, want := range []string{"folder " + old, fmt.Sprint("process ", stray.Process.Pid)} {
		if code != verdict.ExitOK || !strings.Contains(text, "conform: removed what a dead run has left: "+want) {
			t.Errorf("exit code %d, want %q told:\n%s", code, want, text)
		}
	}
	if err := stray.Wait(); err == nil {
		t.Error("the stray ended by itself")
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the folder is still there")
	}
}

// stop ends the leaver's process with all that it started, so that it can be
// left again.
func stop(t *testing.T, dir string) {
	t.Helper()
	file := filepath.Join(dir, "pid")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal("the subject left no process: ", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 2 {
		t.Fatal("the subject left no process: ", err)
	}
	err = syscall.Kill(-pid, syscall.SIGKILL)
	for _, path := range []string{file, filepath.Join(dir, "once")} {
		err = errors.Join(err, os.Remove(path))
	}
	if err != nil {
		t.Error(err)
	}
}
