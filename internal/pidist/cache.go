package pidist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/internal/filelock"
)

// A Cache is a folder of installed versions.
type Cache struct {
	Dir string
	Log io.Writer // told when something is fetched, because that takes time
}

// UserCache is the cache of whoever runs this.
func UserCache(log io.Writer) (Cache, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return Cache{}, &Error{Pi: "a real Pi", Why: "there is no cache folder", Do: "set HOME or XDG_CACHE_HOME", Err: err}
	}
	return Cache{Dir: filepath.Join(dir, "conform", "pi"), Log: log}, nil
}

// receipt is the file that says what an installed version is started with. It is
// written last, so a folder that has it is complete.
const receipt = "conform.json"

// Installed is a version that is in the cache already.
func (c Cache) Installed(version string) (Pi, bool) {
	text, err := os.ReadFile(filepath.Join(c.Dir, version, receipt))
	if err != nil {
		return Pi{}, false
	}
	var pi Pi
	if json.Unmarshal(text, &pi) != nil || len(pi.Command) == 0 || pi.Version != version {
		return Pi{}, false
	}
	for _, path := range pi.Command {
		if _, err := os.Stat(path); err != nil {
			return Pi{}, false // such as a node of the machine that is gone
		}
	}
	return pi, true
}

// Install returns a version, from the cache if it is there, else from npm.
// Several processes may ask at once; one installs, the others wait for it.
func (c Cache) Install(ctx context.Context, version string) (Pi, error) {
	if !ValidVersion(version) {
		return Pi{}, &Error{Pi: "Pi " + version, Why: "that is not a version"}
	}
	if pi, ok := c.Installed(version); ok {
		return pi, nil
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return Pi{}, c.broken(version, err)
	}
	unlock, err := filelock.Take(ctx, filepath.Join(c.Dir, version+".lock"))
	if err != nil {
		return Pi{}, c.broken(version, err)
	}
	defer unlock()
	if pi, ok := c.Installed(version); ok {
		return pi, nil
	}
	temp, err := os.MkdirTemp(c.Dir, "new-")
	if err != nil {
		return Pi{}, c.broken(version, err)
	}
	defer os.RemoveAll(temp)
	if c.Log != nil {
		fmt.Fprintf(c.Log, "conform: installing Pi %s into the cache, once\n", version)
	}
	in := install{version: version, dir: temp}
	if err := in.run(ctx); err != nil {
		return Pi{}, err
	}
	return c.keep(in)
}

// keep moves a finished installation to its place.
func (c Cache) keep(in install) (Pi, error) {
	place := filepath.Join(c.Dir, in.version)
	pi := Pi{Command: in.command(place), Version: in.version}
	text, err := json.MarshalIndent(pi, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(in.dir, receipt), append(text, '\n'), 0o644)
	}
	if err == nil {
		err = os.RemoveAll(place)
	}
	if err == nil {
		err = os.Rename(in.dir, place)
	}
	if err != nil {
		return Pi{}, c.broken(in.version, err)
	}
	return pi, nil
}

// broken says that the cache itself is the trouble.
func (c Cache) broken(version string, err error) error {
	why := "the cache folder cannot be used"
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		why = "waiting for another installation was given up"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		why += " (" + path.Err.Error() + ")"
	}
	return &Error{Pi: "Pi " + version, Why: why, Do: "XDG_CACHE_HOME moves it", Err: err}
}
