package process

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

func TestMapped(t *testing.T) {
	tops := []string{"workspace", "home", "tmp"}
	for _, r := range []struct{ name, text, want string }{
		{"alone", "/home/sandbox", "/R/home/sandbox"},
		{"the name alone", "/tmp", "/R/tmp"},
		{"in a command", "cd /home/sandbox && ls", "cd /R/home/sandbox && ls"},
		{"quoted", `cat '/tmp/a' "/tmp/b"`, `cat '/R/tmp/a' "/R/tmp/b"`},
		{"assigned", "A=/tmp/x cmd --to=/home/y", "A=/R/tmp/x cmd --to=/R/home/y"},
		{"redirected", "echo >/tmp/log 2>&1", "echo >/R/tmp/log 2>&1"},
		{"list of folders", "/home/a:/usr/bin:/tmp", "/R/home/a:/usr/bin:/R/tmp"},
		{"not at the root", "ls /var/tmp a/home $HOME/tmp ~/tmp ${X}/tmp ./tmp", "ls /var/tmp a/home $HOME/tmp ~/tmp ${X}/tmp ./tmp"},
		{"a longer name", "/tmpfile /home2", "/tmpfile /home2"},
		{"not ours", "/bin/sh -c true", "/bin/sh -c true"},
		{"an address", "https://host/home/x", "https://host/home/x"},
		{"made later", "/workspace/x", "/R/workspace/x"},
		{"two in a row", "/tmp/home/tmp", "/R/tmp/home/tmp"},
		{"nothing", "", ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got := mapped(r.text, "/R", tops); got != r.want {
				t.Errorf("got %q, want %q", got, r.want)
			}
		})
	}
}

func FuzzMapped(f *testing.F) {
	for _, s := range []string{"", "/", "//", "/home", "a/tmp", " /tmp/", "/home/home", "$/tmp\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := mapped(text, "/R", []string{"home", "tmp"})
		if back := strings.ReplaceAll(got, "/R/", "/"); !strings.Contains(text, "/R/") && back != text {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func made(t *testing.T) machine.Machine {
	t.Helper()
	m, err := Maker{Dir: t.TempDir()}.Make(t.Context(), machine.Spec{ID: "one", Env: map[string]string{"AT": "/home/sandbox/x"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(m.Stop(context.Background()), m.Remove()); err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestFilesStayInside(t *testing.T) {
	m := made(t)
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Open("/../../../../../.." + outside); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("by dots: %v", err)
	}
	run(t, m, "ln -s "+outside+" link; ln -s "+filepath.Dir(outside)+" dir")
	if f, err := m.Open("link"); err == nil {
		f.Close()
		t.Error("a link led outside")
	}
	if err := m.Write("dir/new", strings.NewReader("x")); err == nil {
		t.Error("a file was written outside")
	}
}

// run runs a command and gives its output.
func run(t *testing.T, m machine.Machine, line string) string {
	t.Helper()
	var out strings.Builder
	p, err := m.Start(machine.Command{Line: line, Stdout: &out, Stderr: &out})
	if err != nil {
		t.Fatal(err)
	}
	p.Input().Close()
	p.Wait()
	return out.String()
}

func TestProcessesSeeTheFiles(t *testing.T) {
	m := made(t)
	if err := m.Write("/opt/agent/models.json", strings.NewReader("{}")); err != nil {
		t.Fatal(err)
	}
	if err := m.Mkdir("/opt/agent", 0o700); err != nil {
		t.Fatal(err)
	}
	if got := run(t, m, "cat /opt/agent/models.json; pwd; echo $AT"); m.Inside(got) != "{}/home/sandbox\n/home/sandbox/x\n" {
		t.Errorf("got %q", m.Inside(got))
	}
	info, err := m.Stat("/opt/agent")
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
}

func TestStopEndsChildren(t *testing.T) {
	m := made(t)
	pid := strings.TrimSpace(run(t, m, "sleep 300 >/dev/null 2>&1 & echo $!"))
	if err := m.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for alive(pid) && t.Context().Err() == nil {
		time.Sleep(time.Millisecond) // a killed process is gone once its parent has noticed
	}
	if _, err := m.Start(machine.Command{Line: "true"}); !errors.Is(err, errStopped) {
		t.Errorf("a stopped machine started something: %v", err)
	}
	if err := m.Restart(); err != nil {
		t.Fatal(err)
	}
	if got := run(t, m, "echo again"); got != "again\n" {
		t.Errorf("got %q", got)
	}
}

// alive reports whether a process runs; one that nobody has waited for yet does not.
func alive(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func TestExitCodes(t *testing.T) {
	m := made(t)
	for line, want := range map[string]int{"exit 3": 3, "kill -9 $$": 128 + int(syscall.SIGKILL), "true": 0} {
		p, err := m.Start(machine.Command{Line: line, Stdout: io.Discard, Stderr: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Wait(); got != want {
			t.Errorf("%s: %d, want %d", line, got, want)
		}
	}
}

func TestFolderMustNeedNoQuotes(t *testing.T) {
	_, err := Maker{Dir: filepath.Join(t.TempDir(), "a b")}.Make(t.Context(), machine.Spec{ID: "one"})
	if err == nil || !strings.Contains(err.Error(), "characters that shells read in their own way") {
		t.Error(err)
	}
}
