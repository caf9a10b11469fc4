package cli

import (
	"context"
	"io"
	"log/slog"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/docker"
)

// parts are the programs of a run.
type parts struct {
	binaries
	pi        pi
	sandboxes int // cells that want a sandbox
}

// provide finds, builds or installs the programs of a run.
func (r *runCommand) provide(ctx context.Context, con *console, sub subject) (parts, error) {
	var p parts
	var err error
	if p.pi, err = resolvePi(ctx, r.Pi, con); err != nil {
		return p, err
	}
	store, err := companion.Open(companion.Options{Log: r.log(con.err)})
	if err != nil {
		return p, err
	}
	if p.binaries, err = sub.binaries(ctx, con, store, len(p.pi.command) > 0); err != nil || r.Backend != docker.Name {
		return p, err
	}
	if p.lane, err = store.Path(ctx, companion.Lane); err == nil {
		p.keeper, err = store.Path(ctx, companion.Keeper)
	}
	return p, err
}

// log is where parts say what they do, silent unless --verbose.
func (r *runCommand) log(w io.Writer) *slog.Logger { return logger(w, r.Verbose) }

func logger(w io.Writer, verbose bool) *slog.Logger {
	if !verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
