package pidist

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
)

// Versions are those that are known to install and run, oldest first: what the fake
// knows, it knows from an installation.
func Versions() []string { return catalog.Versions() }

// Newest is the newest of them.
func Newest() string {
	versions := Versions()
	return versions[len(versions)-1]
}

// startLimit is how long a Pi may take to say its version.
const startLimit = time.Minute

var versionForm = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$`)

// ValidVersion reports whether the text has the form of an exact version.
func ValidVersion(text string) bool { return versionForm.MatchString(text) }

// Pi is a Pi that can be started.
type Pi struct {
	Command []string `json:"command"` // absolute
	Version string   `json:"version"` // as it says itself
}

// Error says that a Pi cannot be had, and what to do about it, in one line.
type Error struct {
	Pi   string // what was asked for
	Why  string
	Do   string
	Err  error // may be nil
	Code string
}

// Error is one line.
func (e *Error) Error() string {
	text := e.Pi + " cannot be had: " + e.Why
	if e.Do != "" {
		text += "; " + e.Do
	}
	return text
}

// Unwrap is what went wrong underneath.
func (e *Error) Unwrap() error { return e.Err }

// FromPath takes a Pi executable that is already on the machine.
func FromPath(ctx context.Context, path string) (Pi, error) {
	const do = "give the path of an executable that answers to --version"
	name := "Pi at " + path
	abs, err := filepath.Abs(path)
	if err != nil {
		return Pi{}, &Error{Pi: name, Why: "its folder is unknown", Err: err}
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return Pi{}, &Error{Pi: name, Why: "the file cannot be read", Do: do, Err: err}
	case info.IsDir():
		return Pi{}, &Error{Pi: name, Why: "it is a folder", Do: do}
	case info.Mode()&0o111 == 0:
		return Pi{}, &Error{Pi: name, Why: "it is not executable", Do: do, Err: fs.ErrPermission}
	}
	version, err := askVersion(ctx, abs)
	if err != nil {
		return Pi{}, &Error{Pi: name, Why: err.Error(), Do: do, Err: err}
	}
	return Pi{Command: withNode(abs), Version: version}, nil
}

// withNode is the command for a program. One that looks for its Node in PATH is given
// the Node that is there now: it is started with other variables later.
func withNode(path string) []string {
	program, err := filepath.EvalSymlinks(path)
	if err != nil {
		return []string{path}
	}
	f, err := os.Open(program)
	if err != nil {
		return []string{path}
	}
	defer f.Close()
	first, err := bufio.NewReader(io.LimitReader(f, 256)).ReadString('\n')
	if err != nil || strings.TrimSpace(first) != "#!/usr/bin/env node" {
		return []string{path}
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return []string{path}
	}
	if node, err = filepath.Abs(node); err != nil {
		return []string{path}
	}
	return []string{node, program}
}

// askVersion starts a command with --version. Pi prints its version on stdout
// and nothing else.
func askVersion(ctx context.Context, command ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], append(command[1:len(command):len(command)], "--version")...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("it does not answer to --version: %w", err)
	}
	version := strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	if !ValidVersion(version) {
		return "", fmt.Errorf("it answers %.40q to --version", version)
	}
	return version, nil
}
