package cli_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/agenta-ai/conform/internal/cli"
	"github.com/agenta-ai/conform/internal/pyenv"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary play conform itself, so that scripts run the
// command line as a process.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"liar": liarMain,
		"conform": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			// Helper programs are built from this checkout, into the caches of
			// whoever runs the tests: scripts that run the matrix begin with
			// "cd $CHECKOUT".
			checkout, err := filepath.Abs(filepath.Join("..", ".."))
			if err != nil {
				return err
			}
			caches, err := os.UserCacheDir()
			if err != nil {
				return err
			}
			env.Setenv("CHECKOUT", checkout)
			program, err := exec.LookPath("conform") // for scripts that change PATH
			if err != nil {
				return err
			}
			env.Setenv("CONFORM", program)
			env.Setenv("XDG_CACHE_HOME", caches)
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
				value, err := exec.Command("go", "env", name).Output()
				if err != nil {
					return err
				}
				env.Setenv(name, strings.TrimSpace(string(value)))
			}
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition:           condition,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "unseenalike": unseenalike},
	})
}

// condition tells whether what a script needs is here. Where CONFORM_REQUIRE
// names it, it has to be.
func condition(name string) (bool, error) {
	if name != "sdk" {
		return false, fmt.Errorf("no condition %q", name)
	}
	cache, err := pyenv.UserCache(nil)
	if err != nil {
		return false, err
	}
	_, there := cache.Installed(pyenv.Newest)
	if !there && slices.Contains(strings.Split(os.Getenv("CONFORM_REQUIRE"), ","), "python") {
		return false, fmt.Errorf("CONFORM_REQUIRE wants Python, and agenta %s is not in the cache", pyenv.Newest)
	}
	return there, nil
}

// exits runs a command and wants an exact exit code: exits 2 conform lst.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%q exits %d, want %d", args[1:], got, want)
	}
}
