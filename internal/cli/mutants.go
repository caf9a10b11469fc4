package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/internal/seal"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/mutants"
	"github.com/agenta-ai/conform/verdict"
)

// mutantsCommand runs each mutant and says which clauses notice it: the proof
// that the checks are not blind.
type mutantsCommand struct {
	Names   []string `arg:"" optional:"" name:"mutant" help:"Only these mutants."`
	Edition string   `placeholder:"DATE" help:"Only in this edition of the contract (default: in each)."`
	Level   string   `default:"smoke" placeholder:"LEVEL" help:"How much is run of each: smoke, pairwise or full (default ${default})."`
	Seed    uint64   `default:"1" help:"The same seed gives the same cells and secrets (default ${default})."`
	Workers atOnce   `placeholder:"N" help:"Cells at once (default: two for each core)."`
	JSON    bool     `name:"json" help:"As JSON."`
}

func (m *mutantsCommand) run(ctx context.Context, con *console) (int, error) {
	chosen, err := m.choose()
	if err != nil {
		return 0, err
	}
	store, err := companion.Open(companion.Options{})
	if err != nil {
		return 0, err
	}
	ready, err := provideMutants(ctx, con, store, chosen)
	if err != nil {
		return 0, err
	}
	over, code, err := seal.Exec(append([]string{os.Args[0]}, con.args...))
	if over {
		return code, nil
	}
	if err != nil {
		fmt.Fprintf(con.err, "conform: sealed by proxy and environment only: %s\n", oneLine(err.Error()))
	}
	var all []killMatrix
	for _, edition := range contract.Editions() {
		km, ran, err := m.edition(ctx, con, edition, ready)
		if err != nil {
			return 0, err
		}
		if ran {
			all = append(all, km)
		}
	}
	if m.JSON {
		enc := json.NewEncoder(con.out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(all); err != nil {
			return 0, err
		}
	}
	for _, km := range all {
		code = worse(code, km.exit())
	}
	return code, nil
}

// worse is the exit code that says more against a run.
func worse(a, b int) int {
	if a == verdict.ExitBroken || b == verdict.ExitBroken {
		return verdict.ExitBroken
	}
	return max(a, b)
}

// choose finds the wanted mutants.
func (m *mutantsCommand) choose() ([]mutants.Mutant, error) {
	switch {
	case m.Edition != "" && !slices.Contains(editions(), m.Edition):
		return nil, usagef("--edition: no edition %q%s", m.Edition, nearest.Hint(m.Edition, editions()))
	case !slices.Contains(matrix.Levels(), m.Level):
		return nil, usagef("--level: no level %q%s", m.Level, nearest.Hint(m.Level, matrix.Levels()))
	}
	all, err := mutants.All()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, x := range all {
		names = append(names, x.Name)
	}
	for _, name := range m.Names {
		if !slices.Contains(names, name) {
			return nil, usagef("mutants: no mutant %q%s", name, nearest.Hint(name, names))
		}
	}
	chosen := slices.DeleteFunc(all, func(x mutants.Mutant) bool {
		return m.Edition != "" && x.Edition != "" && x.Edition != m.Edition || len(m.Names) > 0 && !slices.Contains(m.Names, x.Name)
	})
	if len(chosen) == 0 {
		return nil, usagef("mutants: none of %s shows in edition %s", strings.Join(m.Names, ", "), m.Edition)
	}
	return chosen, nil
}

// readyMutant is a mutant with its programs.
type readyMutant struct {
	mutants.Mutant
	parts parts
}

// provideMutants builds the programs, a few at a time.
func provideMutants(ctx context.Context, con *console, store *companion.Store, chosen []mutants.Mutant) ([]readyMutant, error) {
	ready := make([]readyMutant, len(chosen))
	errs := make([]error, len(chosen))
	slots := make(chan struct{}, runtime.NumCPU())
	done := make(chan struct{})
	for i, x := range chosen {
		go func() {
			slots <- struct{}{}
			defer func() { <-slots; done <- struct{}{} }()
			ready[i].Mutant = x
			ready[i].parts.pi.used.Kind = "fake"
			ready[i].parts.binaries, errs[i] = subject{mutant: &x}.binaries(ctx, con, store, false)
		}()
	}
	for range chosen {
		<-done
	}
	return ready, errors.Join(errs...)
}

// edition runs the mutants that show in an edition; it reports whether there is
// one.
func (m *mutantsCommand) edition(ctx context.Context, con *console, edition string, ready []readyMutant) (killMatrix, bool, error) {
	if m.Edition != "" && m.Edition != edition {
		return killMatrix{}, false, nil
	}
	r := &runCommand{selection: selection{Level: m.Level, Edition: edition, Seed: m.Seed, Pi: "fake"}, Backend: process, Workers: m.Workers}
	if err := r.check(); err != nil {
		return killMatrix{}, false, err
	}
	cat, err := r.open()
	if err != nil {
		return killMatrix{}, false, err
	}
	_, plan, err := r.plan(cat)
	if err != nil {
		return killMatrix{}, false, err
	}
	cells, err := r.cells(cat, plan)
	if err != nil {
		return killMatrix{}, false, err
	}
	km := newKillMatrix(edition, m.Level, len(cells), cat.checks)
	km.whole = len(m.Names) == 0
	of := slices.DeleteFunc(slices.Clone(ready), func(x readyMutant) bool { return !km.shows(x.Mutant) })
	if len(of) == 0 {
		return km, false, nil
	}
	report := con.out
	if m.JSON {
		report = io.Discard
	}
	fmt.Fprintf(report, "conform: %s, edition %s, level %s, %s each\n", verdict.Plural(len(of), "mutant"), edition, m.Level, verdict.Plural(len(cells), "cell"))
	for _, x := range of {
		begun := time.Now()
		run := verdict.Run{}
		r.Subject = reference + "+" + x.Name
		w, err := r.world(ctx, con, x.parts)
		if err != nil {
			return km, false, err
		}
		r.stageAll(ctx, cat, w, cells, func(res verdict.Result) { run.Results = append(run.Results, res) })
		if err := w.Close(); err != nil {
			return km, false, fmt.Errorf("take down the world of %s: %w", x.Name, err)
		}
		if err := ctx.Err(); err != nil {
			return km, false, context.Cause(ctx)
		}
		k := km.add(x.Mutant, run.Results)
		k.print(report, time.Since(begun))
	}
	return km, true, km.print(report)
}
