package play

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write writes a file and its folders, and returns its path.
func write(t *testing.T, path, text string) string {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte(text), 0o755))
	return path
}

// installed lays an installation of 0.82.0 into a folder of node_modules.
func installed(t *testing.T, modules string) (root, cli string) {
	t.Helper()
	root = filepath.Join(modules, packageName)
	write(t, filepath.Join(root, "package.json"), `{"name":"`+packageName+`","version":"0.82.0"}`)
	return root, write(t, filepath.Join(root, "dist", "cli.js"), "")
}

func TestPackage(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	link := func(to, path string) string {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.Symlink(to, path))
		return path
	}
	root, cli := installed(t, filepath.Join(dir, "a", "node_modules"))
	global, globalCLI := installed(t, filepath.Join(dir, "prefix", "lib", "node_modules"))
	write(t, filepath.Join(dir, "other", "node_modules", packageName, "package.json"), `{"name":"somebody-else","version":"0.82.0"}`)
	for name, c := range map[string]struct {
		command []string
		want    string
	}{
		"program":                {[]string{"/usr/bin/node", cli}, root},
		"program alone":          {[]string{cli}, root},
		"link in .bin":           {[]string{link(cli, filepath.Join(dir, "a", "node_modules", ".bin", "pi"))}, root},
		"script in .bin":         {[]string{write(t, filepath.Join(dir, "a", "node_modules", ".bin", "pi-script"), "#!/bin/sh\n")}, root},
		"link from elsewhere":    {[]string{link(cli, filepath.Join(dir, "bin", "pi"))}, root},
		"script of a prefix":     {[]string{write(t, filepath.Join(dir, "prefix", "bin", "pi"), "#!/bin/sh\n")}, global},
		"program of a prefix":    {[]string{globalCLI}, global},
		"beside somebody else's": {[]string{write(t, filepath.Join(dir, "other", "node_modules", ".bin", "pi"), "#!/bin/sh\n")}, ""},
		"a program of its own":   {[]string{write(t, filepath.Join(dir, "opt", "pi"), "")}, ""},
		"nothing":                {nil, ""},
	} {
		if got := Package(c.command); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestNoCatalogue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, cli := installed(t, filepath.Join(dir, "node_modules"))
	alone := write(t, filepath.Join(dir, "opt", "pi"), "")
	for name, c := range map[string]struct {
		version string
		command []string
		want    string // "" for none
	}{
		"built in":           {"0.87.1", []string{alone}, ""},
		"no package":         {"0.82.0", []string{alone}, "none can be made from " + alone + ": it is no installation of " + packageName + "; use --install 0.82.0, or the pi in node_modules/.bin"},
		"of another version": {"0.83.0", []string{"/none/node", cli}, "none can be made from " + cli + ": the package beside it is 0.82.0; use --install 0.83.0,"},
		"no Node":            {"0.82.0", []string{"/none/node", cli}, "make the catalogue of Pi 0.82.0: ask the Pi in "},
	} {
		_, err := Catalogue(t.Context(), filepath.Join(dir, "catalogues"), c.version, c.command)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
