// Package tempdir claims temporary folders: a folder belongs to a process for as long
// as that lives, however it ends, and can be told from what a killed one has left.
package tempdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// claimFile is the file in a folder that its process holds locked.
const claimFile = "claim"

// fresh is how long a folder may be without a claim: who has just made a folder
// needs a moment to claim it.
const fresh = time.Minute

// Claim marks a folder as in use until the file that it returns is closed or this
// process ends. It fails where another process has claimed it.
func Claim(dir string) (*os.File, error) {
	f, err := claim(dir)
	if err != nil {
		return nil, fmt.Errorf("claim %s: %w", dir, err)
	}
	return f, nil
}

func claim(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, claimFile), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return begin(dir)
	}
	if err != nil {
		return nil, err
	}
	return locked(f)
}

// begin makes the file of a claim. It has its name only when it is locked, so that
// nobody ever finds one that is neither.
func begin(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".claim-")
	if err != nil {
		return nil, err
	}
	if f, err = locked(f); err != nil {
		return nil, err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, claimFile)); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func locked(f *os.File) (*os.File, error) {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Abandoned claims a folder whose process is dead. It gives nil for one whose
// process lives, or that is not ours to claim.
func Abandoned(dir string) *os.File {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return nil
	}
	if _, err := os.Lstat(filepath.Join(dir, claimFile)); err != nil && time.Since(info.ModTime()) < fresh {
		return nil
	}
	f, err := claim(dir)
	if err != nil {
		return nil
	}
	return f
}

// New makes a claimed folder whose name begins with a prefix, in the folder for
// temporary files. The function that it returns removes it.
func New(prefix string) (dir string, remove func() error, err error) {
	dir, err = os.MkdirTemp("", prefix)
	if err != nil {
		return "", nil, err
	}
	f, err := Claim(dir)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, func() error { return errors.Join(os.RemoveAll(dir), f.Close()) }, nil
}

// Stale lists the folders of these prefixes that killed processes have left.
func Stale(prefixes ...string) []string {
	var dirs []string
	each(prefixes, func(dir string) { dirs = append(dirs, dir) })
	return dirs
}

// Sweep removes them. It is housekeeping: what it cannot remove stays.
func Sweep(prefixes ...string) {
	each(prefixes, func(dir string) { _ = os.RemoveAll(dir) })
}

func each(prefixes []string, do func(dir string)) {
	for _, prefix := range prefixes {
		dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*")) // fails on a malformed pattern only
		for _, dir := range dirs {
			if f := Abandoned(dir); f != nil {
				do(dir)
				_ = f.Close()
			}
		}
	}
}
