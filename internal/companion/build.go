package companion

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/agenta-ai/conform/internal/filelock"
)

// built gives a binary from the cache, building it when it is not there.
func (s *Store) built(ctx context.Context, b Binary, overlay map[string][]byte) (string, error) {
	pkg, ok := packages[b]
	if !ok {
		return "", fmt.Errorf("companion %s: no such binary", b)
	}
	sum, err := s.sourceSum(b)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(s.cache, key(sum, overlay))
	path := filepath.Join(dir, string(b))
	if used(dir, path) {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("companion %s: %w", b, err)
	}
	unlock, err := filelock.Take(ctx, filepath.Join(dir, string(b)+".lock"))
	if err != nil {
		return "", fmt.Errorf("companion %s: %w", b, err)
	}
	defer unlock()
	if used(dir, path) { // another process was faster
		return path, nil
	}
	prune(s.cache, dir)
	start := time.Now()
	if err := s.build(ctx, dir, path, pkg, overlay); err != nil {
		return "", fmt.Errorf("build companion %s: %w", b, err)
	}
	s.log.Info("built companion", "name", b, "path", path, "took", time.Since(start).Round(time.Millisecond))
	return path, nil
}

// used reports whether the binary is there, and notes its folder as in use.
func used(dir, path string) bool {
	if _, err := os.Stat(path); err != nil {
		return false
	}
	now := time.Now()
	_ = os.Chtimes(dir, now, now) // only steers what prune removes
	return true
}

// build compiles into a temporary folder and renames, so that a binary that is
// there is whole.
func (s *Store) build(ctx context.Context, dir, path, pkg string, overlay map[string][]byte) error {
	temp, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	out := filepath.Join(temp, "out")
	args := []string{"build", "-trimpath", "-ldflags=-s -w", "-o", out}
	if len(overlay) > 0 {
		file, err := s.writeOverlay(temp, overlay)
		if err != nil {
			return err
		}
		args = append(args, "-overlay", file)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, pkg)...)
	cmd.Dir = s.module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return errors.New("the go command is not on PATH: companions of a source tree are built with it")
		}
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(string(text)))
	}
	return os.Rename(out, path)
}

// writeOverlay writes the replaced files and the index that the go command reads.
func (s *Store) writeOverlay(temp string, overlay map[string][]byte) (string, error) {
	replace := map[string]string{}
	for name, content := range overlay {
		from := filepath.Join(s.module, filepath.FromSlash(name))
		to := filepath.Join(temp, fmt.Sprintf("%d-%s", len(replace), filepath.Base(name)))
		if err := os.WriteFile(to, content, 0o644); err != nil {
			return "", err
		}
		replace[from] = to
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(temp, "overlay.json")
	return file, os.WriteFile(file, text, 0o644)
}

// The cache keeps this many folders, and whatever was used lately.
const (
	keep   = 24
	lately = time.Hour
)

// prune removes the folders that were not used for the longest time. It is
// housekeeping: what it cannot remove stays.
func prune(cache, except string) {
	entries, err := os.ReadDir(cache)
	if err != nil || len(entries) <= keep {
		return
	}
	var old []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > lately && filepath.Join(cache, e.Name()) != except {
			old = append(old, info)
		}
	}
	sortByAge(old)
	for _, info := range old[:min(len(old), len(entries)-keep)] {
		_ = os.RemoveAll(filepath.Join(cache, info.Name()))
	}
}
