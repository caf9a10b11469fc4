package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

const (
	lockPatience  = 200 * time.Millisecond // then Pi gives up
	lockPoll      = 20 * time.Millisecond
	lockStale     = 10 * time.Second // an older lock belongs to nobody
	lockStaleLong = 30 * time.Second // the same where Pi waits for it
)

// withLock calls f while it holds the lock of a file, which is a folder beside
// it. In a folder that cannot be written there is no lock and f is not called:
// that a read-only agent folder loses its credentials is a fact of Pi.
func withLock(path string, patience time.Duration, f func() error) error {
	lock := path + ".lock"
	stale := max(lockStale, patience)
	for deadline := time.Now().Add(patience + lockPoll); ; time.Sleep(lockPoll) {
		err := os.Mkdir(lock, 0o777)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) || time.Now().After(deadline) {
			return fmt.Errorf("lock: %w", err)
		}
		if info, err := os.Stat(lock); err == nil && time.Since(info.ModTime()) > stale {
			_ = os.Remove(lock) // the next Mkdir says whether that worked
		}
	}
	err := f()
	return errors.Join(err, os.Remove(lock))
}
