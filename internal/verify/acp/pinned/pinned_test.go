package pinned

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
	"github.com/agenta-ai/conform/internal/pidist"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what clients of the fake see into testdata")

// sessions are what is played, and the pauses before retries that they need: one
// that is short, and one that outlasts the test.
func sessions() map[string]func(*testing.T, []string) string {
	return map[string]func(*testing.T, []string) string{
		"whole":     func(t *testing.T, command []string) string { return play(t, command, 1, whole) },
		"impatient": func(t *testing.T, command []string) string { return play(t, command, 100_000, impatient) },
	}
}

// versions are those that the platform has pinned, and the newest.
func versions() []string { return []string{"0.79.4", "0.80.6", "0.87.1"} }

func golden(version, name string) string {
	return filepath.Join("testdata", version+"-"+name+".txt")
}

func fake(t *testing.T, version string) []string {
	t.Helper()
	root := t.TempDir()
	binary, err := pitest.Build(root, pitest.Fake)
	must(t, err)
	exe, err := pitest.Install(filepath.Join(root, "bin"), binary, flight.Sidecar{Play: version})
	must(t, err)
	return []string{exe}
}

// What a client of the pinned adapter sees of the fake is what testdata says;
// TestReal holds testdata against the real Pi.
func TestFake(t *testing.T) {
	t.Parallel()
	for _, version := range versions() {
		for name, session := range sessions() {
			t.Run(version+"/"+name, func(t *testing.T) {
				t.Parallel()
				got := session(t, fake(t, version))
				if *update {
					must(t, os.WriteFile(golden(version, name), []byte(got), 0o644))
				}
				hold(t, version, name, got)
			})
		}
	}
}

// The real Pi looks the same to that client.
func TestReal(t *testing.T) {
	t.Parallel()
	required := slices.Contains(strings.Split(os.Getenv("CONFORM_REQUIRE"), ","), "node")
	cache, err := pidist.UserCache(os.Stderr)
	must(t, err)
	for _, version := range versions() {
		t.Run(version, func(t *testing.T) {
			pi, ok := cache.Installed(version)
			if !ok && !required {
				t.Skipf("Pi %s is not in the cache; CONFORM_REQUIRE=node installs it from npm", version)
			}
			if !ok {
				pi, err = cache.Install(t.Context(), version)
				must(t, err)
			}
			for name, session := range sessions() {
				t.Run(name, func(t *testing.T) { hold(t, version, name, session(t, pi.Command)) })
			}
		})
	}
}

func hold(t *testing.T, version, name, got string) {
	t.Helper()
	want, err := os.ReadFile(golden(version, name))
	must(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("what the client sees (-testdata +seen):\n%s", diff)
	}
}

// Without a model the adapter begins no session, and leaves no Pi behind.
func TestNoModel(t *testing.T) {
	t.Parallel()
	for _, version := range versions() {
		home := t.TempDir()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, err := Start(ctx, Options{Command: fake(t, version), Env: []string{"HOME=" + home}, Dir: home})
		cancel()
		if !errors.Is(err, ErrCredentials) {
			t.Errorf("%s: %v", version, err)
		}
	}
}
