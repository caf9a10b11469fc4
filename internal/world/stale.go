package world

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
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
	var dirs []string
	for _, base := range []string{os.TempDir(), base()} {
		found, err := filepath.Glob(filepath.Join(base, runPrefix+"*"))
		if err != nil {
			return
		}
		dirs = append(dirs, found...)
	}
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < fresh {
			continue
		}
		f, err := claim(dir)
		if err != nil {
			continue // its run is alive, or it is not ours
		}
		if err := os.RemoveAll(dir); err != nil {
			log.Debug("a stale run folder stays", "dir", dir, "error", err)
		}
		_ = f.Close()
	}
}
