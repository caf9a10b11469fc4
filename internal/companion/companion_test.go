package companion

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// tree writes a module of our name with one tiny companion.
func tree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                   "module " + module + "\n\ngo 1.26\n",
		"go.sum":                   "",
		"contract/c.txt":           "",
		"subjects/s.txt":           "",
		"fakes/pi/cmd/pi/main.go":  "package main\n\nfunc main() { print(word) }\n",
		"fakes/pi/cmd/pi/word.go":  "package main\n\nconst word = \"first\"\n",
		"fakes/pi/x_test.go":       "package pi\n",
		"fakes/pi/testdata/a.json": "{}",
	} {
		write(t, filepath.Join(root, name), text)
	}
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, root, cache string) *Store {
	t.Helper()
	s, err := Open(Options{Module: root, Cache: cache})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func says(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command(path).CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func path(t *testing.T, s *Store) string {
	t.Helper()
	p, err := s.Path(t.Context(), Pi)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPathBuildsOnceAndAgainWhenASourceChanges(t *testing.T) {
	root, cache := tree(t), t.TempDir()
	first := path(t, open(t, root, cache))
	if got := says(t, first); got != "first" {
		t.Fatalf("it says %q", got)
	}
	info, _ := os.Stat(first)
	again := path(t, open(t, root, cache))
	if later, _ := os.Stat(again); again != first || !later.ModTime().Equal(info.ModTime()) {
		t.Error("it was built a second time")
	}
	write(t, filepath.Join(root, "fakes/pi/x_test.go"), "package pi // changed\n")
	if path(t, open(t, root, cache)) != first {
		t.Error("a test file counts as source")
	}
	write(t, filepath.Join(root, "fakes/pi/cmd/pi/word.go"), "package main\n\nconst word = \"second\"\n")
	second := path(t, open(t, root, cache))
	if second == first || says(t, second) != "second" {
		t.Error("a changed source gives the old binary")
	}
}

func TestMutatedReplacesAFile(t *testing.T) {
	s := open(t, tree(t), t.TempDir())
	overlay := map[string][]byte{"fakes/pi/cmd/pi/word.go": []byte("package main\n\nconst word = \"mutant\"\n")}
	p, err := s.Mutated(t.Context(), Pi, overlay)
	if err != nil {
		t.Fatal(err)
	}
	if says(t, p) != "mutant" || says(t, path(t, s)) != "first" {
		t.Error("mutant and original are mixed up")
	}
}

func TestBuildFailureShowsTheCompiler(t *testing.T) {
	root := tree(t)
	write(t, filepath.Join(root, "fakes/pi/cmd/pi/word.go"), "package main\n\nconst wrod = 1\n")
	cache := t.TempDir()
	_, err := open(t, root, cache).Path(t.Context(), Pi)
	if err == nil || !strings.Contains(err.Error(), "undefined: word") {
		t.Errorf("got %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(cache, "*", "build-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestManyAtOnce(t *testing.T) {
	root, cache := tree(t), t.TempDir()
	var wg sync.WaitGroup
	paths := make([]string, 6)
	for i := range paths {
		s := open(t, root, cache)
		wg.Go(func() { paths[i] = path(t, s) })
	}
	wg.Wait()
	for _, p := range paths {
		if p != paths[0] || says(t, p) != "first" {
			t.Errorf("got %v", paths)
		}
	}
}

func TestReleasedConformNeedsNoSources(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "libexec/conform/pi"), "#!/bin/sh\n")
	write(t, filepath.Join(dir, "bin/conform"), "")
	s := &Store{libexec: libexec(filepath.Join(dir, "bin/conform"))}
	if got := path(t, s); got != filepath.Join(s.libexec, "pi") {
		t.Errorf("got %s", got)
	}
	if _, err := s.Mutated(t.Context(), Pi, nil); err == nil || !strings.Contains(err.Error(), "checkout") {
		t.Errorf("got %v", err)
	}
	if _, err := s.Path(t.Context(), Reference); err == nil {
		t.Error("a missing companion goes unnoticed")
	}
}

func TestFindModuleWantsOurs(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module "+module+" // us\n")
	write(t, filepath.Join(root, "sub/go.mod"), "module example.com/other\n")
	write(t, filepath.Join(root, "sub/deep/x"), "")
	if got := findModule(filepath.Join(root, "sub/deep")); got != root {
		t.Errorf("got %q", got)
	}
	if got := findModule(t.TempDir()); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestPruneKeepsWhatWasUsedLately(t *testing.T) {
	cache := t.TempDir()
	for i := range keep + 5 {
		dir := filepath.Join(cache, string(rune('a'+i)))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if i < 10 {
			old := time.Now().Add(-48*time.Hour + time.Duration(i)*time.Minute)
			if err := os.Chtimes(dir, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	prune(cache, filepath.Join(cache, "a"))
	left, _ := os.ReadDir(cache)
	if len(left) != keep || left[0].Name() != "a" || left[1].Name() != "g" {
		t.Errorf("%d left, first %v", len(left), left[:2])
	}
}
