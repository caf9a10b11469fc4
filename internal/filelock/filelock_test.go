package filelock_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/agenta-ai/conform/internal/filelock"
)

func TestTake(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	unlock, err := filelock.Take(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := filelock.Take(over, file); !errors.Is(err, context.Canceled) {
		t.Errorf("a taken lock, given up: %v", err)
	}
	unlock()
	again, err := filelock.Take(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	again()
	if _, err := filelock.Take(t.Context(), filepath.Join(file, "none")); err == nil {
		t.Error("a lock below a file was taken")
	}
}
