package pistub

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Behaviour is what the stand-in does.
type Behaviour struct {
	BuiltIn map[string][]string // provider → ids
	Reply   []string            // deltas of an answer
	Error   string              // errorMessage of a failed answer
	Hang    bool                // never answers a prompt
	Deaf    bool                // and ignores abort and the end of its input
	Crash   string              // ends at start with this on stderr
}

// Start is what one process of the stand-in was given.
type Start struct {
	PID   int
	Args  []string
	Cwd   string
	Env   []string
	Files map[string]string // path below the agent folder → "mode content"
}

// Var gives a variable of the process.
func (s Start) Var(name string) (string, bool) {
	for _, pair := range s.Env {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// Pi is an installed stand-in.
type Pi struct {
	Command string
	dir     string
}

// Install puts a stand-in with a behaviour into a folder of its own.
func Install(t testing.TB, b Behaviour) Pi {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pi := Pi{dir: t.TempDir()}
	pi.Command = filepath.Join(pi.dir, "pi")
	if err := os.Symlink(self, pi.Command); err != nil {
		t.Fatal(err)
	}
	pi.Behave(t, b)
	return pi
}

// Behave changes what processes do that start from now on.
func (p Pi) Behave(t testing.TB, b Behaviour) {
	t.Helper()
	raw, err := json.Marshal(b)
	if err == nil {
		err = os.WriteFile(filepath.Join(p.dir, "behaviour.json"), raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Starts gives the processes so far, the oldest first.
func (p Pi) Starts(t testing.TB) []Start {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(p.dir, "start-*.json"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	var starts []Start
	for _, name := range names {
		raw, err := os.ReadFile(name)
		var s Start
		if err == nil {
			err = json.Unmarshal(raw, &s)
		}
		if err != nil {
			t.Fatal(err)
		}
		starts = append(starts, s)
	}
	return starts
}
