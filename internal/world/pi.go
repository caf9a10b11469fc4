package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// install puts a binary into the lane: a hard link where the file systems
// allow it, else a copy. A symbolic link would not do: the binary finds its
// sidecar by the path that it was started as.
func install(from, to string) error {
	if err := os.Link(from, to); err == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("install pi: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return fmt.Errorf("install pi: %w", err)
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("install pi: %w", err)
	}
	return nil
}

// piVersion asks Pi for its version.
func (l *Lane) piVersion(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, l.world.Timeouts.Start)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.dir.pi, "--version")
	cmd.Env, cmd.Dir = l.environment(Setup{}, nil), l.dir.work
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ask pi for its version: %w: %s", err, strings.TrimSpace(string(out)))
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line, l.forgetFlights()
}

func (l *Lane) forgetFlights() error {
	files, err := filepath.Glob(filepath.Join(l.dir.flights, "*"))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	return nil
}

// landed waits until every Pi process of the case has ended, takes their
// records, and says which had to be killed because they outlived the case.
//
// A subject answers when Pi is done with the turn, and Pi's own end may come a
// little later.
func (l *Lane) landed(ctx context.Context) (records []flight.Record, outlived []int, err error) {
	known, err := flight.ReadDir(l.dir.flights)
	if err != nil {
		return nil, nil, err
	}
	seen := newest()
	pids := runningSince(l.dir.pi, l.seen) // one that has no record yet, or a scratch process
	l.seen = seen
	for _, r := range known {
		if r.Exit == nil {
			pids = append(pids, r.PID)
		}
	}
	if len(pids) == 0 {
		return known, nil, l.forgetFlights()
	}
	for _, pid := range pids {
		if !gone(ctx, pid) {
			outlived = append(outlived, pid)
		}
	}
	killAll(outlived)
	for _, pid := range outlived {
		gone(context.WithoutCancel(ctx), pid) // SIGKILL cannot be refused
	}
	if records, err = flight.ReadDir(l.dir.flights); err != nil {
		return nil, outlived, err
	}
	return records, outlived, l.forgetFlights()
}
