package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/verdict"
)

// report is a run that was measured.
type report struct {
	run  verdict.Run
	wall time.Duration
	rss  int64 // of the largest process, bytes
}

// conform runs the command as a user would.
func (b *bench) conform(ctx context.Context) (report, error) {
	dir := filepath.Join(b.dir, "report")
	args := []string{"--level", b.level, "--out", dir, "--workers", strconv.Itoa(b.workers)}
	if b.only != "" {
		args = append(args, "--only", b.only)
	}
	// Once for the caches: the first run on a machine builds the helper programs.
	warm := exec.CommandContext(ctx, filepath.Join(b.dir, "conform"), "--only", "pi", "--level", "smoke", "--out", filepath.Join(b.dir, "warm"))
	warm.Dir = b.store.Module()
	if err := warm.Run(); err != nil {
		fmt.Fprintln(b.out, "the warm-up run:", err)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(b.dir, "conform"), args...)
	cmd.Dir = b.store.Module()
	cmd.Stderr = os.Stderr
	start := time.Now()
	err := cmd.Run()
	r := report{wall: time.Since(start)}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return r, fmt.Errorf("run conform: %w", err)
	}
	recording, err := jsonl.Open(filepath.Join(dir, "results.jsonl"))
	if err != nil {
		return r, err
	}
	r.run = recording.Run
	if r.run.Footer == nil {
		return r, errors.New("the run was cut off")
	}
	r.rss = r.run.Footer.PeakRSS
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		unit := int64(1024)
		if runtime.GOOS == "darwin" {
			unit = 1
		}
		r.rss = max(r.rss, int64(u.Maxrss)*unit)
	}
	return r, nil
}

// phases prints where the time of a cell goes.
func (b *bench) phases(run verdict.Run) {
	sum, cells := map[string]float64{}, 0
	var order []string
	for _, r := range run.Results {
		if r.Evidence == nil {
			continue
		}
		cells++
		for _, p := range r.Evidence.Phases {
			if _, known := sum[p.Name]; !known {
				order = append(order, p.Name)
			}
			sum[p.Name] += p.Millis
		}
	}
	var total float64
	for v := range maps.Values(sum) {
		total += v
	}
	if cells == 0 || total == 0 {
		fmt.Fprintln(b.out, "phases     not measured")
		return
	}
	slices.SortStableFunc(order, func(x, y string) int { return cmp.Compare(sum[y], sum[x]) })
	fmt.Fprintf(b.out, "a cell     %.2fms\n", total/float64(cells))
	for _, name := range order {
		fmt.Fprintf(b.out, "  %-16s %7.2fms  %4.1f%%\n", name, sum[name]/float64(cells), 100*sum[name]/total)
	}
}
