package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/internal/pidist"
	"github.com/agenta-ai/conform/internal/world"
)

// piKind says what kind of Pi a --pi value asks for, as the matrix speaks of it,
// without looking for it.
func piKind(text string) (kind, version string, err error) {
	name, version, at := strings.Cut(text, "@")
	switch {
	case text == "fake":
		return "fake", "", nil
	case name == "fake" && at:
		if !slices.Contains(world.FakePis(), version) {
			return "", "", usagef("--pi: the fake does not play %q; it plays %s%s", version, strings.Join(world.FakePis(), ", "), nearest.Hint(version, world.FakePis()))
		}
		return "fake", version, nil
	case text == "real":
		return "real", pidist.Newest(), nil
	case name == "real" && at:
		if !pidist.ValidVersion(version) {
			return "", "", usagef("--pi: %q is not a version; known are %s", version, strings.Join(pidist.Versions(), ", "))
		}
		return "real", version, nil
	case strings.ContainsRune(text, os.PathSeparator):
		if _, err := os.Stat(text); errors.Is(err, fs.ErrNotExist) {
			return "", "", usagef("--pi: no file %q", text)
		} else if err != nil {
			return "", "", usagef("--pi: %w", err)
		}
		return "real", "", nil
	}
	forms := []string{"fake", "real", "fake@VERSION", "real@VERSION", "PATH"}
	return "", "", usagef("--pi: %q is none of %s%s", text, strings.Join(forms, ", "), nearest.Hint(text, forms[:2]))
}

// pi is the Pi of a run.
type pi struct {
	command []string // empty for the fake
	used    evidence.PiUsed
}

// resolvePi finds or installs the Pi that is asked for. It may need the network,
// so it comes before the world is sealed.
func resolvePi(ctx context.Context, text string, con *console) (pi, error) {
	kind, version, err := piKind(text)
	switch {
	case err != nil:
		return pi{}, err
	case kind == "fake":
		return pi{used: evidence.PiUsed{Kind: "fake", Version: version}}, nil
	case version == "":
		found, err := pidist.FromPath(ctx, text)
		return pi{command: found.Command, used: evidence.PiUsed{Kind: "path", Version: found.Version}}, err
	}
	cache, err := pidist.UserCache(con.err)
	if err != nil {
		return pi{}, err
	}
	found, err := cache.Install(ctx, version)
	return pi{command: found.Command, used: evidence.PiUsed{Kind: "real", Version: found.Version}}, err
}
