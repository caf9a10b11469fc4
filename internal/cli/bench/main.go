// Command bench measures a whole run beside the least that it could cost: cells
// a second at the pairwise level, and processes a second that make one HTTP
// request and exit, with as many workers, on the same machine, before and after.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/verdict"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is what the measurements share.
type bench struct {
	out     io.Writer
	dir     string // temporary
	store   *companion.Store
	workers int
	only    string
	level   string
	window  time.Duration
}

func run(ctx context.Context, args []string, out io.Writer) error {
	b := bench{out: out}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&b.workers, "workers", 2*runtime.NumCPU(), "cells, and floor processes, at once")
	flags.StringVar(&b.only, "only", "pi", "selector of the run")
	flags.StringVar(&b.level, "level", "pairwise", "level of the run")
	flags.DurationVar(&b.window, "window", 4*time.Second, "how long the floor is measured, each time")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var err error
	if b.store, err = companion.Open(companion.Options{}); err != nil {
		return err
	}
	if b.store.Module() == "" {
		return errors.New("the bench is built from source: run it inside the checkout")
	}
	if b.dir, err = os.MkdirTemp("", "conform-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	return b.measure(ctx)
}

func (b *bench) measure(ctx context.Context) error {
	for name, pkg := range map[string]string{"conform": "./cmd/conform", "floor": "./internal/cli/bench/floor"} {
		if err := b.build(ctx, name, pkg); err != nil {
			return err
		}
	}
	before, err := b.floor(ctx)
	if err != nil {
		return err
	}
	report, err := b.conform(ctx)
	if err != nil {
		return err
	}
	after, err := b.floor(ctx)
	if err != nil {
		return err
	}
	floor := (before + after) / 2
	cells := float64(len(report.run.Results)) / (report.run.Footer.Millis / 1000)
	fmt.Fprintf(b.out, "machine    %s/%s, %d cores, %d workers\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.workers)
	fmt.Fprintf(b.out, "run        %d cells in %.1fs, exit %d; %.2fs with start and reports\n",
		len(report.run.Results), report.run.Footer.Millis/1000, report.run.Footer.Exit, report.wall.Seconds())
	fmt.Fprintf(b.out, "cells/s    %.0f\n", cells)
	fmt.Fprintf(b.out, "floor/s    %.0f (%.0f before, %.0f after)\n", floor, before, after)
	fmt.Fprintf(b.out, "ratio      %.2f\n", cells/floor)
	fmt.Fprintf(b.out, "peak RSS   %d MiB, the largest process of the run\n", report.rss>>20)
	b.phases(report.run)
	if err := b.starts(ctx); err != nil {
		return err
	}
	if report.run.Footer.Exit != verdict.ExitOK {
		return fmt.Errorf("the run ended with exit code %d: its figures are those of a red run", report.run.Footer.Exit)
	}
	return nil
}

func (b *bench) build(ctx context.Context, name, pkg string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", filepath.Join(b.dir, name), pkg)
	cmd.Dir = b.store.Module()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", name, err, text)
	}
	return nil
}
