package verify

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/agenta-ai/conform/internal/verify/compare"
	"github.com/agenta-ai/conform/internal/verify/deviation"
	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/internal/verify/play"
	"github.com/agenta-ai/conform/verdict"
)

// Version is one version of Pi, twice.
type Version struct {
	Name string
	Real play.Pi
	Fake play.Pi
}

// Options say what to verify.
type Options struct {
	Table      *play.Table
	Versions   []Version
	Cases      []input.Case // that each version plays
	Deviations []deviation.Deviation
	Alone      bool // play the cases, and not those of deviations too
	Workers    int
	Memory     string // folder of what real Pis did before; "" plays everything
	Fresh      bool   // plays everything, and remembers it
	Shrink     int    // starts of the real Pi that narrowing down one cause may take
	Seal       string
	Log        *slog.Logger
	Reproduce  func(version string, c input.Case) string
	Sink       func(verdict.Result) // called for each result as it ends, by one goroutine at a time
}

// Outcome is what a verification came to.
type Outcome struct {
	Results  []verdict.Result // in the order of the plan
	Played   int              // starts of a real Pi
	Recalled int              // answers that were remembered
}

// cell is one case of one version.
type cell struct {
	version *Version
	memory  memory
	c       input.Case
	known   []deviation.Deviation
	shows   []deviation.Deviation // that the cell is there for
}

func (c cell) id() string { return c.version.Name + "/" + c.c.String() }

// Plan lists the cells of a verification by id.
func Plan(o Options) []string {
	var ids []string
	for _, c := range plan(o) {
		ids = append(ids, c.id())
	}
	return ids
}

func plan(o Options) []cell {
	var cells []cell
	for i := range o.Versions {
		v := &o.Versions[i]
		known := deviation.Of(o.Deviations, v.Name)
		cases := slices.Clone(o.Cases)
		if !o.Alone {
			for _, d := range known {
				if !slices.ContainsFunc(cases, func(c input.Case) bool { return c.String() == d.Case.String() }) {
					cases = append(cases, d.Case)
				}
			}
		}
		for _, c := range cases {
			one := cell{version: v, c: c, known: known}
			for _, d := range known {
				if d.Case.String() == c.String() {
					one.shows = append(one.shows, d)
				}
			}
			cells = append(cells, one)
		}
	}
	return cells
}

// run is a verification that goes on.
type run struct {
	Options
	mu      sync.Mutex
	outcome Outcome
}

// Run verifies. Whatever happens, each planned cell has a result; an error says
// that nothing could be begun.
func Run(ctx context.Context, o Options) (Outcome, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &run{Options: o}
	cells := plan(o)
	for i := range cells {
		m, err := remember(o.Memory, cells[i].version.Real.Command, cells[i].version.Name)
		if err != nil {
			return Outcome{}, err
		}
		cells[i].memory = m
	}
	results := make([]verdict.Result, len(cells))
	next := make(chan int)
	var group sync.WaitGroup
	for range max(1, o.Workers) {
		group.Go(func() {
			for i := range next {
				results[i] = r.cell(ctx, cells[i])
				r.mu.Lock()
				if o.Sink != nil {
					o.Sink(results[i])
				}
				r.mu.Unlock()
			}
		})
	}
	for i := range cells {
		next <- i
	}
	close(next)
	group.Wait()
	r.narrow(ctx, cells, results)
	r.outcome.Results = results
	return r.outcome, nil
}

// cell plays one cell and judges it.
func (r *run) cell(ctx context.Context, c cell) verdict.Result {
	start := time.Now()
	in := c.c.Input()
	res := verdict.Result{Type: "cell", Cell: c.id(), Axes: in.Traits(), Start: start, Reproduce: r.Reproduce(c.version.Name, c.c)}
	res.Axes["version"] = c.version.Name
	if ctx.Err() != nil {
		res.Status, res.Reason = verdict.NotRun, "interrupted"
		return res
	}
	real, fake, err := r.both(ctx, c, in, r.Fresh)
	res.Millis = float64(time.Since(start).Microseconds()) / 1000
	switch {
	case err != nil && ctx.Err() != nil:
		res.Status, res.Reason = verdict.NotRun, "interrupted"
		return res
	case err != nil:
		res.Status, res.Reason = verdict.Error, err.Error()
		return res
	}
	var used []string
	res.Findings, used = judge(compare.Observations(in, real, fake), c.known)
	settle(&res, used, c.shows)
	res.Cause = cause(res)
	if res.Status != verdict.Passed {
		res.Evidence = evidenceOf(res.Cell, r.Seal, c.version.Name, in, real, fake)
	}
	return res
}

// both plays an input with the real Pi, or remembers what it did, and with the
// fake.
func (r *run) both(ctx context.Context, c cell, in input.Input, fresh bool) (real, fake play.Observation, err error) {
	known := false
	if !fresh {
		real, known = c.memory.recall(in, r.Table.Depth())
	}
	if !known {
		if real, err = r.Table.Play(ctx, c.version.Real, in); err != nil {
			return real, fake, err
		}
		if silent := silence(real); silent != "" && real.Exit == -1 {
			return real, fake, fmt.Errorf("the real Pi %s hangs: nobody has seen %s", c.version.Name, silent)
		}
		if err := c.memory.keep(in, real); err != nil {
			r.Log.Warn("the observation is not kept", "error", err)
		}
	}
	r.mu.Lock()
	if known {
		r.outcome.Recalled++
	} else {
		r.outcome.Played++
	}
	r.mu.Unlock()
	fake, err = r.Table.Play(ctx, c.version.Fake, in)
	return real, fake, err
}

// silence is what a Pi was waited for in vain.
func silence(o play.Observation) string {
	for _, s := range o.Steps {
		if s.Silence != "" {
			return s.Silence
		}
	}
	return ""
}
