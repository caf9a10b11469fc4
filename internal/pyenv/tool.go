package pyenv

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// tool makes environments and installs into them: uv if the machine has it, else
// what comes with Python.
type tool struct {
	python string // of the machine
	uv     string // "" without
}

// toolError is what pip or uv said, in one clause, and what to do about it.
type toolError struct{ why, do string }

func (e *toolError) Error() string { return e.why }

// findTool looks for a Python that the SDK supports.
func findTool(ctx context.Context) (tool, error) {
	var seen []string
	for _, name := range []string{"python3", "python3.13", "python3.12", "python3.11"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		// The path is asked of Python itself: the one found may be a shim.
		out, err := run(ctx, path, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)")
		version, executable, ok := strings.Cut(strings.TrimSpace(out), "\n")
		if err != nil || !ok {
			continue
		}
		switch version {
		case "3.11", "3.12", "3.13":
			uv, _ := exec.LookPath("uv")
			return tool{python: executable, uv: uv}, nil
		}
		seen = append(seen, version)
	}
	if len(seen) > 0 {
		return tool{}, fmt.Errorf("it needs Python 3.11 to 3.13, and this machine has %s", strings.Join(seen, ", "))
	}
	return tool{}, errors.New("no Python is on this machine")
}

// works reports whether an interpreter still starts.
func works(ctx context.Context, python string) bool {
	_, err := run(ctx, python, "-I", "-c", "")
	return err == nil
}

// venv makes an empty environment.
func (t tool) venv(ctx context.Context, dir string) error {
	args := []string{t.python, "-m", "venv", dir}
	if t.uv != "" {
		// Seeded with pip, by whose reading of requirements we go.
		args = []string{t.uv, "venv", "--quiet", "--seed", "--python", t.python, dir}
	}
	out, err := run(ctx, args...)
	switch {
	case err == nil || ctx.Err() != nil:
		return ctx.Err()
	case strings.Contains(out, "ensurepip"):
		return &toolError{"this Python cannot make environments", "install its venv module (python3-venv on Debian)"}
	}
	return &toolError{why: "an environment cannot be made (" + lastLine(out) + ")"}
}

// install installs with the environment's own pip, or with uv.
func (t tool) install(ctx context.Context, python string, args ...string) error {
	command := append([]string{python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install"}, args...)
	if t.uv != "" {
		command = append([]string{t.uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python}, args...)
	}
	out, err := run(ctx, command...)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return readInstaller(out)
}

//go:embed constraints.txt
var constraints []byte

// pinned installs requirements; those with open ranges come at versions that are
// known to work with all versions of the SDK.
func (t tool) pinned(ctx context.Context, python, file string, requirements []string) error {
	if err := os.WriteFile(file, constraints, 0o644); err != nil {
		return err
	}
	return t.install(ctx, python, append([]string{"--constraint", file}, requirements...)...)
}

//go:embed requirements.py
var requirementsScript string

// requirements asks the metadata of an installed version what it requires here,
// and what of that the interpreter's environment does not have.
func requirements(ctx context.Context, python, sdk string) (all, unmet []string, err error) {
	out, err := run(ctx, python, "-I", "-c", requirementsScript, sdk, Package)
	if err != nil {
		return nil, nil, fmt.Errorf("its requirements cannot be read (%s)", lastLine(out))
	}
	var read struct{ All, Unmet []string }
	if err := json.Unmarshal([]byte(out), &read); err != nil {
		return nil, nil, fmt.Errorf("its requirements cannot be read: %w", err)
	}
	return read.All, read.Unmet, nil
}

// run runs a command and returns what it said on both streams.
func run(ctx context.Context, command ...string) (string, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "LITELLM_LOCAL_MODEL_COST_MAP=True")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	return said.String(), err
}

// readInstaller makes one clause of what pip or uv complains about: what they
// say themselves is many lines, with addresses that are nobody's business in a
// report.
func readInstaller(said string) error {
	has := func(texts ...string) bool {
		for _, text := range texts {
			if strings.Contains(said, text) {
				return true
			}
		}
		return false
	}
	switch {
	case has("NewConnectionError", "Temporary failure in name resolution", "ConnectTimeoutError", "Network is unreachable",
		"dns error", "error sending request", "Connection refused", "ProxyError"):
		return &toolError{"the package index cannot be reached", "connect to the network once"}
	case has("different Python", "Requires-Python"):
		return &toolError{why: "it does not support this Python"}
	case has("No matching distribution found for "+Package, "no version of "+Package):
		return &toolError{why: "the package index has no such version"}
	case has("No matching distribution found", "ResolutionImpossible", "No solution found"):
		return &toolError{why: "its requirements cannot be had together (" + lastLine(said) + ")"}
	case has("No space left"):
		return &toolError{why: "the disk is full"}
	}
	return &toolError{why: "the installation failed (" + lastLine(said) + ")"}
}

// lastLine is the last line that says something.
func lastLine(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" {
			return strings.TrimPrefix(line, "ERROR: ")
		}
	}
	return "it says nothing"
}
