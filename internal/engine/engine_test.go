package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/verdict"
)

type cell struct{ id, setup string }

func cells(counts ...int) []cell {
	var all []cell
	for s, n := range counts {
		for i := range n {
			all = append(all, cell{fmt.Sprintf("s%d/%d", s, i), fmt.Sprintf("s%d", s)})
		}
	}
	return all
}

func options(all []cell, lanes int) (Options[cell], *[]verdict.Result) {
	var results []verdict.Result
	return Options[cell]{
		Cells: all, Lanes: lanes,
		Setup: func(c cell) string { return c.setup },
		Stage: func(_ context.Context, lane int, c cell) (*evidence.Evidence, error) {
			return &evidence.Evidence{Cell: c.id, Lane: lane}, nil
		},
		Judge: func(c cell, ev *evidence.Evidence) verdict.Result {
			return verdict.Result{Status: verdict.Passed, Evidence: ev}
		},
		Blank: func(c cell) verdict.Result { return verdict.Result{Cell: c.id, Reproduce: "run " + c.id} },
		Sink:  func(r verdict.Result) { results = append(results, r) },
	}, &results
}

func TestEveryCellHasOneResult(t *testing.T) {
	defer goleak.VerifyNone(t)
	all := cells(40, 7, 1, 1)
	o, results := options(all, 3)
	Run(t.Context(), o)
	seen := map[string]int{}
	for _, r := range *results {
		seen[r.Cell]++
		if r.Status != verdict.Passed || r.Type != "cell" || r.Reproduce == "" {
			t.Errorf("got %+v", r)
		}
	}
	if len(seen) != len(all) || len(*results) != len(all) {
		t.Errorf("%d results of %d cells", len(*results), len(seen))
	}
}

func TestLanesRunOneCellAtATimeAndSeldomChangeSetup(t *testing.T) {
	o, _ := options(cells(60, 20, 10), 2)
	var mu sync.Mutex
	busy, changes, last := map[int]bool{}, 0, map[int]string{}
	stage := o.Stage
	o.Stage = func(ctx context.Context, lane int, c cell) (*evidence.Evidence, error) {
		mu.Lock()
		if busy[lane] {
			t.Error("two cells in one lane")
		}
		busy[lane] = true
		if last[lane] != c.setup {
			changes++
		}
		last[lane] = c.setup
		mu.Unlock()
		defer func() { mu.Lock(); busy[lane] = false; mu.Unlock() }()
		return stage(ctx, lane, c)
	}
	Run(t.Context(), o)
	if changes > 6 {
		t.Errorf("%d changes of setup", changes)
	}
}

func TestQueueOrder(t *testing.T) {
	q := newQueue(cells(2, 4), func(c cell) string { return c.setup })
	var got []string
	setup := ""
	for {
		c, next, ok := q.next(0, setup)
		if !ok {
			break
		}
		setup = next
		got = append(got, c.id)
	}
	if want := "s1/0 s1/1 s1/2 s1/3 s0/0 s0/1"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
}

func TestASecondLaneHelpsWithALargeGroup(t *testing.T) {
	q := newQueue(cells(10, 2), func(c cell) string { return c.setup })
	first, setup, _ := q.next(0, "")
	second, _, _ := q.next(1, "")
	third, _, _ := q.next(0, setup)
	if first.setup != "s0" || second.setup != "s0" || third.id != "s0/2" {
		t.Errorf("got %v %v %v", first, second, third)
	}
}

func TestTroubleIsAnErrorOfItsOwnCell(t *testing.T) {
	all := []cell{{"ok", ""}, {"stage-error", ""}, {"stage-panic", ""}, {"nothing", ""}, {"failure", ""}, {"judge-panic", ""}}
	o, results := options(all, 1)
	stage := o.Stage
	o.Stage = func(ctx context.Context, lane int, c cell) (*evidence.Evidence, error) {
		switch c.id {
		case "stage-error":
			return nil, errors.New("no disk\nmore")
		case "stage-panic":
			panic("stage")
		case "nothing":
			return nil, nil
		case "failure":
			return &evidence.Evidence{Failure: &evidence.Breakdown{Part: "subject", Cause: "it died"}}, nil
		}
		return stage(ctx, lane, c)
	}
	judge := o.Judge
	o.Judge = func(c cell, ev *evidence.Evidence) verdict.Result {
		if c.id == "judge-panic" {
			panic("judge")
		}
		return judge(c, ev)
	}
	Run(t.Context(), o)
	want := map[string]string{
		"ok": "", "stage-error": "no disk", "stage-panic": "the harness broke: panic in stage: stage",
		"nothing": "the world gave no evidence", "failure": "subject: it died", "judge-panic": "the harness broke: panic in judge: judge",
	}
	got := map[string]string{}
	for _, r := range *results {
		got[r.Cell] = r.Cause
		if (r.Status == verdict.Error) != (r.Cause != "") {
			t.Errorf("got %+v", r)
		}
		if r.Cell == "judge-panic" && r.Evidence == nil {
			t.Error("the evidence of a panicking judge is lost")
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestInterruptionLeavesTheRestNotRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	all := cells(20)
	o, results := options(all, 2)
	var once sync.Once
	o.Stage = func(ctx context.Context, lane int, c cell) (*evidence.Evidence, error) {
		if c.id == "s0/5" {
			once.Do(func() { cancel(errors.New("signal interrupt")) })
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return &evidence.Evidence{}, nil
	}
	Run(ctx, o)
	if len(*results) != len(all) {
		t.Fatalf("%d results", len(*results))
	}
	i := slices.IndexFunc(*results, func(r verdict.Result) bool { return r.Cell == "s0/5" })
	if r := (*results)[i]; r.Status != verdict.NotRun || r.Reason != "interrupted: signal interrupt" {
		t.Errorf("got %+v", r)
	}
	notRun := 0
	for _, r := range *results {
		if r.Status == verdict.NotRun {
			notRun++
		}
	}
	if notRun < 10 {
		t.Errorf("%d not run", notRun)
	}
}

func TestWithoutLanesOneIsUsed(t *testing.T) {
	o, results := options(cells(2), 0)
	o.Setup = nil
	Run(t.Context(), o)
	if len(*results) != 2 {
		t.Errorf("%d results", len(*results))
	}
}
