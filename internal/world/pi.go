package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
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

// forgetFlights removes the records of Pi processes.
func (l *Lane) forgetFlights() error {
	if l.apart != nil {
		l.apart.Forget()
	}
	return l.flights().forget()
}

// flights are the Pi processes of the lane itself.
func (l *Lane) flights() Flights { return Flights{Pi: l.dir.pi, Dir: l.dir.flights} }

// landed waits until every Pi process of the case has ended, takes their
// records, and says which had to be killed because they outlived the case.
//
// A subject answers when Pi is done with the turn, and Pi's own end may come a
// little later.
func (l *Lane) landed(ctx context.Context) (records []flight.Record, outlived []int, err error) {
	seen := newest()
	records, outlived, err = l.flights().landed(ctx, l.seen)
	l.seen = seen
	if err != nil || l.apart == nil {
		return records, outlived, err
	}
	apart, more, err := l.apart.Landed(ctx)
	records = append(records, apart...)
	slices.SortStableFunc(records, func(a, b flight.Record) int { return a.Start.Compare(b.Start) })
	return records, append(outlived, more...), err
}
