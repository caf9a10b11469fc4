package companion

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A Binary names one companion.
type Binary string

// The companions.
const (
	Pi         Binary = "pi"          // the fake Pi
	PiRecorder Binary = "pi-recorder" // stands around a real Pi
	Reference  Binary = "reference"   // the subject that ships with conform

	// Those of the Docker backend.
	Keeper Binary = "conform-keeper" // owns the containers of a run
	Lane   Binary = "conform-lane"   // the agent in the container of a lane
)

// packages are where the companions are built from.
var packages = map[Binary]string{
	Pi:         "./fakes/pi/cmd/pi",
	PiRecorder: "./fakes/pi/cmd/pi-recorder",
	Reference:  "./subjects/reference/cmd/reference",
	Keeper:     "./internal/docker/cmd/conform-keeper",
	Lane:       "./internal/docker/cmd/conform-lane",
}

// module is the path by which a go.mod is known to be ours.
const module = "github.com/agenta-ai/conform"

// Options say where companions come from. The zero value is right for a
// command; tests set folders.
type Options struct {
	Module string       // root of the source tree; found when empty
	Cache  string       // folder for built binaries; the user's cache when empty
	Log    *slog.Logger // nil is silent
}

// Store gives paths of companions, building them when they are missing.
type Store struct {
	libexec string // of a released conform, "" in a source tree
	module  string // "" when there are no sources
	cache   string
	log     *slog.Logger

	mu   sync.Mutex
	sums map[string]string // of sources, by their names, once known
}

// Open finds the companions of this conform.
func Open(o Options) (*Store, error) {
	s := &Store{module: o.Module, cache: o.Cache, log: o.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.module == "" {
		executable, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find companions: %w", err)
		}
		s.libexec = libexec(executable)
		s.module = findModule(filepath.Dir(executable))
		if s.module == "" || s.libexec != "" {
			if cwd, err := os.Getwd(); err == nil {
				s.module = findModule(cwd)
			}
		}
	}
	if s.module == "" && s.libexec == "" {
		return nil, fmt.Errorf("find companions: no libexec/conform beside the executable and no source tree of %s around it or the working directory: run conform inside its checkout, or from what `make dist` makes", module)
	}
	if s.cache == "" && s.module != "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("find companions: %w", err)
		}
		s.cache = filepath.Join(base, "conform", "bin")
	}
	return s, nil
}

// Module is the root of the source tree, "" when there is none.
func (s *Store) Module() string { return s.module }

// Path gives a companion as it is.
func (s *Store) Path(ctx context.Context, b Binary) (string, error) {
	if s.libexec != "" {
		path := filepath.Join(s.libexec, string(b))
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("companion %s: %w", b, err)
		}
		return path, nil
	}
	return s.built(ctx, b, nil)
}

// Mutated gives a companion in which some files are replaced. The overlay maps
// paths below the module, with slashes, to their content.
func (s *Store) Mutated(ctx context.Context, b Binary, overlay map[string][]byte) (string, error) {
	if s.module == "" {
		return "", errors.New("mutants are built from source, and there is no source tree here: run conform inside its checkout")
	}
	return s.built(ctx, b, overlay)
}

// libexec is the companions' folder of a released conform, "" if there is none.
func libexec(executable string) string {
	if real, err := filepath.EvalSymlinks(executable); err == nil {
		executable = real
	}
	dir := filepath.Dir(executable)
	for _, beside := range []string{dir, filepath.Dir(dir)} {
		candidate := filepath.Join(beside, "libexec", "conform")
		if _, err := os.Stat(filepath.Join(candidate, string(Pi))); err == nil {
			return candidate
		}
	}
	return ""
}

// findModule looks for our go.mod from dir upward.
func findModule(dir string) string {
	for {
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && isOurs(string(text)) {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

func isOurs(mod string) bool {
	for line := range strings.Lines(mod) {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "module" {
			return strings.Trim(fields[1], `"`) == module
		}
	}
	return false
}
