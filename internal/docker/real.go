package docker

import (
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/agenta-ai/conform/internal/docker/image"
)

// The places of a real Pi in the image.
const (
	nodeAt = "/opt/node/bin/node"
	piAt   = "/opt/pi"

	compiledAt = piAt + "/bin/pi"
)

// Packs reports whether a Pi at a path can be put into an image: a compiled
// program, or a script in a folder of packages. Of any other script nobody can
// tell what belongs to it.
func Packs(path string) bool {
	program, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	return compiled(program) || strings.Contains(filepath.ToSlash(program), "/node_modules/")
}

func compiled(program string) bool {
	f, err := elf.Open(program)
	if err != nil {
		return false
	}
	return f.Close() == nil
}

// NewReal turns the command of an installed Pi, its Node and its script, into
// layers of an image: Node with the libraries it is linked with, and the
// packages without what only their authors need. A command that is one compiled
// program is taken with its libraries and nothing else.
func NewReal(command []string) (*Real, error) {
	if len(command) == 1 && compiled(command[0]) {
		program, err := image.Closure(command[0], compiledAt)
		if err != nil {
			return nil, fmt.Errorf("put Pi into an image: %w", err)
		}
		program = append(program, image.File{Path: "/bin/bash", Link: bin + "/lane"})
		return &Real{Layers: []image.Layer{program}, Command: []string{compiledAt}}, nil
	}
	if len(command) != 2 {
		return nil, fmt.Errorf("a Pi for an image is a Node and a script, not %q", command)
	}
	node, err := filepath.EvalSymlinks(command[0])
	if err != nil {
		return nil, fmt.Errorf("put Node into an image: %w", err)
	}
	runtime, err := image.Closure(node, nodeAt)
	if err != nil {
		return nil, fmt.Errorf("put Node into an image: %w", err)
	}
	root, script, found := strings.Cut(filepath.ToSlash(command[1]), "/node_modules/")
	if !found {
		return nil, fmt.Errorf("put Pi into an image: %s lies in no node_modules", command[1])
	}
	packages, err := tree(filepath.Join(root, "node_modules"), piAt+"/node_modules")
	if err != nil {
		return nil, fmt.Errorf("put Pi into an image: %w", err)
	}
	// Some programs ask for Bash by its path.
	runtime = append(runtime, image.File{Path: "/bin/bash", Link: bin + "/lane"})
	return &Real{
		Layers:  []image.Layer{runtime, packages},
		Command: []string{nodeAt, path.Join(piAt, "node_modules", script)},
		Path:    []string{path.Dir(nodeAt)},
	}, nil
}

// tree is a folder of packages as a layer.
func tree(root, at string) (image.Layer, error) {
	var layer image.Layer
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && needless(filepath.ToSlash(rel)):
			return fs.SkipDir
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(name)
			if err == nil {
				layer = append(layer, image.File{Path: path.Join(at, filepath.ToSlash(rel)), Link: target})
			}
			return err
		case !d.Type().IsRegular() || strings.HasSuffix(name, ".map") || strings.HasSuffix(name, ".d.ts"):
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		layer = append(layer, image.File{Path: path.Join(at, filepath.ToSlash(rel)), From: name, Mode: int64(info.Mode().Perm())})
		return nil
	})
	return layer, err
}

// needless are packages that no running Pi loads: copies of Node, which has a
// place of its own, a bundler, and links to programs.
func needless(folder string) bool {
	switch {
	case folder == ".bin", folder == "node", folder == "esbuild", folder == "@esbuild":
		return true
	}
	return !strings.Contains(folder, "/") && (strings.HasPrefix(folder, "node-linux-") || strings.HasPrefix(folder, "node-bin-"))
}
