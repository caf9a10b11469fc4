package image

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Closure is a program of this machine with all that it is linked with: its
// loader and its shared libraries, where they lie here. A static program has
// none. What a program loads by name while it runs is not seen.
func Closure(program, as string) (Layer, error) {
	layer := Layer{{Path: as, From: program}}
	seen := map[string]bool{}
	todo := []string{program}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		loader, needs, dirs, err := linked(path)
		if err != nil {
			return nil, fmt.Errorf("what %s is linked with: %w", path, err)
		}
		if loader != "" && !seen[loader] {
			seen[loader] = true
			layer = append(layer, File{Path: loader, From: loader})
		}
		for _, name := range needs {
			if seen[name] || filepath.Base(loader) == name {
				continue
			}
			seen[name] = true
			found, err := library(name, dirs)
			if err != nil {
				return nil, fmt.Errorf("what %s is linked with: %w", path, err)
			}
			if !seen[found] {
				seen[found] = true
				layer = append(layer, File{Path: found, From: found})
				todo = append(todo, found)
			}
		}
	}
	return layer, nil
}

// linked reads a program's header: its loader, the libraries it needs and the
// folders in which it wants them looked for first.
func linked(path string) (loader string, needs, dirs []string, err error) {
	f, err := elf.Open(path)
	if err != nil {
		return "", nil, nil, err
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		text := make([]byte, p.Filesz)
		if _, err := p.ReadAt(text, 0); err != nil {
			return "", nil, nil, err
		}
		loader = strings.TrimRight(string(text), "\x00")
	}
	if needs, err = f.ImportedLibraries(); err != nil {
		return "", nil, nil, err
	}
	for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
		values, err := f.DynString(tag)
		if err != nil {
			continue // it names none
		}
		for _, v := range values {
			for _, dir := range strings.Split(v, ":") {
				dirs = append(dirs, strings.NewReplacer("$ORIGIN", filepath.Dir(path), "${ORIGIN}", filepath.Dir(path)).Replace(dir))
			}
		}
	}
	return loader, needs, dirs, nil
}

// library finds a shared library where loaders look for it.
func library(name string, dirs []string) (string, error) {
	multiarch := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]
	usual := []string{"/lib/" + multiarch, "/usr/lib/" + multiarch, "/lib64", "/usr/lib64", "/lib", "/usr/lib"}
	for _, dir := range slices.Concat(dirs, usual) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", fmt.Errorf("no %s on this machine", name)
}
