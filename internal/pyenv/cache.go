package pyenv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/agenta-ai/conform/internal/cachedir"
)

// A Cache is a folder of installed versions.
type Cache struct {
	Dir string
	Log io.Writer // told when something is fetched, because that takes time
}

// UserCache is the cache of whoever runs this.
func UserCache(log io.Writer) (Cache, error) {
	dir, err := cachedir.User(Package)
	if err != nil {
		return Cache{}, &Error{Version: "(any version)", Why: "there is no cache folder", Do: "set HOME or XDG_CACHE_HOME", Err: err}
	}
	return Cache{Dir: dir, Log: log}, nil
}

// Installed is a version that is in the cache already.
func (c Cache) Installed(version string) (Env, bool) {
	var env Env
	if !cachedir.ReadReceipt(filepath.Join(c.Dir, version), &env) || env.Version != version {
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
// package index.
func (c Cache) Install(ctx context.Context, version string) (Env, error) {
	if !ValidVersion(version) {
		return Env{}, &Error{Version: version, Why: "that is not a version"}
	}
	var env Env
	have := func() (ok bool) { env, ok = c.Installed(version); return ok }
	// One lock for all versions: they share the environment of the dependencies.
	place := cachedir.Place{Dir: filepath.Join(c.Dir, version), Lock: filepath.Join(c.Dir, "install.lock")}
	err := place.Install(ctx, have, func(dir string) error {
		begun := time.Now()
		c.say("installing %s %s into the cache, once", Package, version)
		in := install{cache: c, version: version, dir: dir}
		if err := in.run(ctx); err != nil {
			return err
		}
		env = Env{Version: version, Python: in.python(place.Dir), SDK: filepath.Join(place.Dir, sdkFolder)}
		c.say("%s %s installed in %s", Package, version, time.Since(begun).Round(time.Second))
		return cachedir.WriteReceipt(dir, env)
	})
	if trouble, ok := errors.AsType[*cachedir.Error](err); ok {
		return Env{}, &Error{Version: version, Why: trouble.Why, Do: cachedir.Move, Err: trouble}
	}
	if err != nil {
		return Env{}, err
	}
	return env, nil
}

func (c Cache) say(format string, args ...any) {
	if c.Log != nil {
		fmt.Fprintf(c.Log, "conform: "+format+"\n", args...)
	}
}
