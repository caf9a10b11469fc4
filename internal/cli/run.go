package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/internal/docker"
	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/seal"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict/known"
)

// runCommand runs the matrix and judges it.
type runCommand struct {
	selection
	Subject      string   `default:"reference" placeholder:"SUBJECT" help:"What is tested: reference, reference:service, reference+MUTANT, agenta:sdk@VERSION, cmd:COMMAND LINE (default ${default})."`
	Backend      string   `default:"process" placeholder:"BACKEND" help:"Where the cells run: process, on this machine; docker, in containers (default ${default})."`
	Workers      atOnce   `placeholder:"N" help:"Cells at once (default: two for each core; one with a real Pi or agenta:sdk)."`
	Timeout      limit    `placeholder:"TIME" help:"For one cell (default 30s, with a real Pi 3m)."`
	StartTimeout limit    `placeholder:"TIME" help:"For the subject to say what it is (default 10s, with a real Pi 1m, for agenta:sdk 2m)."`
	Require      []string `sep:"none" placeholder:"CLAUSES" help:"Clauses that must be judged, or the run is incomplete (exit 4): all that its cells can show, a clause id, gap=2, slice=3a, group=CFG. Repeatable."`
	Known        string   `placeholder:"FILE" help:"Failures that are known of this subject; whatever is not as the file says is red (exit 5)."`
	Out          string   `default:"conform-report" placeholder:"DIR" help:"Folder of the reports (default ${default})."`
	Verbose      bool     `short:"v" help:"A line for each cell."`

	required []string       // clauses
	judged   *known.Judge   // nil without a file of known failures
	judging  sync.Mutex     // lanes judge side by side
	tap      protocol.Tap   // sees what crosses to the driver; nil for a run
	engine   *engine.Engine // of the Docker backend
}

func (r *runCommand) run(ctx context.Context, con *console) (int, error) {
	if err := r.check(); err != nil {
		return 0, err
	}
	sub, err := readSubject(r.Subject)
	if err != nil {
		return 0, err
	}
	cat, err := r.open()
	if err != nil {
		return 0, err
	}
	_, plan, err := r.plan(cat)
	if err != nil {
		return 0, err
	}
	if r.judged, err = r.exceptions(cat); err != nil {
		return 0, err
	}
	if r.required, err = cat.required(r.Require, plan); err != nil {
		return 0, err
	}
	if len(plan.Cases) == 0 {
		return 0, errors.New("there is no cell to run")
	}
	if err := os.MkdirAll(r.Out, 0o755); err != nil {
		return 0, usagef("--out: %w", err)
	}
	if r.Backend == docker.Name {
		if err := r.findEngine(ctx, sub); err != nil {
			return 0, err
		}
	}
	// Whatever may need a network comes before the seal. The sealed run comes
	// here again and finds it in the caches.
	parts, err := r.provide(ctx, con, sub)
	if err != nil {
		return 0, err
	}
	if r.Backend == docker.Name {
		return r.execute(ctx, con, cat, plan, parts) // its containers are sealed; conform itself has the engine to speak to
	}
	over, code, err := seal.Exec(append([]string{os.Args[0]}, con.args...))
	if over {
		return code, nil
	}
	if err != nil {
		fmt.Fprintf(con.err, "conform: sealed by proxy and environment only: %s\n", oneLine(err.Error()))
	}
	return r.execute(ctx, con, cat, plan, parts)
}

// realStart is how long a subject may take to its start when a real Pi stands
// behind it: it may ask Pi what it knows, and on a busy machine a real Pi takes
// seconds to say its first word.
const realStart = time.Minute

// check refuses values that no run can have, and fills in what depends on the
// machine.
func (r *runCommand) check() error {
	if err := knownBackend(r.Backend); err != nil {
		return err
	}
	real := r.Pi != "fake" && !strings.HasPrefix(r.Pi, "fake@")
	if r.Workers == 0 {
		r.Workers = atOnce(runtime.NumCPU())
		if !real && !strings.HasPrefix(r.Subject, sdkSubject) {
			// A cell waits for small processes one after another. Large ones keep a
			// core busy by themselves.
			r.Workers *= 2
		}
	}
	start, cell := 10*time.Second, 30*time.Second
	if real {
		start, cell = realStart, 3*time.Minute
	}
	if strings.HasPrefix(r.Subject, sdkSubject) {
		start = sdkStart
	}
	r.StartTimeout, r.Timeout = limit(r.StartTimeout.or(start)), limit(r.Timeout.or(cell))
	return nil
}
