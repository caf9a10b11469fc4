package engine

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/verdict"
)

// Options wire an engine. C is a cell.
type Options[C any] struct {
	Cells []C
	Lanes int // at least 1

	// Setup names what a cell's subject is started with. Cells with equal
	// names run one after another in a lane where possible.
	Setup func(C) string

	// Stage runs a cell in a lane, which is counted from 0 and has one cell at a
	// time.
	Stage func(ctx context.Context, lane int, c C) (*evidence.Evidence, error)

	// Judge turns evidence into a result. It is not called for evidence that
	// holds a Failure. A judge that panics makes its own cell an error.
	Judge func(C, *evidence.Evidence) verdict.Result

	// Blank is a cell's result before anything is known of it: its name, axes
	// and how to reproduce it.
	Blank func(C) verdict.Result

	// Sink takes each result, one at a time, in the order of completion.
	Sink func(verdict.Result)
}

// Run gives every cell to a lane and every result to the sink. It returns when
// all cells have a result; when ctx is cancelled, cells that have none become
// not-run.
func Run[C any](ctx context.Context, o Options[C]) {
	r := &run[C]{Options: o, queue: newQueue(o.Cells, o.Setup)}
	var lanes sync.WaitGroup
	for lane := range max(o.Lanes, 1) {
		lanes.Go(func() { r.lane(ctx, lane) })
	}
	lanes.Wait()
}

type run[C any] struct {
	Options[C]
	queue *queue[C]
	sink  sync.Mutex
}

func (r *run[C]) lane(ctx context.Context, lane int) {
	setup := ""
	for {
		c, next, ok := r.queue.next(lane, setup)
		if !ok {
			return
		}
		setup = next
		result := r.cell(ctx, lane, c)
		r.sink.Lock()
		r.Sink(result)
		r.sink.Unlock()
	}
}

// cell has a result on every path.
func (r *run[C]) cell(ctx context.Context, lane int, c C) verdict.Result {
	result := r.Blank(c)
	result.Type = "cell"
	if ctx.Err() != nil {
		result.Status, result.Reason = verdict.NotRun, interrupted(ctx)
		return result
	}
	start := time.Now()
	ev, err := guard("stage", func() (*evidence.Evidence, error) { return r.Stage(ctx, lane, c) })
	switch {
	case ctx.Err() != nil && (err != nil || ev == nil || ev.Failure != nil):
		result.Status, result.Reason = verdict.NotRun, interrupted(ctx)
	case err != nil:
		result.Status, result.Reason, result.Cause = verdict.Error, err.Error(), firstLine(err)
	case ev == nil:
		result.Status, result.Reason, result.Cause = verdict.Error, "the world gave no evidence", "the world gave no evidence"
	case ev.Failure != nil:
		result.Status, result.Reason, result.Cause = verdict.Error, ev.Failure.Part+": "+ev.Failure.Cause, ev.Failure.Part+": "+ev.Failure.Cause
	default:
		result = r.judge(c, ev, result)
	}
	result.Start, result.Millis = start, float64(time.Since(start).Microseconds())/1000
	if result.Evidence == nil {
		result.Evidence = ev
	}
	return result
}

func (r *run[C]) judge(c C, ev *evidence.Evidence, blank verdict.Result) verdict.Result {
	judged, err := guard("judge", func() (verdict.Result, error) { return r.Judge(c, ev), nil })
	if err != nil {
		blank.Status, blank.Reason, blank.Cause = verdict.Error, err.Error(), firstLine(err)
		return blank
	}
	// The identity of a result is not the judge's business.
	judged.Type, judged.Cell, judged.Axes, judged.Reproduce = blank.Type, blank.Cell, blank.Axes, blank.Reproduce
	return judged
}

// guard turns a panic into an error that names the place.
func guard[T any](what string, f func() (T, error)) (out T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the harness broke: panic in %s: %v\n%s", what, p, debug.Stack())
		}
	}()
	return f()
}

func interrupted(ctx context.Context) string {
	return fmt.Sprintf("interrupted: %v", context.Cause(ctx))
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
