package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
)

// Env looks up an environment variable; "" stands for a missing one too, as
// everywhere in Pi.
type Env func(name string) string

// AgentDir is the folder that holds Pi's files, as an absolute path.
func AgentDir(env Env, cwd string) string {
	dir := env("PI_CODING_AGENT_DIR")
	if dir == "" {
		return filepath.Join(env("HOME"), ".pi", "agent")
	}
	return Expand(dir, env, cwd)
}

// Expand makes a path absolute as Pi does: a leading ~ is the home folder, and
// nothing else is special.
func Expand(path string, env Env, cwd string) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		return filepath.Join(env("HOME"), path[1:])
	}
	if !filepath.IsAbs(path) {
		return filepath.Join(cwd, path)
	}
	return filepath.Clean(path)
}

// absent reports whether a file is not there, be it because its folder is no
// folder.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
