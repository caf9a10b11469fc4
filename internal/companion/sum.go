package companion

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// sources are what companions are made of, below the module. Files that no
// companion is linked with only cost a rebuild; a file that is missed here would
// cost a stale binary.
var sources = []string{"contract", "fakes", "subjects", "go.mod", "go.sum"}

// ofContainers is what the companions of the Docker backend are made of besides.
var ofContainers = []string{"evidence", "internal/docker", "internal/seal", "internal/world"}

// sourceSum is a hash over the sources of a companion, computed once for each
// Store.
func (s *Store) sourceSum(b Binary) (string, error) {
	roots := sources
	if b == Keeper || b == Lane {
		roots = slices.Concat(sources, ofContainers)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := strings.Join(roots, " ")
	if sum := s.sums[name]; sum != "" {
		return sum, nil
	}
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, root := range roots {
		err := filepath.WalkDir(filepath.Join(s.module, root), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() || !isSource(path) {
				return skip(d)
			}
			rel, err := filepath.Rel(s.module, path)
			if err != nil {
				return err
			}
			return hashFile(h, filepath.ToSlash(rel), path)
		})
		if err != nil {
			return "", fmt.Errorf("hash the sources of the companions: %w", err)
		}
	}
	if s.sums == nil {
		s.sums = map[string]string{}
	}
	s.sums[name] = hex.EncodeToString(h.Sum(nil))
	return s.sums[name], nil
}

func isSource(path string) bool { return !strings.HasSuffix(path, "_test.go") }

// skip leaves out folders that are never part of a binary.
func skip(d fs.DirEntry) error {
	if d.IsDir() && (d.Name() == "testdata" || d.Name() == "mutants" || d.Name() == "node_modules") {
		return fs.SkipDir
	}
	return nil
}

func hashFile(h io.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	fmt.Fprintln(h, name, info.Size())
	_, err = io.Copy(h, f)
	return err
}

// key names the folder of the binaries of one set of sources and overlay.
func key(sum string, overlay map[string][]byte) string {
	h := sha256.New()
	fmt.Fprintln(h, sum)
	for _, name := range slices.Sorted(maps.Keys(overlay)) {
		fmt.Fprintln(h, name, len(overlay[name]))
		h.Write(overlay[name])
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}
