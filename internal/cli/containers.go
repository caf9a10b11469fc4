package cli

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/agenta-ai/conform/internal/docker"
	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/scenario"
	"github.com/agenta-ai/conform/internal/world"
)

// findEngine finds the container engine, before anything is built for it.
func (r *runCommand) findEngine(ctx context.Context, sub subject) (err error) {
	if len(sub.command) > 0 || sub.sdk != nil {
		return usagef("--backend docker runs the reference and its mutants: %s is started on this machine, by --backend process", r.Subject)
	}
	if strings.ContainsRune(r.Pi, os.PathSeparator) && !docker.Packs(r.Pi) {
		return usagef("--backend docker cannot know which files belong to the script %s: name a version with --pi real@VERSION, which conform installs, or run this one with --backend process", r.Pi)
	}
	r.engine, err = engine.Probe(ctx, engine.Here())
	return err
}

// told says what dead runs had left. Nobody need do anything about it.
func told(con *console, reaped []string) {
	for _, what := range reaped {
		fmt.Fprintf(con.err, "conform: removed what a dead run has left: %s\n", what)
	}
}

// containers builds the surroundings of the run in containers.
func (r *runCommand) containers(ctx context.Context, con *console, p parts) (backend, error) {
	o := docker.Options{
		Engine: r.engine, Keeper: p.keeper, Lane: p.lane, Pi: p.binaries.pi, Subject: p.subject[0], Play: p.pi.used.Version,
		Lanes: int(r.Workers), Sandboxes: p.sandboxes, Edition: r.Edition, Names: scenario.Names(),
		Timeouts: world.Timeouts{Start: time.Duration(r.StartTimeout), Case: time.Duration(r.Timeout)}, Log: r.log(con.err),
	}
	if len(p.pi.command) > 0 {
		real, err := docker.NewReal(p.pi.command)
		if err != nil {
			return nil, err
		}
		o.Real, o.Pi, o.Play = real, p.recorder, ""
	}
	b, err := docker.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	told(con, b.Reaped)
	image := "was there"
	if b.Started.Loaded {
		image = "was loaded"
	}
	fmt.Fprintf(con.out, "%d containers after %s; image %s %s; engine %s\n",
		len(b.Started.Containers), b.Started.Took.Round(time.Millisecond), b.Started.Image, image, r.engine.Name)
	return b, nil
}
