package verify

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
	"github.com/agenta-ai/conform/internal/verify/compare"
	"github.com/agenta-ai/conform/internal/verify/deviation"
	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/internal/verify/play"
	"github.com/agenta-ai/conform/verdict"
)

// fakeBinary is the built fake, which plays both parts here.
var fakeBinary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "verify-test-")
		if err == nil {
			defer os.RemoveAll(dir)
			fakeBinary, err = pitest.Build(dir, pitest.Fake)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// options verify the fake against itself, with a sidecar for the one that stands
// for the real Pi.
func options(t *testing.T, real flight.Sidecar, cases ...input.Case) Options {
	t.Helper()
	table, err := play.NewTable()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	})
	const version = "0.79.4"
	commands := map[string]string{}
	for part, sidecar := range map[string]flight.Sidecar{"real": real, "fake": {Play: version}} {
		sidecar.Play = version
		if commands[part], err = pitest.Install(filepath.Join(table.Dir(), part), fakeBinary, sidecar); err != nil {
			t.Fatal(err)
		}
	}
	return Options{
		Table: table, Versions: []Version{Pair(version, []string{commands["real"]}, []string{commands["fake"]})},
		Cases: cases, Workers: 2,
		Reproduce: func(version string, c input.Case) string { return "again " + c.String() },
	}
}

func cases(n int) []input.Case {
	var out []input.Case
	for i := range n {
		out = append(out, input.Case{Seed: 1, N: i})
	}
	return out
}

func mustRun(t *testing.T, o Options) Outcome {
	t.Helper()
	outcome, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// The fake agrees with itself, whatever it is given; if it did not, no comparison
// would mean anything.
func TestAgreesWithItself(t *testing.T) {
	t.Parallel()
	o := options(t, flight.Sidecar{}, cases(24)...)
	o.Memory = t.TempDir()
	outcome := mustRun(t, o)
	for _, r := range outcome.Results {
		if r.Status != verdict.Passed {
			t.Errorf("%s: %s %s %+v", r.Cell, r.Status, r.Reason, r.Findings)
		}
	}
	if outcome.Played != 24 || outcome.Recalled != 0 {
		t.Errorf("played %d, remembered %d", outcome.Played, outcome.Recalled)
	}
	for _, a := range Agreements(outcome.Results) {
		if a.Agree == 0 || a.Percent() != 100 {
			t.Errorf("%+v", a)
		}
	}
	if n := len(Agreements(outcome.Results)); n != len(compare.Areas()) {
		t.Errorf("%d areas were compared", n)
	}
	if again := mustRun(t, o); again.Played != 0 || again.Recalled != 24 {
		t.Errorf("again: played %d, remembered %d", again.Played, again.Recalled)
	}
}

// differing is a case that shows the banner of a Pi that has one.
func differing(t *testing.T) input.Case {
	t.Helper()
	for _, c := range cases(40) {
		if !c.Input().RPC() {
			continue
		}
		r := mustRun(t, options(t, flight.Sidecar{Banner: "Welcome!"}, c)).Results[0]
		for _, f := range r.Findings {
			if f.Clause == string(compare.Events) && f.Judgement == verdict.Violated {
				return c
			}
		}
	}
	t.Fatal("the banner shows nowhere")
	return input.Case{}
}

func TestDifferenceIsNarrowedDown(t *testing.T) {
	t.Parallel()
	o := options(t, flight.Sidecar{Banner: "Welcome!"}, differing(t))
	o.Shrink = 80
	r := mustRun(t, o).Results[0]
	if r.Status != verdict.Failed || r.Evidence == nil || len(r.Evidence.Processes) != 2 {
		t.Fatalf("%s %s", r.Status, r.Reason)
	}
	if !strings.HasPrefix(r.Cause, "EVENTS: step # prompt") {
		t.Errorf("cause %q", r.Cause)
	}
	name, ok := strings.CutPrefix(r.Reproduce, "again ")
	small, err := input.ParseCase(name)
	if !ok || err != nil || small.Without.Empty() {
		t.Fatalf("it is shown again by %q", r.Reproduce)
	}
	if in := small.Input(); len(in.Steps) > 4 || len(in.Files) > 3 {
		t.Errorf("what is left is not small: %s", r.Reason)
	}
	o.Cases, o.Shrink = []input.Case{small}, 0
	if again := mustRun(t, o).Results[0]; again.Status != verdict.Failed {
		t.Errorf("the small case: %s", again.Status)
	}
}

func TestDeviations(t *testing.T) {
	t.Parallel()
	c := differing(t)
	meant := []deviation.Deviation{
		{ID: "events", Area: compare.Events, Pattern: regexp.MustCompile("."), Reason: "it is polite", Case: c, Where: "d.yaml:1:3"},
		{ID: "rpc", Area: compare.RPC, Pattern: regexp.MustCompile("."), Reason: "it is polite", Case: c, Where: "d.yaml:6:3"},
	}
	o := options(t, flight.Sidecar{Banner: "Welcome!"}, c)
	o.Deviations = meant[:1]
	r := mustRun(t, o).Results[0]
	if r.Status != verdict.ExpectedFailed || !strings.Contains(r.Reason, "events: it is polite") {
		t.Errorf("meant: %s %q %+v", r.Status, r.Reason, r.Findings)
	}
	// One that shows nothing any more is found, wherever it stands.
	o.Deviations, o.Cases = meant, cases(1)[:0]
	outcome := mustRun(t, o)
	if len(outcome.Results) != 1 {
		t.Fatalf("%d results: the case of a deviation is played once", len(outcome.Results))
	}
	r = outcome.Results[0]
	if r.Status != verdict.UnexpectedPass || !strings.Contains(r.Reason, "deviation rpc no longer shows here (d.yaml:6:3)") {
		t.Errorf("stale: %s %q", r.Status, r.Reason)
	}
	// A case that is asked for alone is played alone.
	o.Alone, o.Cases = true, []input.Case{{Seed: 9, N: 9}}
	if got := Plan(o); len(got) != 1 {
		t.Errorf("plan %v", got)
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	o := options(t, flight.Sidecar{}, cases(3)...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	outcome, err := Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range outcome.Results {
		if r.Status != verdict.NotRun {
			t.Errorf("%s: %s", r.Cell, r.Status)
		}
	}
}

// A real Pi that cannot be started is nobody's disagreement.
func TestBroken(t *testing.T) {
	t.Parallel()
	o := options(t, flight.Sidecar{}, cases(1)...)
	o.Versions[0].Real.Command = []string{filepath.Join(t.TempDir(), "gone")}
	if r := mustRun(t, o).Results[0]; r.Status != verdict.Error {
		t.Errorf("%s %s", r.Status, r.Reason)
	}
}

func TestCompareVersions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{{"0.79.4", "0.80.4", -1}, {"0.80.4", "0.80.4", 0}, {"0.80.10", "0.80.9", 1}, {"1.0.0-rc.1", "0.99.9", 1}} {
		if got := compareVersions(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %d", test.a, test.b, got)
		}
	}
}
