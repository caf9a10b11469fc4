package world

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/agenta-ai/conform/internal/tempdir"
)

func TestRemoveStale(t *testing.T) {
	root := t.TempDir()
	t.Setenv("TMPDIR", root)
	old := time.Now().Add(-time.Hour)
	dir := func(name string, at time.Time) string {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Join(path, "lane-0", "tmp"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return path
	}
	alive := dir(runPrefix+"alive", old)
	f, err := tempdir.Claim(alive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Chtimes(alive, old, old); err != nil {
		t.Fatal(err)
	}
	stays := []string{alive, dir(runPrefix+"new", time.Now()), dir("somebody-else", old)}
	gone := dir(runPrefix+"dead", old)
	removeStale(slog.New(slog.DiscardHandler))
	for _, d := range stays {
		if _, err := os.Stat(d); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(gone); err == nil {
		t.Errorf("%s is still there", gone)
	}
}

func TestStraysBelongToDeadRuns(t *testing.T) {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("this machine does not show the environment of processes")
	}
	root := t.TempDir()
	t.Setenv("TMPDIR", root)
	alive := filepath.Join(root, runPrefix+"alive")
	if err := os.Mkdir(alive, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := tempdir.Claim(alive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	start := func(dir string) int {
		cmd := exec.Command("sleep", "60")
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + filepath.Join(dir, "lane-0", "tmp")}
		if err := cmd.Start(); err != nil {
			t.Skip("no sleep here: ", err)
		}
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
		return cmd.Process.Pid
	}
	start(alive)
	start(filepath.Join(root, "somebody-else"))
	stray := start(filepath.Join(root, runPrefix+"dead"))
	if got := Strays(); !slices.Equal(got, []int{stray}) {
		t.Errorf("got %v, want %d alone", got, stray)
	}
	Sweep(slog.New(slog.DiscardHandler))
	if gone, _ := awaitExit(t.Context(), stray); !gone {
		t.Error("the stray lives on")
	}
}
