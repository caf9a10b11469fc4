package world

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// runPrefix begins the names of temporary run folders.
const runPrefix = "conform-run-"

// fresh is how long a folder may be without a claim: a run that has just made
// its folder needs a moment to claim it.
const fresh = time.Minute

// claim marks a run folder as in use for as long as this process lives, however
// it ends.
func claim(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "claim"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("claim the run folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("claim the run folder: %w", err)
	}
	return f, nil
}

// base is where run folders are made: in memory where the machine has room
// there, unless TMPDIR says where temporary things belong.
func base() string {
	if os.Getenv("TMPDIR") == "" {
		if dir := inMemory(); dir != "" {
			return dir
		}
	}
	return os.TempDir()
}

// removeStale removes the run folders of processes that were killed. It is
// housekeeping: what it cannot remove stays.
func removeStale(log *slog.Logger) {
	for _, dir := range runFolders() {
		f := abandoned(dir)
		if f == nil {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			log.Debug("a stale run folder stays", "dir", dir, "error", err)
		}
		_ = f.Close()
	}
}

// runFolders lists the temporary run folders, whoever they belong to.
func runFolders() []string {
	var dirs []string
	for _, base := range bases() {
		found, err := filepath.Glob(filepath.Join(base, runPrefix+"*"))
		if err == nil {
			dirs = append(dirs, found...)
		}
	}
	return dirs
}

// bases are where run folders may lie.
func bases() []string { return slices.Compact([]string{os.TempDir(), base()}) }

// abandoned claims a run folder whose run is dead. It gives nil for one whose
// run is alive, or that is not ours to claim.
func abandoned(dir string) *os.File {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || time.Since(info.ModTime()) < fresh {
		return nil
	}
	f, err := claim(dir)
	if err != nil {
		return nil
	}
	return f
}

// Stale lists the folders that killed runs have left. The next run removes them.
func Stale() []string {
	var dirs []string
	for _, dir := range runFolders() {
		if f := abandoned(dir); f != nil {
			_ = f.Close()
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// Strays lists the processes that killed runs have left: their environment
// speaks of a run folder that is gone or that nobody claims any more.
func Strays() []int {
	dead := map[string]bool{}
	return processes(func(proc string) bool {
		env, err := os.ReadFile(filepath.Join(proc, "environ"))
		if err != nil {
			return false
		}
		dir := runFolder(string(env))
		if dir == "" {
			return false
		}
		if _, known := dead[dir]; !known {
			dead[dir] = unclaimed(dir)
		}
		return dead[dir]
	})
}

// runFolder finds the run folder that an environment speaks of, "" for none.
func runFolder(env string) string {
	for _, base := range bases() {
		_, rest, found := strings.Cut(env, "TMPDIR="+filepath.Join(base, runPrefix))
		if name, _, below := strings.Cut(rest, string(filepath.Separator)); found && below {
			return filepath.Join(base, runPrefix) + name
		}
	}
	return ""
}

// unclaimed reports whether a run folder has no run any more.
func unclaimed(dir string) bool {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return true
	}
	f := abandoned(dir)
	if f != nil {
		_ = f.Close()
	}
	return f != nil
}

// Sweep removes what killed runs have left: their folders and their processes.
func Sweep(log *slog.Logger) {
	killAll(Strays())
	removeStale(log)
}
