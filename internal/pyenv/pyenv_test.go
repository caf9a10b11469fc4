package pyenv

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/internal/cachedir"
)

func TestValidVersion(t *testing.T) {
	for text, want := range map[string]bool{
		"0.125.1": true, "0.105": true, "1.0.0rc1": true, "0.1.0.dev3": true,
		"": false, "latest": false, "0": false, "0.125.1/../x": false, "0.1 --index-url=http://x": false, "-1.2": false,
	} {
		if got := ValidVersion(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	if !slices.Contains(Versions(), Newest) || !slices.Contains(Versions(), Oldest) {
		t.Error("the newest and the oldest version are not among the known ones")
	}
}

func TestReadInstaller(t *testing.T) {
	for said, want := range map[string]string{
		"WARNING: Retrying after NewConnectionError('...')\nERROR: No matching distribution found for agenta==0.125.1\n":                  "the package index cannot be reached",
		"ERROR: Could not find a version that satisfies the requirement agenta==9\nERROR: No matching distribution found for agenta==9\n": "the package index has no such version",
		"ERROR: Package 'agenta' requires a different Python: 3.9.2 not in '>=3.11'\n":                                                    "it does not support this Python",
		"ERROR: Cannot install a and b\nERROR: ResolutionImpossible: for help visit https://x\n":                                          "its requirements cannot be had together (ResolutionImpossible: for help visit https://x)",
		"ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n":                                       "the disk is full",
		"something else\n\n": "the installation failed (something else)",
		"":                   "the installation failed (it says nothing)",
		"error: Failed to fetch\n  Caused by: dns error: no x\n": "the package index cannot be reached",
	} {
		if got := readInstaller(said).Error(); got != want {
			t.Errorf("%q\n got %s\nwant %s", said, got, want)
		}
	}
}

// machine puts programs of these names alone on PATH.
func machine(t *testing.T, programs map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, script := range programs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
}

func TestWhatCannotBeHad(t *testing.T) {
	const good = `case "$*" in *version_info*) echo 3.12; echo "$0";; `
	for name, test := range map[string]struct {
		programs map[string]string
		version  string
		want     string
	}{
		"no Python":     {nil, "0.125.1", "agenta 0.125.1 cannot be had: no Python is on this machine; install Python 3.11, 3.12 or 3.13"},
		"an old Python": {map[string]string{"python3": "echo 3.9; echo /usr/bin/python3\n"}, "0.125.1", "agenta 0.125.1 cannot be had: it needs Python 3.11 to 3.13, and this machine has 3.9; install Python 3.11, 3.12 or 3.13"},
		"no venv module": {map[string]string{"python3": good + "*venv*) echo 'ensurepip is not available'; exit 1;; esac\n"}, "0.125.1",
			"agenta 0.125.1 cannot be had: this Python cannot make environments; install its venv module (python3-venv on Debian)"},
		"no version": {nil, "newest", "agenta newest cannot be had: that is not a version"},
	} {
		t.Run(name, func(t *testing.T) {
			machine(t, test.programs)
			_, err := Cache{Dir: t.TempDir()}.Install(t.Context(), test.version)
			var e *Error
			if !errors.As(err, &e) || err.Error() != test.want {
				t.Errorf("\n got %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestNothingIsLeftOfAFailedInstallation(t *testing.T) {
	machine(t, nil)
	dir := t.TempDir()
	if _, err := (Cache{Dir: dir}).Install(t.Context(), "0.125.1"); err == nil {
		t.Fatal("installed without Python")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "install.lock" {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestInstallationGivenUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Cache{Dir: t.TempDir()}.Install(ctx, "0.125.1")
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

func TestInstalledNeedsNothing(t *testing.T) {
	c := Cache{Dir: t.TempDir()}
	place := filepath.Join(c.Dir, "0.125.1")
	if err := os.MkdirAll(filepath.Join(place, sdkFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	python := filepath.Join(place, "python")
	env := Env{Version: "0.125.1", Python: python, SDK: filepath.Join(place, sdkFolder)}
	if err := errors.Join(os.WriteFile(python, nil, 0o755), cachedir.WriteReceipt(place, env)); err != nil {
		t.Fatal(err)
	}
	machine(t, nil) // no Python, no network
	got, err := c.Install(t.Context(), "0.125.1")
	if err != nil || got != env {
		t.Errorf("got %v, %v", got, err)
	}
	if err := os.Remove(python); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Installed("0.125.1"); ok {
		t.Error("installed, although its Python is gone")
	}
}

func TestRequirements(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if strings.Contains(os.Getenv("CONFORM_REQUIRE"), "python") {
			t.Fatal("CONFORM_REQUIRE wants Python and there is none")
		}
		t.Skip("no Python on this machine")
	}
	dir := t.TempDir()
	info := filepath.Join(dir, "agenta-1.0.dist-info")
	if err := os.MkdirAll(info, 0o755); err != nil {
		t.Fatal(err)
	}
	metadata := "Metadata-Version: 2.1\nName: agenta\nVersion: 1.0\nRequires-Dist: nowhere-to-be-found>=2\n" +
		"Requires-Dist: pip>=1\nRequires-Dist: only-with-extra; extra == 'x'\nRequires-Dist: never; python_version < '3'\n"
	if err := os.WriteFile(filepath.Join(info, "METADATA"), []byte(metadata), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t.Context(), python, "-I", "-c", "import pip"); err != nil {
		t.Skip("this Python has no pip")
	}
	all, unmet, err := requirements(t.Context(), python, dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"nowhere-to-be-found>=2", "pip>=1"}; !slices.Equal(all, want) {
		t.Errorf("all: %v", all)
	}
	if want := []string{"nowhere-to-be-found"}; !slices.Equal(unmet, want) {
		t.Errorf("unmet: %v", unmet)
	}
}
