package pidist

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/agenta-ai/conform/internal/cachedir"
)

// adapterPackage is the ACP adapter that the platform puts before Pi.
const adapterPackage = "pi-acp"

// AdapterVersion is the newest adapter that is known to install and run, with
// Newest behind it.
const AdapterVersion = "0.0.34"

// InstalledAdapter is the command of an adapter that is in the cache already. It is
// run by the Node of a Pi.
func (c Cache) InstalledAdapter(version string, pi Pi) ([]string, bool) {
	program := filepath.Join(c.adapterDir(version), "node_modules", adapterPackage, "dist", "index.js")
	_, err := os.Stat(program)
	return []string{pi.Command[0], program}, err == nil
}

func (c Cache) adapterDir(version string) string {
	return filepath.Join(filepath.Dir(c.Dir), adapterPackage, version)
}

// Adapter returns the command of an adapter, from the cache if it is there, else
// from npm.
func (c Cache) Adapter(ctx context.Context, version string, pi Pi) ([]string, error) {
	name := adapterPackage + " " + version
	if !ValidVersion(version) {
		return nil, &Error{Pi: name, Why: "that is not a version"}
	}
	have := func() bool { _, ok := c.InstalledAdapter(version, pi); return ok }
	err := cachedir.Place{Dir: c.adapterDir(version)}.Install(ctx, have, func(dir string) error {
		npm, err := exec.LookPath("npm")
		if err != nil {
			return &Error{Pi: name, Why: "npm is not on this machine", Do: "install Node and npm", Err: err}
		}
		c.say("installing %s into the cache, once", name)
		manifest, err := json.Marshal(map[string]any{"name": "conform-adapter", "private": true, "dependencies": map[string]string{adapterPackage: version}})
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "package.json"), manifest, 0o644)
		}
		if err != nil {
			return &Error{Pi: name, Why: "its manifest cannot be written", Err: err}
		}
		if said, err := npmInstall(ctx, npm, dir); err != nil {
			why, do, code := readNPM(said)
			return &Error{Pi: name, Why: why, Do: do, Code: code, Err: err}
		}
		return nil
	})
	if err != nil {
		return nil, named(name, err)
	}
	command, ok := c.InstalledAdapter(version, pi)
	if !ok {
		return nil, &Error{Pi: name, Why: "npm installed something that is no adapter"}
	}
	return command, nil
}
