package world

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
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
	f, err := claim(alive)
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
