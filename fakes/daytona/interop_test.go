package daytona_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
)

// library is the official client library under one of its two names.
type library struct{ name, version string }

// The newest, and the one that the platform's runner pins.
var libraries = []library{
	{"@daytonaio/sdk", "0.218.0"},
	{"@daytona/sdk", "0.200.0"},
}

// TestOfficialClient makes every call with the official library, with machines
// that are folders and with such as are used through a stream.
func TestOfficialClient(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "no node on PATH")
	}
	type run struct {
		library
		name     string
		machines machine.Maker
	}
	var runs []run
	for _, l := range libraries {
		runs = append(runs, run{l, l.version, nil}, run{l, l.version + " and a machine behind a stream", afar{process.Maker{Dir: t.TempDir()}}})
	}
	for _, l := range runs {
		t.Run(l.name, func(t *testing.T) {
			dir := installed(t, l.library.name, l.version)
			s, url := cloud(t, daytona.Options{Authority: authority(t), Machines: l.machines})
			s.Break(daytona.Faults{Slow: 50 * time.Millisecond})
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			script := filepath.Join(dir, "calls.mjs")
			copyFile(t, filepath.Join("testdata", "sdk", "calls.mjs"), script)
			cmd := exec.CommandContext(ctx, node, script, l.library.name, url)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "PORT="+freePort(t), "NO_PROXY=127.0.0.1,localhost")
			var stderr strings.Builder
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s%s", err, out, stderr.String())
			}
			var done []string
			if err := json.Unmarshal(out[strings.LastIndex(strings.TrimSpace(string(out)), "\n")+1:], &done); err != nil || len(done) < 20 {
				t.Fatalf("the script says %s", out)
			}
			for _, b := range s.Sandboxes() {
				if b.State != daytona.Destroyed {
					t.Errorf("sandbox %s is left in state %s", b.Name, b.State)
				}
			}
			if n := len(s.Journal()); n < 50 {
				t.Errorf("%d calls in the journal", n)
			}
		})
	}
}

// missing skips, or fails where CONFORM_REQUIRE names node.
func missing(t *testing.T, why string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("CONFORM_REQUIRE"), ","), "node") {
		t.Fatal(why)
	}
	t.Skip(why)
}

// installed is a folder of the user's cache with the library in it.
func installed(t *testing.T, name, version string) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		missing(t, "no npm on PATH")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		missing(t, err.Error())
	}
	dir := filepath.Join(cache, "conform", "node", strings.Trim(strings.ReplaceAll(name, "/", "-"), "@")+"-"+version)
	if _, err := os.Stat(filepath.Join(dir, "whole")); err == nil {
		return dir
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "install-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(temp)
	lock := filepath.Join("testdata", "sdk", strings.Trim(strings.ReplaceAll(name, "/", "-"), "@")+"-"+version+".lock.json")
	copyFile(t, lock, filepath.Join(temp, "package-lock.json"))
	manifest := fmt.Sprintf(`{"private":true,"dependencies":{%q:%q}}`, name, version)
	if err := os.WriteFile(filepath.Join(temp, "package.json"), []byte(manifest), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = temp
	if out, err := cmd.CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("%s@%s could not be installed: %v: %s", name, version, err, out))
	}
	if err := os.WriteFile(filepath.Join(temp, "whole"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_ = os.RemoveAll(dir)
	if err := os.Rename(temp, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// freePort is a port that nobody listens on now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
