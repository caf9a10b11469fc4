package pyenv

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

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
		return Cache{}, &Error{Version: "(any version)", Why: "there is no cache folder", Do: "set HOME or XDG_CACHE_HOME", Err: err}
	}
	return Cache{Dir: filepath.Join(dir, "conform", Package), Log: log}, nil
}

// receipt is the file that describes an installed version. It is written last,
// so a folder that has it is complete.
const receipt = "conform.json"

// Installed is a version that is in the cache already.
func (c Cache) Installed(version string) (Env, bool) {
	text, err := os.ReadFile(filepath.Join(c.Dir, version, receipt))
	if err != nil {
		return Env{}, false
	}
	var env Env
	if json.Unmarshal(text, &env) != nil || env.Version != version {
		return Env{}, false
	}
	for _, path := range []string{env.Python, env.SDK} {
		if _, err := os.Stat(path); err != nil {
			return Env{}, false // such as a Python of the machine that is gone
		}
	}
	return env, true
}

// Install returns a version, from the cache if it is there, else from the
// package index. Several processes may ask at once; one installs, the others
// wait for it.
func (c Cache) Install(ctx context.Context, version string) (Env, error) {
	if !ValidVersion(version) {
		return Env{}, &Error{Version: version, Why: "that is not a version"}
	}
	if env, ok := c.Installed(version); ok {
		return env, nil
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return Env{}, c.broken(version, err)
	}
	// One lock for all versions: they share the environment of the dependencies.
	unlock, err := filelock.Take(ctx, filepath.Join(c.Dir, "install.lock"))
	if err != nil {
		return Env{}, c.broken(version, err)
	}
	defer unlock()
	if env, ok := c.Installed(version); ok {
		return env, nil
	}
	temp, err := os.MkdirTemp(c.Dir, "new-")
	if err != nil {
		return Env{}, c.broken(version, err)
	}
	defer os.RemoveAll(temp)
	begun := time.Now()
	c.say("installing %s %s into the cache, once", Package, version)
	in := install{cache: c, version: version, dir: temp}
	if err := in.run(ctx); err != nil {
		return Env{}, err
	}
	env, err := c.keep(in)
	if err == nil {
		c.say("%s %s installed in %s", Package, version, time.Since(begun).Round(time.Second))
	}
	return env, err
}

// keep moves a finished installation to its place.
func (c Cache) keep(in install) (Env, error) {
	place := filepath.Join(c.Dir, in.version)
	env := Env{Version: in.version, Python: in.python(place), SDK: filepath.Join(place, sdkFolder)}
	text, err := json.MarshalIndent(env, "", "  ")
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
		return Env{}, c.broken(in.version, err)
	}
	return env, nil
}

func (c Cache) say(format string, args ...any) {
	if c.Log != nil {
		fmt.Fprintf(c.Log, "conform: "+format+"\n", args...)
	}
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
	return &Error{Version: version, Why: why, Do: "XDG_CACHE_HOME moves it", Err: err}
}
