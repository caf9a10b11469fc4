package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestClosureOfALinkedProgram(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads programs of Linux")
	}
	cat, err := exec.LookPath("cat")
	if err != nil {
		t.Skip("no cat here: ", err)
	}
	if cat, err = filepath.EvalSymlinks(cat); err != nil {
		t.Fatal(err)
	}
	layer, err := Closure(cat, "/opt/cat")
	if err != nil {
		t.Fatal(err)
	}
	if layer[0] != (File{Path: "/opt/cat", From: cat}) {
		t.Errorf("got %+v", layer[0])
	}
	loader, needs, _, err := linked(cat)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(needs, filepath.Base(loader)) {
		if name != "." && !slices.ContainsFunc(layer, func(f File) bool { return filepath.Base(f.Path) == name }) {
			t.Errorf("%s is missing in %+v", name, layer)
		}
	}
}

func TestClosureOfWhatIsNoProgram(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Closure(text, "/opt/text"); err == nil || !strings.Contains(err.Error(), "what "+text+" is linked with: ") {
		t.Errorf("got %v", err)
	}
}
