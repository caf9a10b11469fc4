package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/google/go-cmp/cmp"
)

// What is embedded is what lies in the folder.
func TestListIsCurrent(t *testing.T) {
	t.Parallel()
	at := filepath.Join("..", "..", "..", folder)
	want, err := list(at)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(at, "builtin.go"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("builtin.go (-the folder's +the file's); go run ./internal/pidist/addversion VERSION writes it:\n%s", diff)
	}
}

func TestListIsInOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{"0.80.10", "0.9.0", "0.80.6", "1.0.0-rc.1"} {
		if err := os.WriteFile(filepath.Join(dir, "data", v+".tsv"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := list(dir)
	if err != nil {
		t.Fatal(err)
	}
	var at []int
	for _, v := range []string{`{"0.9.0", v0_9_0}`, `{"0.80.6", v0_80_6}`, `{"0.80.10", v0_80_10}`, `{"1.0.0-rc.1", v1_0_0_rc_1}`} {
		at = append(at, strings.Index(string(text), v))
	}
	if at[0] < 0 || !slices.IsSorted(at) {
		t.Errorf("wrote\n%s", text)
	}
	if _, err := list(t.TempDir()); err == nil {
		t.Error("a folder without catalogues has a list")
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"latest"}, {"0.85.1", "0.86.0"}, {catalog.Default}} { // the last: not in the source tree
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}
