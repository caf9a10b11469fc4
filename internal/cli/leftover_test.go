package cli_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// begun is a "conform serve providers" as a process that has begun to serve.
func begun(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("conform", "serve", "providers", "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended, or it must now
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "ready" {
			return cmd
		}
	}
	t.Fatal("it ended before it was ready")
	return nil
}

func end(t *testing.T, cmd *exec.Cmd, signal os.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // how it ended stands in ProcessState
}

// Whatever ends a server, its temporary folder is found.
func TestServeLeavesNoFolder(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(temp, "none.sock")) // the doctor's, which has nothing to do here
	folders := func() []string {
		t.Helper()
		dirs, err := filepath.Glob(filepath.Join(temp, "conform-bodies-*"))
		if err != nil {
			t.Fatal(err)
		}
		return dirs
	}
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd := begun(t)
		if n := len(folders()); n != 1 {
			t.Fatalf("it has %d folders", n)
		}
		end(t, cmd, signal)
		if left := folders(); cmd.ProcessState.ExitCode() != 0 || len(left) != 0 {
			t.Errorf("%v: exit %d, left %v", signal, cmd.ProcessState.ExitCode(), left)
		}
	}

	alive := begun(t)
	cmd := begun(t)
	end(t, cmd, syscall.SIGKILL)
	if n := len(folders()); n != 2 {
		t.Fatalf("of two servers, one of which was killed, there are %d folders", n)
	}
	told, _ := exec.Command("conform", "doctor").Output() // it ends with 3: there is no engine
	if n := strings.Count(string(told), "WRONG: folder "+filepath.Join(temp, "conform-bodies-")); n != 1 {
		t.Errorf("the doctor tells of %d folders:\n%s", n, told)
	}
	_ = exec.Command("conform", "doctor", "--clean").Run() // as above
	if left := folders(); len(left) != 1 {
		t.Errorf("after cleaning: %v", left)
	}

	cmd = begun(t)
	end(t, cmd, syscall.SIGKILL)
	cmd = begun(t)
	if left := folders(); len(left) != 2 {
		t.Errorf("the next server finds what a killed one has left: %v", left)
	}
	end(t, cmd, syscall.SIGTERM)
	end(t, alive, syscall.SIGTERM)
	if left := folders(); len(left) != 0 {
		t.Errorf("in the end there are %v", left)
	}
}
