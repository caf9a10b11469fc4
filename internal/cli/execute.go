package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/docker"
	"github.com/agenta-ai/conform/internal/engine"
	"github.com/agenta-ai/conform/internal/leak"
	"github.com/agenta-ai/conform/internal/scenario"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/reports"
	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/reports/terminal"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/suites"
	"github.com/agenta-ai/conform/verdict"
)

// execute runs the plan and writes its reports.
func (r *runCommand) execute(ctx context.Context, con *console, cat *catalogue, plan matrix.Plan, p parts) (int, error) {
	cells, err := r.cells(cat, plan)
	if err != nil {
		return 0, err
	}
	r.Workers = min(r.Workers, atOnce(len(cells))) // a lane without a cell would start a subject for nothing
	p.sandboxes = away(cells)
	before := leak.Now()
	w, err := r.backend(ctx, con, p)
	if err != nil {
		return 0, err
	}
	closing := sync.OnceValue(w.Close)
	defer closing()
	run := verdict.Run{Header: r.header(con, cat, plan, w)}
	file, err := jsonl.Create(filepath.Join(r.Out, reports.Results), run.Header)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	if err := r.forget(); err != nil {
		return 0, err
	}
	var problems []string
	// A run that leaves no results is worth nothing: the first line that cannot be
	// written ends it, and what is known by then is still told.
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	progress := terminal.NewProgress(con.out, run.Header, con.terminal())
	defer progress.Done()
	sink := func(res verdict.Result) {
		if res.Cause == "" {
			res.Cause = verdict.Signature(res)
		}
		run.Results = append(run.Results, res)
		progress.Cell(res)
		if r.Verbose {
			fmt.Fprintf(con.out, "%-8s %8.1fms  %s  %s\n", res.Status, res.Millis, res.Cell, oneLine(res.Reason))
		}
		if err := file.Cell(res); err != nil && len(problems) == 0 {
			problems = append(problems, unwritten(err))
			stop(errors.New(unwritten(err)))
		}
	}
	r.stageAll(running, cat, w, cells, sink)
	progress.Done()
	if err := closing(); err != nil {
		problems = append(problems, "the world cannot be taken down: "+err.Error())
	}
	if b, ok := w.(*docker.Backend); ok {
		fmt.Fprintf(con.out, "%d sandboxes, each in a container of its own\n", b.Sandboxes())
	}
	problems = append(problems, audit(w, before)...)
	inPlanOrder(plan, run.Results)
	footer := r.footer(run, plan, ctx.Err() != nil, problems)
	run.Footer = &footer
	finish(file, &footer)
	for _, text := range footer.Exceptions {
		fmt.Fprintf(con.err, "conform: %s\n", oneLine(text))
	}
	return footer.Exit, r.report(con, cat.contract, run)
}

// unwritten is the problem of a run whose results do not get to the disk.
func unwritten(err error) string { return "the results cannot be written: " + err.Error() }

// finish writes the footer. If that fails the run is broken, but what it found is
// still known and worth telling.
func finish(file *jsonl.Writer, footer *verdict.Footer) {
	err := file.Finish(*footer)
	if err == nil {
		return
	}
	footer.Exit = verdict.ExitBroken
	if text := unwritten(err); !slices.Contains(footer.Problems, text) {
		footer.Problems = append(footer.Problems, text)
	}
}

// away counts the cells whose turn is in the sandbox cloud.
func away(cells []cell) (n int) {
	for _, c := range cells {
		if t := c.scenario.Turn; t != nil && t.Sandbox == "daytona" {
			n++
		}
	}
	return n
}

// stageAll runs and judges cells in a world; the sink takes each result.
func (r *runCommand) stageAll(ctx context.Context, cat *catalogue, w backend, cells []cell, sink func(verdict.Result)) {
	met, broken := meet(ctx, w)
	if err := r.fit(cat, cells, met); err != nil {
		broken = &evidence.Breakdown{Part: "harness", Cause: err.Error(), At: time.Now()}
	}
	engine.Run(ctx, engine.Options[cell]{
		Cells: cells, Lanes: int(r.Workers),
		Setup: func(c cell) string { return c.scenario.Setup.Key() },
		Stage: func(ctx context.Context, lane int, c cell) (*evidence.Evidence, error) {
			if broken == nil && undeclared(met, r.Edition, c.Case) != "" {
				// Nothing is asked that the subject does not offer.
				return &evidence.Evidence{Cell: c.ID(), Edition: r.Edition, Backend: r.Backend, Seal: w.SealedBy(), Lane: lane, Subject: met}, nil
			}
			if broken != nil {
				return &evidence.Evidence{Cell: c.ID(), Edition: r.Edition, Backend: r.Backend, Seal: w.SealedBy(), Lane: lane, Failure: broken}, nil
			}
			return w.Stage(ctx, lane, c.scenario)
		},
		Judge: func(c cell, got *evidence.Evidence) verdict.Result { return r.judge(cat, c, got) },
		Blank: r.blank,
		Sink:  sink,
	})
}

// fit stages the cells anew where the subject is given other fixtures.
func (r *runCommand) fit(cat *catalogue, cells []cell, met protocol.Description) (err error) {
	fit := scenario.FitOf(met)
	if fit == (scenario.Fit{}) {
		return nil
	}
	for i := range cells {
		if cells[i].scenario, err = scenario.BuildFor(fit, cat.matrix, cells[i].Case, r.Seed); err != nil {
			return err
		}
	}
	return nil
}

func (r *runCommand) header(con *console, cat *catalogue, plan matrix.Plan, w backend) verdict.Header {
	return verdict.Header{
		Type: "header", Format: jsonl.Format, Tool: "conform", Version: version(), Start: time.Now(),
		Edition: r.Edition, Level: r.Level, Seed: r.Seed, Subject: r.Subject, Pi: piName(r.Pi, w.PiVersion()),
		Plan: plan.Hash(), Planned: len(plan.Cases), Workers: int(r.Workers), Backend: r.Backend, Seal: w.SealedBy(),
		Platform: fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
		Args:     con.args, Required: r.required, Unshown: suites.Unshown(cat.contract, r.Edition),
	}
}

// piName names the Pi of a run with the version that it says itself.
func piName(asked, version string) string {
	name, _, _ := strings.Cut(asked, "@")
	return name + "@" + version
}

// inPlanOrder puts results, which come as they end, into the order of the plan.
func inPlanOrder(plan matrix.Plan, results []verdict.Result) {
	place := make(map[string]int, len(plan.Cases))
	for i, c := range plan.Cases {
		place[c.ID()] = i
	}
	slices.SortStableFunc(results, func(a, b verdict.Result) int { return cmp.Compare(place[a.Cell], place[b.Cell]) })
}

// footer adds up the run.
func (r *runCommand) footer(run verdict.Run, plan matrix.Plan, interrupted bool, problems []string) verdict.Footer {
	var planned []string
	for _, c := range plan.Cases {
		planned = append(planned, c.ID())
	}
	missing, odd := verdict.Account(planned, run.Results)
	problems = append(problems, odd...)
	counts := verdict.Counts(run.Results)
	exit := verdict.ExitCode(run.Header, run.Results, interrupted, problems)
	var red []string
	if r.judged != nil {
		red = r.judged.Red(time.Now(), r.Level, r.part() || exit == verdict.ExitInterrupted || exit == verdict.ExitBroken)
		if len(red) > 0 && (exit == verdict.ExitOK || exit == verdict.ExitFailed) {
			exit = verdict.ExitExceptions
		}
	}
	return verdict.Footer{
		Type: "footer", End: time.Now(), Millis: float64(time.Since(run.Header.Start).Milliseconds()),
		Counts: counts, Exit: exit, Exceptions: red,
		Complete: len(missing) == 0 && counts[verdict.NotRun.String()] == 0,
		Causes:   verdict.Causes(run.Results), Problems: problems, PeakRSS: peakRSS(),
	}
}
