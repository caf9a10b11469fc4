package pidist

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Packages of a Pi. The siblings' ranges are open, so they are pinned to the
// version of the agent: a mixture is no version that anybody ever ran.
const agentPackage = "@earendil-works/pi-coding-agent"

func siblings() []string {
	return []string{"@earendil-works/pi-ai", "@earendil-works/pi-agent-core", "@earendil-works/pi-tui"}
}

// install is one installation under way.
type install struct {
	version string
	dir     string // where npm works; renamed afterwards
	node    node
	cli     string // relative to dir
}

func (in *install) run(ctx context.Context) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return in.fail("npm is not on this machine", "install Node and npm, or give the path of a Pi executable", "", err)
	}
	if in.node, err = findNode(ctx); err != nil {
		return in.fail(err.Error(), "install Node 22.19 or newer", "", err)
	}
	if err := in.manifest(); err != nil {
		return in.fail("its manifest cannot be written", "", "", err)
	}
	if said, err := npmInstall(ctx, npm, in.dir); err != nil {
		if ctx.Err() != nil {
			return in.fail("the installation was interrupted", "", "", ctx.Err())
		}
		why, do, code := readNPM(said)
		return in.fail(why, do, code, err)
	}
	return in.check(ctx)
}

// npmInstall installs what the package.json of a folder asks for, without running
// anything of it, and returns what npm had to say.
func npmInstall(ctx context.Context, npm, dir string) (said string, err error) {
	cmd := exec.CommandContext(ctx, npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

// manifest writes the package.json that npm works from.
func (in *install) manifest() error {
	dependencies := map[string]string{agentPackage: in.version}
	if in.node.fetch != "" {
		dependencies[in.node.fetch] = in.node.version
	}
	overrides := map[string]string{}
	for _, s := range siblings() {
		overrides[s] = in.version
	}
	text, err := json.MarshalIndent(map[string]any{
		"name": "conform-pi", "private": true, "dependencies": dependencies, "overrides": overrides,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(in.dir, "package.json"), text, 0o644)
}

// check finds the program and starts it once.
func (in *install) check(ctx context.Context) error {
	const broken = "npm installed something that is not a Pi"
	text, err := os.ReadFile(filepath.Join(in.dir, "node_modules", filepath.FromSlash(agentPackage), "package.json"))
	if err != nil {
		return in.fail(broken, "", "", err)
	}
	var manifest struct {
		Bin map[string]string `json:"bin"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return in.fail(broken, "", "", err)
	}
	program := manifest.Bin["pi"]
	if program == "" {
		return in.fail(broken, "", "", errors.New("the package has no program pi"))
	}
	in.cli = filepath.Join("node_modules", filepath.FromSlash(agentPackage), filepath.FromSlash(program))
	said, err := askVersion(ctx, in.command(in.dir)...)
	if err != nil {
		return in.fail(err.Error(), "", "", err)
	}
	if said != in.version {
		return in.fail("what npm installed says that it is "+said, "", "", nil)
	}
	return nil
}

// command starts the Pi that lies in a folder.
func (in *install) command(dir string) []string {
	return []string{in.node.path(dir), filepath.Join(dir, in.cli)}
}

func (in *install) fail(why, do, code string, err error) error {
	if do == "" {
		do = "versions known to install are " + strings.Join(Versions(), ", ")
	}
	return &Error{Pi: "Pi " + in.version, Why: why, Do: do, Code: code, Err: err}
}

// readNPM makes one clause out of npm's complaint: what npm says itself is many
// lines, with addresses and paths that are nobody's business in a report.
func readNPM(said string) (why, do, code string) {
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		for _, head := range []string{"npm error ", "npm ERR! "} {
			if rest, ok := strings.CutPrefix(line, head+"code "); ok && code == "" {
				code = rest
			}
			if _, rest, ok := strings.Cut(line, "No matching version found for "); ok && strings.HasPrefix(line, head) {
				why = "npm has no " + strings.Trim(strings.Fields(rest)[0], ".'\"")
			}
		}
	}
	offline := []string{"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ERR_SOCKET_TIMEOUT"}
	switch {
	case why != "":
	case slices.Contains(offline, code):
		why, do = "npm cannot reach its registry ("+code+")", "connect to the network once, or give the path of a Pi executable"
	case code == "E404" || code == "ETARGET" || code == "E403":
		why = "npm cannot get this version or one of its parts (" + code + ")"
	case code != "":
		why = "npm failed (" + code + ")"
	default:
		why = "npm failed"
	}
	return why, do, code
}
