package pyenv

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/agenta-ai/conform/internal/cachedir"
)

// sdkFolder is where a version's own package lies, without dependencies.
const sdkFolder = "sdk"

// sharedFolder holds the dependencies of all versions that can do with them.
const sharedFolder = "dependencies"

// install is one installation under way.
type install struct {
	cache   Cache
	version string
	dir     string // where it is put together; renamed afterwards
	tool    tool
	own     bool // it has its dependencies to itself
}

// python is the interpreter of an installation that lies in a folder.
func (in *install) python(dir string) string {
	if in.own {
		return interpreter(filepath.Join(dir, sharedFolder))
	}
	return interpreter(filepath.Join(in.cache.Dir, sharedFolder))
}

// interpreter is where an environment has its Python.
func interpreter(env string) string { return filepath.Join(env, "bin", "python") }

func (in *install) run(ctx context.Context) (err error) {
	if in.tool, err = findTool(ctx); err != nil {
		return in.fail(err, "install Python 3.11, 3.12 or 3.13")
	}
	fresh, err := in.environment(ctx)
	if err != nil {
		return in.fail(err, "")
	}
	sdk := filepath.Join(in.dir, sdkFolder)
	if err := in.tool.install(ctx, in.python(in.dir), "--no-deps", "--target", sdk, Package+"=="+in.version); err != nil {
		return in.fail(err, "")
	}
	if _, err := os.Stat(filepath.Join(sdk, filepath.FromSlash(strings.ReplaceAll(agentsModule, ".", "/")))); err != nil {
		return in.fail(errors.New("it has no module "+agentsModule), "the oldest version that has it is "+Oldest)
	}
	if err := in.dependencies(ctx, fresh); err != nil {
		return in.fail(err, "")
	}
	return in.try(ctx)
}

// environment picks the shared environment if there is one; else it begins a new
// one, which becomes the shared one when it is whole.
func (in *install) environment(ctx context.Context) (fresh bool, err error) {
	shared := filepath.Join(in.cache.Dir, sharedFolder)
	if cachedir.ReadReceipt(shared, &struct{}{}) && works(ctx, interpreter(shared)) {
		return false, nil
	}
	in.own = true
	return true, in.tool.venv(ctx, filepath.Join(in.dir, sharedFolder))
}

// dependencies makes sure that what the version requires is there.
func (in *install) dependencies(ctx context.Context, fresh bool) error {
	all, unmet, err := requirements(ctx, in.python(in.dir), filepath.Join(in.dir, sdkFolder))
	if err != nil {
		return err
	}
	if !fresh && len(unmet) == 0 {
		return nil
	}
	if !fresh { // the shared environment does not do
		in.own = true
		if err := in.tool.venv(ctx, filepath.Join(in.dir, sharedFolder)); err != nil {
			return err
		}
	}
	if err := in.tool.pinned(ctx, in.python(in.dir), filepath.Join(in.dir, "constraints.txt"), all); err != nil {
		return err
	}
	if fresh {
		return in.share()
	}
	return nil
}

// share makes the environment of this installation the one of all.
func (in *install) share() error {
	from, to := filepath.Join(in.dir, sharedFolder), filepath.Join(in.cache.Dir, sharedFolder)
	if err := cachedir.WriteReceipt(from, struct{}{}); err != nil {
		return err
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	in.own = false
	return os.Rename(from, to)
}

// try imports what a driver imports: a version that does not import is none.
func (in *install) try(ctx context.Context) error {
	out, err := run(ctx, in.python(in.dir), "-I", "-c",
		"import sys; sys.path.insert(0, sys.argv[1]); import "+agentsModule+".handler", filepath.Join(in.dir, sdkFolder))
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return in.fail(ctx.Err(), "")
	}
	return in.fail(errors.New("it was installed and does not import ("+lastLine(out)+")"), "")
}

func (in *install) fail(err error, do string) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("the installation was interrupted")
	}
	var t *toolError
	if errors.As(err, &t) && do == "" {
		do = t.do
	}
	if do == "" {
		do = "versions known to work are " + strings.Join(Versions(), ", ")
	}
	return &Error{Version: in.version, Why: err.Error(), Do: do, Err: err}
}
