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

	"github.com/agenta-ai/conform/internal/tempdir"
)

// runPrefix begins the names of temporary run folders.
const runPrefix = "conform-run-"

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

// removeStale removes the run folders of processes that were killed, and says
// which. It is housekeeping: what it cannot remove stays.
func removeStale(log *slog.Logger) (removed []string) {
	for _, dir := range runFolders() {
		f := tempdir.Abandoned(dir)
		if f == nil {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			log.Debug("a stale run folder stays", "dir", dir, "error", err)
		} else {
			removed = append(removed, "folder "+dir)
		}
		_ = f.Close()
	}
	return removed
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

// Stale lists the folders that killed runs have left. The next run removes them.
func Stale() []string {
	var dirs []string
	for _, dir := range runFolders() {
		if f := tempdir.Abandoned(dir); f != nil {
			_ = f.Close()
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// Strays lists the processes that killed runs have left: their environment
// speaks of a run folder that is gone or that nobody claims any more. Processes
// that see other files than this one, such as those in containers, may speak of a
// folder that is not to be seen from here, and are left alone.
func Strays() []int {
	files, err := os.Readlink("/proc/self/ns/mnt")
	if err != nil {
		return nil
	}
	dead := map[string]bool{}
	return processes(func(proc string) bool {
		if theirs, err := os.Readlink(filepath.Join(proc, "ns", "mnt")); err != nil || theirs != files {
			return false
		}
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
	f := tempdir.Abandoned(dir)
	if f != nil {
		_ = f.Close()
	}
	return f != nil
}

// Sweep removes what killed runs have left, their processes and their folders, and
// says what there was.
func Sweep(log *slog.Logger) (removed []string) {
	strays := Strays()
	killAll(strays)
	for _, pid := range strays {
		removed = append(removed, fmt.Sprintf("process %d", pid))
	}
	return append(removed, removeStale(log)...)
}
