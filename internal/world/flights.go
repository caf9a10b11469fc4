package world

import (
	"context"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// Flights are the Pi processes of one computer: a lane's, or that of a sandbox.
type Flights struct {
	Pi  string // the executable
	Dir string // where its records go
}

// Landed waits until no Pi runs any more, kills those that do when ctx ends,
// takes the records of all and says which had to be killed.
func (f Flights) Landed(ctx context.Context) (records []flight.Record, outlived []int, err error) {
	return f.landed(ctx, 0)
}

// landed is Landed, knowing that no Pi ran when before was the newest id of a
// process; 0 is not known.
func (f Flights) landed(ctx context.Context, before int) (records []flight.Record, outlived []int, err error) {
	known, err := flight.ReadDir(f.Dir)
	if err != nil {
		return nil, nil, err
	}
	pids := runningSince(f.Pi, before) // one that has no record yet, or a scratch process
	for _, r := range known {
		if r.Exit == nil {
			pids = append(pids, r.PID)
		}
	}
	if len(pids) == 0 {
		return known, nil, f.forget()
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
	if records, err = flight.ReadDir(f.Dir); err != nil {
		return nil, outlived, err
	}
	return records, outlived, f.forget()
}

// forget removes the records.
func (f Flights) forget() error {
	files, err := filepath.Glob(filepath.Join(f.Dir, "*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}
