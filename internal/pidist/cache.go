package pidist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/internal/cachedir"
)

// A Cache is a folder of installed versions.
type Cache struct {
	Dir string
	Log io.Writer // told when something is fetched, because that takes time
}

// UserCache is the cache of whoever runs this.
func UserCache(log io.Writer) (Cache, error) {
	dir, err := cachedir.User("pi")
	if err != nil {
		return Cache{}, &Error{Pi: "a real Pi", Why: "there is no cache folder", Do: "set HOME or XDG_CACHE_HOME", Err: err}
	}
	return Cache{Dir: dir, Log: log}, nil
}

// Installed is a version that is in the cache already.
func (c Cache) Installed(version string) (Pi, bool) {
	var pi Pi
	if !cachedir.ReadReceipt(filepath.Join(c.Dir, version), &pi) || len(pi.Command) == 0 || pi.Version != version {
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
func (c Cache) Install(ctx context.Context, version string) (Pi, error) {
	name := "Pi " + version
	if !ValidVersion(version) {
		return Pi{}, &Error{Pi: name, Why: "that is not a version"}
	}
	var pi Pi
	have := func() (ok bool) { pi, ok = c.Installed(version); return ok }
	place := cachedir.Place{Dir: filepath.Join(c.Dir, version)}
	err := place.Install(ctx, have, func(dir string) error {
		c.say("installing %s into the cache, once", name)
		in := install{version: version, dir: dir}
		if err := in.run(ctx); err != nil {
			return err
		}
		pi = Pi{Command: in.command(place.Dir), Version: version}
		return cachedir.WriteReceipt(dir, pi)
	})
	if err != nil {
		return Pi{}, named(name, err)
	}
	return pi, nil
}

func (c Cache) say(format string, args ...any) {
	if c.Log != nil {
		fmt.Fprintf(c.Log, "conform: "+format+"\n", args...)
	}
}

// named says of what the cache was to have.
func named(name string, err error) error {
	if trouble, ok := errors.AsType[*cachedir.Error](err); ok {
		return &Error{Pi: name, Why: trouble.Why, Do: cachedir.Move, Err: trouble}
	}
	return err
}
