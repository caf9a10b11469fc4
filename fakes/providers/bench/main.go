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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench-fakes:", err)
		os.Exit(1)
	}
}

// bench is what the measurements share.
type bench struct {
	out      io.Writer
	dir      string // temporary
	requests int
	rounds   int
	streams  int
	rate     int
	window   time.Duration
	servers  []server
}

func run(ctx context.Context, args []string, out io.Writer) error {
	b := &bench{out: out}
	flags := flag.NewFlagSet("bench-fakes", flag.ContinueOnError)
	flags.IntVar(&b.requests, "requests", 2000, "requests of a round")
	flags.IntVar(&b.rounds, "rounds", 3, "rounds, of which the median counts")
	flags.IntVar(&b.streams, "streams", 2000, "streams that are open at once")
	flags.IntVar(&b.rate, "rate", 50, "streams a second at which latency is measured")
	flags.DurationVar(&b.window, "window", 4*time.Second, "how long latency is measured")
	module := flags.String("module", ".", "folder of the checkout")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if runtime.GOOS != "linux" {
		return errors.New("processor time of other processes is read from /proc, which this system does not have")
	}
	var err error
	if b.dir, err = os.MkdirTemp("", "conform-bench-fakes-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	for name, pkg := range map[string]string{"conform": "./cmd/conform", "floor": "./fakes/providers/bench/floor"} {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", filepath.Join(b.dir, name), pkg)
		cmd.Dir = *module
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, text)
		}
	}
	if b.servers, err = b.choose(ctx, filepath.Join(*module, "fakes", "providers", "bench")); err != nil {
		return err
	}
	return b.measure(ctx)
}

func (b *bench) measure(ctx context.Context) error {
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(b.out, "machine   %s/%s, %d cores, load %.14s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), load)
	for _, s := range b.servers {
		fmt.Fprintf(b.out, "%-9s %s\n", s.name, s.what)
	}
	for _, step := range []func(context.Context) error{b.cost, b.latency, b.open} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}
