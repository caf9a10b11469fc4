package tempdir

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const prefix = "conform-test-"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// old makes a folder that nobody claims, and that is older than a moment.
func old(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(os.TempDir(), name)
	must(t, os.MkdirAll(filepath.Join(dir, "inside"), 0o700))
	past := time.Now().Add(-time.Hour)
	must(t, os.Chtimes(dir, past, past))
	return dir
}

func TestStale(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	mine, remove, err := New(prefix)
	must(t, err)
	if _, err := Claim(mine); err == nil {
		t.Error("it can be claimed twice")
	}
	unclaimed, other := old(t, prefix+"old"), old(t, "other-old")
	must(t, os.Mkdir(filepath.Join(os.TempDir(), prefix+"made-just-now"), 0o700))
	dead, _, err := New(prefix)
	must(t, err)
	must(t, os.Remove(filepath.Join(dead, claimFile)))
	f, err := Claim(dead) // as a process that was killed: claimed, and the claim is gone
	must(t, err)
	must(t, f.Close())
	want := []string{unclaimed, dead}
	slices.Sort(want)
	got := Stale(prefix)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("left are %v, want %v", got, want)
	}
	Sweep(prefix)
	if got := Stale(prefix, "other-"); !slices.Equal(got, []string{other}) {
		t.Errorf("after sweeping %v", got)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
	must(t, remove())
	if _, err := os.Stat(mine); err == nil {
		t.Errorf("%s is still there", mine)
	}
}

func TestNoFolder(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))
	if dir, _, err := New(prefix); err == nil {
		t.Errorf("made %s", dir)
	}
	if _, err := Claim(os.TempDir()); err == nil {
		t.Error("claimed what is not there")
	}
	if got := Stale(prefix); got != nil {
		t.Errorf("found %v", got)
	}
}
