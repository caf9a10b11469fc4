package pitest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/agenta-ai/conform/fakes/pi/flight"

	// What the commands are made of: so a module that imports this package has
	// all that it needs to build them.
	_ "github.com/agenta-ai/conform/fakes/pi"
	_ "github.com/agenta-ai/conform/fakes/pi/recorder"
)

// Names of the commands that can be built.
const (
	Fake     = "pi"
	Recorder = "pi-recorder"
)

// Build builds one of the commands into a folder and returns its path. Tests
// do it once, in TestMain. In a test with the race detector the command has it too:
// a race then shows on its standard error, and in its exit code 66.
func Build(dir, command string) (string, error) {
	path := filepath.Join(dir, command)
	args := []string{"build", "-o", path}
	cgo := "CGO_ENABLED=0"
	if raced {
		args, cgo = append(args, "-race"), "CGO_ENABLED=1"
	}
	cmd := exec.Command("go", append(args, "github.com/agenta-ai/conform/fakes/pi/cmd/"+command)...)
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", command, err, out)
	}
	return path, nil
}

// Install puts a built command into a folder under the name pi, with a sidecar
// of its own, and returns its path. The binary is shared where possible.
func Install(dir, binary string, s flight.Sidecar) (string, error) {
	path := filepath.Join(dir, Fake)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("install pi: %w", err)
	}
	err := os.Link(binary, path)
	if err != nil && !errors.Is(err, os.ErrExist) {
		err = copyFile(binary, path) // another file system
	}
	if err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("install pi: %w", err)
	}
	return path, s.Write(path)
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o755)
}
