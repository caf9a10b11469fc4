package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/docker"
	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/seal"
	"github.com/agenta-ai/conform/internal/tempdir"
	"github.com/agenta-ai/conform/internal/verify/play"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/verdict"
)

// doctorCommand says what this machine offers to a run, and what runs that were
// killed have left on it.
type doctorCommand struct {
	Backend string `default:"process" placeholder:"BACKEND" help:"The backend that must be usable: process or docker (default ${default})."`
	Clean   bool   `help:"Remove what killed runs have left."`
}

func (d *doctorCommand) run(ctx context.Context, con *console) (int, error) {
	if err := knownBackend(d.Backend); err != nil {
		return 0, err
	}
	e, err := engine.Probe(ctx, engine.Here())
	if d.Clean {
		if err := clean(ctx, e); err != nil {
			return 0, err
		}
	}
	s := &sheet{}
	s.add("conform", "%s, %s %s/%s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	d.engine(s, e, err)
	if err := seal.Possible(); err != nil {
		s.add("sealing", "by proxy and environment only: %s", oneLine(err.Error()))
	} else {
		s.add("sealing", "by network namespace")
	}
	d.programs(s)
	d.left(ctx, s, e)
	caches(s)
	return s.print(con)
}

// engine has the container engine. That there is none is wrong only where one
// is needed, or was named.
func (d *doctorCommand) engine(s *sheet, e *engine.Engine, err error) {
	var trouble *engine.Trouble
	switch {
	case err == nil:
		s.add("engine", "%s, API %s, at %s, answered in %.1f ms", e.Name, e.API, e.Endpoint, float64(e.Took.Microseconds())/1000)
		for _, other := range e.Other {
			s.add("", "not used: %s", other)
		}
	case errors.As(err, &trouble) && !trouble.Named && d.Backend != docker.Name:
		s.add("engine", "none; only --backend docker needs one (%s: %s)", trouble.Host, trouble.What)
	default:
		s.wrong("engine", "%s", err)
	}
}

// programs has the helper programs.
func (d *doctorCommand) programs(s *sheet) {
	store, err := companion.Open(companion.Options{})
	switch {
	case err != nil:
		s.wrong("programs", "%s", err)
	case store.Module() == "":
		s.add("programs", "those beside conform")
	default:
		s.add("programs", "built from %s", store.Module())
	}
}

// left has what killed runs have left.
func (d *doctorCommand) left(ctx context.Context, s *sheet, e *engine.Engine) {
	var found []string
	if e != nil {
		things, err := e.Of(ctx, "")
		if err != nil {
			s.wrong("left-overs", "%s", err)
		}
		for _, t := range things {
			switch t.Owner.Fate() {
			case engine.Dead:
				found = append(found, fmt.Sprintf("%s, whose conform (process %d) is dead", t, t.Owner.PID))
			case engine.Unknown:
				s.add("", "%s belongs to a conform that cannot be seen from here", t)
			}
		}
		images, err := e.Untagged(ctx)
		if err != nil {
			s.wrong("left-overs", "%s", err)
		}
		for _, t := range images {
			found = append(found, t.String()+", which has no tag")
		}
	}
	for _, dir := range append(world.Stale(), tempdir.Stale(tempPrefixes()...)...) {
		found = append(found, "folder "+dir)
	}
	for _, pid := range world.Strays() {
		found = append(found, "process "+strconv.Itoa(pid)+" of a run that is dead")
	}
	if len(found) == 0 {
		s.add("left-overs", "none")
		return
	}
	for _, f := range found {
		s.wrong("left-overs", "%s", f)
	}
	s.add("", "conform doctor --clean removes them; so does the next run")
}

// clean removes what killed runs have left.
func clean(ctx context.Context, e *engine.Engine) error {
	world.Sweep(slog.New(slog.DiscardHandler))
	tempdir.Sweep(tempPrefixes()...)
	if e == nil {
		return nil
	}
	stale, err := e.Stale(ctx)
	if err != nil {
		return err
	}
	images, err := e.Untagged(ctx)
	if err != nil {
		return err
	}
	for _, t := range append(stale, images...) {
		if err := e.Remove(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// tempPrefixes begin the names of temporary folders of other commands than a run.
func tempPrefixes() []string { return []string{bodiesPrefix, play.TempPrefix} }

// caches has what conform keeps for later runs.
func caches(s *sheet) {
	base, err := os.UserCacheDir()
	if err != nil {
		s.wrong("caches", "%s", err)
		return
	}
	base = filepath.Join(base, "conform")
	entries, err := os.ReadDir(base)
	if errors.Is(err, fs.ErrNotExist) {
		s.add("caches", "none yet; they will be in %s", base)
		return
	}
	if err != nil {
		s.wrong("caches", "%s", err)
		return
	}
	var parts []string
	for _, e := range entries {
		inside, err := os.ReadDir(filepath.Join(base, e.Name()))
		if err != nil {
			continue // a file, which is no cache
		}
		parts = append(parts, fmt.Sprintf("%s (%d)", e.Name(), len(inside)))
	}
	s.add("caches", "%s: %s", base, strings.Join(parts, ", "))
}

// sheet is what the doctor found.
type sheet struct {
	lines []string
	bad   int
}

func (s *sheet) add(what, format string, args ...any) {
	s.lines = append(s.lines, what+"\t"+fmt.Sprintf(format, args...))
}

func (s *sheet) wrong(what, format string, args ...any) {
	s.bad++
	s.add(what, "WRONG: "+format, args...)
}

func (s *sheet) print(con *console) (int, error) {
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	for _, line := range s.lines {
		fmt.Fprintln(table, line)
	}
	if err := table.Flush(); err != nil {
		return 0, err
	}
	if s.bad > 0 {
		return verdict.ExitBroken, nil
	}
	return verdict.ExitOK, nil
}

// process is the backend that needs nothing.
const process = "process"

func knownBackend(name string) error {
	if slices.Contains([]string{process, docker.Name}, name) {
		return nil
	}
	return usagef("--backend: %q is neither process nor docker", name)
}
