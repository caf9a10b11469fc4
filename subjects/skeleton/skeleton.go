// Package skeleton holds drivers to begin with, one in each of a few languages.
// Each is a driver and a stand-in for the system that it will drive; together
// they pass a check, so that whoever starts from one changes something that
// works.
package skeleton

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed python node go
var files embed.FS

// Skeleton is a driver to begin with.
type Skeleton struct {
	Lang    string
	Build   string // what makes a program of it, "" for nothing
	Command string // starts it, in its folder
}

// All are the skeletons.
func All() []Skeleton {
	return []Skeleton{
		{Lang: "python", Command: "python3 driver.py"},
		{Lang: "node", Command: "node driver.mjs"},
		{Lang: "go", Build: "go build -o my-subject .", Command: "./my-subject"},
	}
}

// Find is the skeleton in a language.
func Find(lang string) (Skeleton, bool) {
	all := All()
	i := slices.IndexFunc(all, func(s Skeleton) bool { return s.Lang == lang })
	if i < 0 {
		return Skeleton{}, false
	}
	return all[i], true
}

// Write writes the skeleton's files into a folder, which it makes, and returns
// their names. It overwrites nothing.
func (s Skeleton) Write(dir string) ([]string, error) {
	entries, err := fs.ReadDir(files, s.Lang)
	if err != nil {
		return nil, fmt.Errorf("read the skeleton: %w", err)
	}
	var names []string
	for _, e := range entries {
		// The sources of a Go program would be part of this module, so they lie
		// here under another name.
		name := strings.TrimSuffix(e.Name(), ".txt")
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is there already", filepath.Join(dir, name))
		}
		names = append(names, name)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder: %w", err)
	}
	for i, e := range entries {
		text, err := files.ReadFile(s.Lang + "/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the skeleton: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, names[i]), text, 0o644); err != nil {
			return nil, fmt.Errorf("write the skeleton: %w", err)
		}
	}
	return names, nil
}
