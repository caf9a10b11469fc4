package cachedir

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/internal/filelock"
)

// Move says how a user who cannot use the cache gets another one.
const Move = "XDG_CACHE_HOME moves it"

// User is the folder of that name in conform's part of the user's cache. It may
// not be there yet.
func User(name string) (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "conform", name), nil
}

// Error is trouble with the cache itself, in one clause.
type Error struct {
	Why string
	Err error
}

// Error gives the clause.
func (e *Error) Error() string { return e.Why }

// Unwrap is what went wrong underneath.
func (e *Error) Unwrap() error { return e.Err }

func broken(err error) *Error {
	why := "the cache folder cannot be used"
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		why = "waiting for another installation was given up"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		why += " (" + path.Err.Error() + ")"
	}
	return &Error{Why: why, Err: err}
}

// Place is where one thing is installed.
type Place struct {
	Dir  string // its folder; those above it are made
	Lock string // file that whoever installs holds; Dir with .lock behind it if empty
}

// Install makes sure that the thing is there: have says whether it is, fill puts
// it together in a folder that takes the place's when it is whole. Several
// processes may ask at once; one installs, the others wait for it. An error of
// fill comes back as it is, one of the cache as *Error.
func (p Place) Install(ctx context.Context, have func() bool, fill func(dir string) error) error {
	if have() {
		return nil
	}
	parent := filepath.Dir(p.Dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return broken(err)
	}
	lock := p.Lock
	if lock == "" {
		lock = p.Dir + ".lock"
	}
	unlock, err := filelock.Take(ctx, lock)
	if err != nil {
		return broken(err)
	}
	defer unlock()
	if have() { // another process was faster
		return nil
	}
	temp, err := os.MkdirTemp(parent, "new-")
	if err != nil {
		return broken(err)
	}
	defer os.RemoveAll(temp)
	if err := fill(temp); err != nil {
		return err
	}
	if err := os.RemoveAll(p.Dir); err != nil {
		return broken(err)
	}
	if err := os.Rename(temp, p.Dir); err != nil {
		return broken(err)
	}
	return nil
}

// receipt is the file that says what was installed.
const receipt = "conform.json"

// WriteReceipt leaves word in a folder of what is installed there. It is written
// last, so that a folder that has one is complete.
func WriteReceipt(dir string, what any) error {
	text, err := json.MarshalIndent(what, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, receipt), append(text, '\n'), 0o644)
	}
	if err != nil {
		return broken(err)
	}
	return nil
}

// ReadReceipt reads it back; false where there is none that can be read.
func ReadReceipt(dir string, what any) bool {
	text, err := os.ReadFile(filepath.Join(dir, receipt))
	return err == nil && json.Unmarshal(text, what) == nil
}
