package play

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// Fake puts the built fake into a folder of the table, with a sidecar that says
// which version it plays, and returns its path.
func (t *Table) Fake(binary, version string) (string, error) {
	dir := filepath.Join(t.dir, "pi-"+version)
	exe := filepath.Join(dir, "pi")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("install the fake: %w", err)
	}
	if os.Link(binary, exe) != nil { // another file system
		content, err := os.ReadFile(binary)
		if err == nil {
			err = os.WriteFile(exe, content, 0o755)
		}
		if err != nil {
			return "", fmt.Errorf("install the fake: %w", err)
		}
	}
	return exe, flight.Sidecar{Play: version}.Write(exe)
}
