package pyenv

import (
	"archive/zip"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// wheel writes an installable package of that version, which has what conform
// looks for and nothing else.
func wheel(t *testing.T, dir, version string) {
	t.Helper()
	info := Package + "-" + version + ".dist-info/"
	f, err := os.Create(filepath.Join(dir, Package+"-"+version+"-py3-none-any.whl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	record := ""
	for _, file := range []struct{ name, text string }{
		{"agenta/__init__.py", ""}, {"agenta/sdk/__init__.py", ""}, {"agenta/sdk/agents/__init__.py", ""}, {"agenta/sdk/agents/handler.py", "made = True\n"},
		{info + "METADATA", "Metadata-Version: 2.1\nName: " + Package + "\nVersion: " + version + "\nRequires-Dist: pip>=1\n"},
		{info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
		{info + "RECORD", ""},
	} {
		record += file.name + ",,\n"
		if strings.HasSuffix(file.name, "RECORD") {
			file.text = record
		}
		w, err := z.Create(file.name)
		if err == nil {
			_, err = w.Write([]byte(file.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

// bundled is where Python keeps the pip that it puts into environments.
func bundled(t *testing.T, python string) string {
	t.Helper()
	out, err := run(t.Context(), python, "-I", "-c", "import ensurepip, os; print(getattr(ensurepip, '_WHEEL_PKG_DIR', None) or os.path.join(os.path.dirname(ensurepip.__file__), '_bundled'))")
	if err != nil {
		t.Skip("this Python cannot make environments: it has no ensurepip")
	}
	return strings.TrimSpace(out)
}

// TestInstallWithEachTool installs a version into an empty cache with what comes
// with Python, and with uv, from files alone; a second version shares the
// environment of the first.
func TestInstallWithEachTool(t *testing.T) {
	if testing.Short() {
		t.Skip("makes environments")
	}
	for _, names := range [][]string{{"python3"}, {"python3", "uv"}} {
		tool := names[len(names)-1]
		t.Run(tool, func(t *testing.T) {
			bin, links := t.TempDir(), t.TempDir()
			for _, name := range names {
				path, err := exec.LookPath(name)
				if err != nil {
					if strings.Contains(os.Getenv("CONFORM_REQUIRE"), "python") && name == "python3" {
						t.Fatal("CONFORM_REQUIRE wants Python and there is none")
					}
					t.Skipf("no %s on this machine", name)
				}
				if name == "python3" { // the one found may be a shim, which needs more of PATH
					out, err := run(t.Context(), path, "-I", "-c", "import sys; print(sys.executable)")
					if err != nil {
						t.Fatal(err)
					}
					path = strings.TrimSpace(out)
				}
				if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
					t.Fatal(err)
				}
			}
			pip := bundled(t, filepath.Join(bin, "python3"))
			wheel(t, links, "9.0.0")
			wheel(t, links, "9.1.0")
			for name, value := range map[string]string{
				"PATH": bin, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": links + " " + pip,
				"UV_NO_INDEX": "1", "UV_FIND_LINKS": links + "," + pip, "UV_CACHE_DIR": t.TempDir(), "UV_NO_CONFIG": "1",
			} {
				t.Setenv(name, value)
			}
			c := Cache{Dir: t.TempDir()}
			var envs []Env
			for _, version := range []string{"9.0.0", "9.1.0"} {
				env, err := c.Install(t.Context(), version)
				if err != nil {
					t.Fatal(err, errors.Unwrap(err))
				}
				out, err := run(t.Context(), env.Python, "-I", "-c", "import sys; sys.path.insert(0, sys.argv[1]); import agenta.sdk.agents.handler as h; print(h.made)", env.SDK)
				if err != nil || strings.TrimSpace(out) != "True" {
					t.Errorf("%s: %q, %v", version, out, err)
				}
				envs = append(envs, env)
			}
			if envs[0].Python != envs[1].Python {
				t.Errorf("two environments: %s and %s", envs[0].Python, envs[1].Python)
			}
		})
	}
}
