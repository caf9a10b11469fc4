package play

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// packageName is that of the npm package that a Pi comes in.
const packageName = "@earendil-works/pi-coding-agent"

// Package is the folder of the npm package that a command runs, "" if it is none: the
// program lies in it, or is a link or a small script that npm or another package
// manager has put before it.
func Package(command []string) string {
	if len(command) == 0 {
		return ""
	}
	program := command[len(command)-1]
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	marker := string(filepath.Separator) + filepath.Base(packageName) + string(filepath.Separator)
	if at := strings.LastIndex(program, marker); at >= 0 {
		return program[:at+len(marker)-1]
	}
	bin := filepath.Dir(program)
	above := filepath.Dir(bin)
	for modules, name := range map[string]string{
		above:                                ".bin", // of node_modules
		filepath.Join(above, "node_modules"): "bin",
		filepath.Join(above, "lib", "node_modules"): "bin", // of a prefix
	} {
		root := filepath.Join(modules, filepath.FromSlash(packageName))
		if filepath.Base(bin) == name && versionOf(root) != "" {
			return root
		}
	}
	return ""
}

// versionOf is the version of the package in a folder, "" if there is none.
func versionOf(root string) string {
	text, err := os.ReadFile(filepath.Join(root, "package.json"))
	if err != nil {
		return ""
	}
	var manifest struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	if json.Unmarshal(text, &manifest) != nil || manifest.Name != packageName {
		return ""
	}
	return manifest.Version
}

// interpreter is a Node for the package of a command: the command's own, one that npm
// has put beside the package, or the machine's.
func interpreter(command []string, root string) (string, error) {
	const withProgram = 2
	if len(command) == withProgram {
		return command[0], nil
	}
	modules := strings.TrimSuffix(root, string(filepath.Separator)+filepath.FromSlash(packageName))
	if beside, err := filepath.Glob(filepath.Join(modules, "node-*", "bin", "node")); err == nil && len(beside) > 0 {
		return beside[0], nil
	}
	return exec.LookPath("node")
}
