package pidist

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// npmInstalls is an npm that installs a small shell Pi, which says the version
// that package.json asks for.
const npmInstalls = `#!/bin/sh
echo run >> "$NPM_RUNS"
version=$(sed -n 's/.*"@earendil-works\/pi-coding-agent": "\(.*\)".*/\1/p' package.json | head -1)
pi=node_modules/@earendil-works/pi-coding-agent
mkdir -p $pi/dist
echo '{"bin": {"pi": "dist/cli.js"}}' > $pi/package.json
echo "echo ${SAYS-$version}" > $pi/dist/cli.js
if grep -q '"node-' package.json; then
  node=$(sed -n 's/.*"\(node-[^"]*\)".*/\1/p' package.json)
  mkdir -p node_modules/$node/bin
  printf '#!/bin/sh\nexec /bin/sh "$@"\n' > node_modules/$node/bin/node
  chmod +x node_modules/$node/bin/node
fi
`

// machine is a PATH of its own with the given programs, and the shell's tools.
func machine(t *testing.T, programs map[string]string) (cache Cache, runs string) {
	t.Helper()
	bin := t.TempDir()
	for name, text := range programs {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range []string{"sh", "sed", "head", "mkdir", "grep", "chmod", "sleep"} {
		for _, dir := range []string{"/bin", "/usr/bin"} {
			if _, err := os.Stat(filepath.Join(dir, tool)); err == nil {
				_ = os.Symlink(filepath.Join(dir, tool), filepath.Join(bin, tool)) // the second folder may hold it too
			}
		}
	}
	runs = filepath.Join(t.TempDir(), "runs")
	t.Setenv("PATH", bin)
	t.Setenv("NPM_RUNS", runs)
	return Cache{Dir: filepath.Join(t.TempDir(), "pi")}, runs
}

const (
	newNode = "#!/bin/sh\n[ \"$1\" = --version ] && echo v22.19.0 && exit\nexec /bin/sh \"$@\"\n"
	oldNode = "#!/bin/sh\necho v20.20.2\n"
)

func count(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Count(string(text), "run\n")
}

func TestInstallOnceThenOffline(t *testing.T) {
	cache, runs := machine(t, map[string]string{"npm": npmInstalls, "node": newNode})
	var log bytes.Buffer
	cache.Log = &log
	pi, err := cache.Install(context.Background(), "0.87.1")
	if err != nil {
		t.Fatal(err)
	}
	if pi.Version != "0.87.1" || len(pi.Command) != 2 || !strings.HasSuffix(pi.Command[0], "/node") ||
		!strings.HasPrefix(pi.Command[1], filepath.Join(cache.Dir, "0.87.1")) {
		t.Errorf("installed %+v", pi)
	}
	if said, err := askVersion(context.Background(), pi.Command...); err != nil || said != "0.87.1" {
		t.Errorf("it says %q, %v", said, err)
	}
	manifest, err := os.ReadFile(filepath.Join(cache.Dir, "0.87.1", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range siblings() {
		if !strings.Contains(string(manifest), `"`+s+`": "0.87.1"`) {
			t.Errorf("%s is not pinned: %s", s, manifest)
		}
	}
	if !strings.Contains(log.String(), "installing Pi 0.87.1") {
		t.Errorf("log %q", log.String())
	}
	t.Setenv("PATH", "") // neither npm nor anything else is needed any more
	again, err := cache.Install(context.Background(), "0.87.1")
	if err != nil || again.Command[1] != pi.Command[1] {
		t.Errorf("the second time: %+v, %v", again, err)
	}
	if n := count(t, runs); n != 1 {
		t.Errorf("npm ran %d times", n)
	}
	left, err := filepath.Glob(filepath.Join(cache.Dir, "new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

func TestInstallBringsANode(t *testing.T) {
	for name, programs := range map[string]map[string]string{
		"old node": {"npm": npmInstalls, "node": oldNode},
		"no node":  {"npm": npmInstalls},
	} {
		t.Run(name, func(t *testing.T) {
			cache, _ := machine(t, programs)
			pi, err := cache.Install(context.Background(), "0.79.4")
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(pi.Command[0], filepath.Join(cache.Dir, "0.79.4", "node_modules", "node-")) {
				t.Errorf("node is %s", pi.Command[0])
			}
		})
	}
}

func TestManyAskAtOnce(t *testing.T) {
	cache, runs := machine(t, map[string]string{"npm": npmInstalls + "sleep 0.2\n", "node": newNode})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := cache.Install(context.Background(), "0.87.1"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := count(t, runs); n != 1 {
		t.Errorf("npm ran %d times", n)
	}
}

func TestInstallFails(t *testing.T) {
	complain := func(text string) string {
		return "#!/bin/sh\ncat >&2 <<'END'\n" + text + "\nEND\nexit 1\n"
	}
	for name, c := range map[string]struct {
		programs map[string]string
		says     string // what the installed Pi says, if it is not the version
		want     string
	}{
		"no npm": {map[string]string{"node": newNode}, "",
			"Pi 0.99.1 cannot be had: npm is not on this machine; install Node and npm, or give the path of a Pi executable"},
		"no such sibling": {map[string]string{"node": newNode, "npm": complain("npm error code ETARGET\nnpm error notarget No matching version found for @earendil-works/chord@^0.99.1.\nnpm error A complete log of this run can be found in: /home/somebody/.npm/log")}, "",
			"Pi 0.99.1 cannot be had: npm has no @earendil-works/chord@^0.99.1; versions known to install are 0.79.4, 0.80.6, 0.87.1"},
		"not found": {map[string]string{"node": newNode, "npm": complain("npm ERR! code E404\nnpm ERR! 404 Not Found - GET https://registry.example/x")}, "",
			"Pi 0.99.1 cannot be had: npm cannot get this version or one of its parts (E404); versions known to install are 0.79.4, 0.80.6, 0.87.1"},
		"offline": {map[string]string{"node": newNode, "npm": complain("npm error code ENOTFOUND\nnpm error network request to https://registry.example/x failed")}, "",
			"Pi 0.99.1 cannot be had: npm cannot reach its registry (ENOTFOUND); connect to the network once, or give the path of a Pi executable"},
		"speechless": {map[string]string{"node": newNode, "npm": "#!/bin/sh\nexit 7\n"}, "",
			"Pi 0.99.1 cannot be had: npm failed; versions known to install are 0.79.4, 0.80.6, 0.87.1"},
		"installs nothing": {map[string]string{"node": newNode, "npm": "#!/bin/sh\n"}, "",
			"Pi 0.99.1 cannot be had: npm installed something that is not a Pi; versions known to install are 0.79.4, 0.80.6, 0.87.1"},
		"another version": {map[string]string{"node": newNode, "npm": npmInstalls}, "0.87.1",
			"Pi 0.99.1 cannot be had: what npm installed says that it is 0.87.1; versions known to install are 0.79.4, 0.80.6, 0.87.1"},
	} {
		t.Run(name, func(t *testing.T) {
			programs := c.programs
			for _, cat := range []string{"/bin/cat", "/usr/bin/cat"} {
				if _, err := os.Stat(cat); err == nil {
					programs["cat"] = "#!/bin/sh\nexec " + cat + " \"$@\"\n"
				}
			}
			cache, _ := machine(t, programs)
			if c.says != "" {
				t.Setenv("SAYS", c.says)
			}
			_, err := cache.Install(context.Background(), "0.99.1")
			var typed *Error
			if !errors.As(err, &typed) || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if _, ok := cache.Installed("0.99.1"); ok {
				t.Error("it counts as installed")
			}
		})
	}
}

func TestFromPath(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pi, err := FromPath(context.Background(), write("pi", "#!/bin/sh\necho v1.2.3\n", 0o755))
	if err != nil || pi.Version != "1.2.3" || len(pi.Command) != 1 || !filepath.IsAbs(pi.Command[0]) {
		t.Errorf("%+v, %v", pi, err)
	}
	for path, want := range map[string]string{
		write("plain", "#!/bin/sh\necho 1.2.3\n", 0o644):     "it is not executable",
		write("mute", "#!/bin/sh\nexit 3\n", 0o755):          "it does not answer to --version: exit status 3",
		write("other", "#!/bin/sh\necho git is it\n", 0o755): `it answers "git is it" to --version`,
		dir:                           "it is a folder",
		filepath.Join(dir, "nowhere"): "the file cannot be read",
	} {
		_, err := FromPath(context.Background(), path)
		var typed *Error
		if !errors.As(err, &typed) || typed.Why != want {
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
}

// A script that wants whatever node is in PATH keeps the one that is there now.
func TestFromPathKeepsItsNode(t *testing.T) {
	machine(t, map[string]string{"node": newNode})
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cli, link := filepath.Join(dir, "cli.js"), filepath.Join(dir, "pi")
	if _, err := os.Stat("/usr/bin/env"); err != nil {
		t.Skip("no /usr/bin/env here")
	}
	if err := errors.Join(os.WriteFile(cli, []byte("#!/usr/bin/env node\necho 1.2.3\n"), 0o755), os.Symlink(cli, link)); err != nil {
		t.Fatal(err)
	}
	pi, err := FromPath(t.Context(), link)
	if err != nil || len(pi.Command) != 2 || filepath.Base(pi.Command[0]) != "node" || pi.Command[1] != cli {
		t.Fatalf("%+v, %v", pi, err)
	}
	t.Setenv("PATH", "")
	if said, err := askVersion(t.Context(), pi.Command...); err != nil || said != "1.2.3" {
		t.Errorf("without a PATH it says %q, %v", said, err)
	}
}

func TestNodeVersions(t *testing.T) {
	for version, want := range map[string]bool{
		"v22.19.0": true, "v22.23.3": true, "v24.0.0": true, "v22.18.9": false, "v20.20.2": false, "": false, "vx.y": false, "v22": false,
	} {
		if newEnough(version) != want {
			t.Errorf("%q: %t", version, !want)
		}
	}
}

func TestValidVersion(t *testing.T) {
	for text, want := range map[string]bool{"0.87.1": true, "1.0.0-rc.1": true, "latest": false, "^1.0.0": false, "../x": false, "1.2": false, "1.2.3/..": false} {
		if ValidVersion(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}
