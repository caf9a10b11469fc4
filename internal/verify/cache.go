package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/internal/verify/play"
)

// format is raised when what is observed of a Pi, or how, changes. A test holds it to
// what the provider answers.
const format = 2

// memory keeps what a real Pi did with an input, since it is slow to start and
// does not change. The zero value remembers nothing.
type memory struct{ dir string }

// remember returns the memory of one executable.
func remember(dir string, command []string, version string) (memory, error) {
	if dir == "" {
		return memory{}, nil
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%d %s", format, version)
	for _, path := range command {
		info, err := os.Stat(path)
		if err != nil {
			return memory{}, fmt.Errorf("remember a Pi: %w", err)
		}
		fmt.Fprintf(sum, " %s %d %d", path, info.Size(), info.ModTime().UnixNano())
	}
	m := memory{filepath.Join(dir, version+"-"+hex.EncodeToString(sum.Sum(nil)[:6]))}
	if err := os.MkdirAll(m.dir, 0o755); err != nil {
		return memory{}, fmt.Errorf("remember a Pi: %w", err)
	}
	return m, nil
}

func (m memory) path(in input.Input) string { return filepath.Join(m.dir, in.Hash()+".json") }

// recall returns what is known of an input that was played in a home folder whose
// path was as long as depth. Of what was kept before that was noted, it is not
// known how long it was.
func (m memory) recall(in input.Input, depth int) (play.Observation, bool) {
	if m.dir == "" {
		return play.Observation{}, false
	}
	text, err := os.ReadFile(m.path(in))
	if err != nil {
		return play.Observation{}, false
	}
	var o play.Observation
	known := json.Unmarshal(text, &o) == nil && (o.Depth == 0 || o.Depth == depth)
	return o, known
}

// keep stores an observation. That it cannot is no trouble for anybody but the
// next run, which plays again.
func (m memory) keep(in input.Input, o play.Observation) error {
	if m.dir == "" {
		return nil
	}
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("keep an observation: %w", err)
	}
	f, err := os.CreateTemp(m.dir, ".new-")
	if err != nil {
		return fmt.Errorf("keep an observation: %w", err)
	}
	_, err = f.Write(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), m.path(in))
	}
	if err != nil {
		_ = os.Remove(f.Name()) // half a file is nobody's
		return fmt.Errorf("keep an observation: %w", err)
	}
	return nil
}
