package cli_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/reports"
	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/verdict"
)

// needDocker gives the container engine. Without one the test is skipped, unless
// CONFORM_REQUIRE names docker.
func needDocker(t *testing.T) *engine.Engine {
	t.Helper()
	if testing.Short() {
		t.Skip("runs containers")
	}
	e, err := engine.Probe(t.Context(), engine.Here())
	if err == nil {
		return e
	}
	if slices.Contains(strings.Split(os.Getenv("CONFORM_REQUIRE"), ","), "docker") {
		t.Fatal("CONFORM_REQUIRE wants docker: ", err)
	}
	t.Skip(err)
	return nil
}

// conformCommand is a command line in the checkout, whose reports go to out.
func conformCommand(t *testing.T, out string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := exec.LookPath("conform")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, append(args, "--out", out)...)
	cmd.Dir = filepath.Join("..", "..")
	return cmd
}

// readRun runs conform, wants an exit code and reads the results.
func readRun(t *testing.T, want int, args ...string) verdict.Run {
	t.Helper()
	out := t.TempDir()
	text, err := conformCommand(t, out, args...).CombinedOutput()
	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if code != want {
		t.Fatalf("%q exits %d, want %d:\n%s", args, code, want, text)
	}
	run, err := jsonl.Open(filepath.Join(out, reports.Results))
	if err != nil {
		t.Fatal(err)
	}
	return run.Run
}

// The same cells, the same evidence, the same verdicts, green and red.
func TestBackendsAgree(t *testing.T) {
	needDocker(t)
	for _, c := range []struct {
		subject string
		exit    int
	}{{"reference", verdict.ExitOK}, {"reference+gap2", verdict.ExitFailed}, {"reference+day-raw-key", verdict.ExitFailed}} {
		t.Run(c.subject, func(t *testing.T) {
			// In one lane, so that both run the cells in the same order: a subject that
			// keeps connections alive asks once more where one was kept too long.
			args := []string{"--level", "smoke", "--subject", c.subject, "--workers", "1"}
			process := readRun(t, c.exit, append(args, "--backend", "process")...)
			docker := readRun(t, c.exit, append(args, "--backend", "docker")...)
			if docker.Header.Backend != "docker" || docker.Header.Seal != "internal container network" || process.Header.Backend != "process" {
				t.Errorf("headers: %+v and %+v", process.Header, docker.Header)
			}
			if diff := cmp.Diff(process.Footer.Counts, docker.Footer.Counts); diff != "" {
				t.Error("counts:\n", diff)
			}
			for run, want := range map[*verdict.Run]bool{&process: false, &docker: true} {
				if names, sandboxes := machines(*run); sandboxes < 5 || (len(names) == sandboxes) != want || want != strings.HasPrefix(names[0], "container ") {
					t.Errorf("backend %s: %d sandboxes ran on %q", run.Header.Backend, sandboxes, names)
				}
			}
			seen := byCell(process)
			if len(seen) < 20 || len(docker.Results) != len(seen) {
				t.Fatalf("%d cells and %d", len(seen), len(docker.Results))
			}
			for _, d := range docker.Results {
				if d.Evidence.Backend != "docker" {
					t.Errorf("%s: its evidence is of the backend %q", d.Cell, d.Evidence.Backend)
				}
				if diff := cmp.Diff(gist(seen[d.Cell]), gist(d)); diff != "" {
					t.Errorf("%s differs (- process, + docker):\n%s", d.Cell, diff)
				}
			}
		})
	}
}

// machines are what the sandboxes of a run ran on, each once, and how many
// sandboxes there were.
func machines(run verdict.Run) (names []string, sandboxes int) {
	for _, r := range run.Results {
		if r.Evidence == nil || r.Evidence.Cloud == nil {
			continue
		}
		for _, b := range r.Evidence.Cloud.Sandboxes {
			if b.Machine != "" { // it was made
				names = append(names, b.Machine)
			}
		}
	}
	sandboxes = len(names)
	slices.Sort(names)
	return slices.Compact(names), sandboxes
}

func byCell(run verdict.Run) map[string]verdict.Result {
	all := map[string]verdict.Result{}
	for _, r := range run.Results {
		all[r.Cell] = r
	}
	return all
}

// essence is what must be equal wherever a cell runs. The cause is left out: it
// is made of the mismatches, before what is left to chance is taken out of them.
type essence struct {
	Status    verdict.Status
	Reason    string
	Findings  []verdict.Finding
	Vault     int
	Wire      []int    // statuses
	Providers []string // calls
	Egress    []string // calls
	Env       []string // variables of Pi processes
	Sightings []string // where secrets were seen
}

// chance is what differs from run to run: names of temporary files, ids, times,
// ports, and where the run's folder is.
var chance = regexp.MustCompile(`(/dev/shm|/tmp)/conform-run-\d+/lane-\d+|\d{4,}|sandbox-\d+|\b[A-Z2-7]{26}\b`)

func gist(r verdict.Result) essence {
	var e evidence.Evidence
	if r.Evidence != nil {
		e = *r.Evidence
	}
	g := essence{Status: r.Status, Reason: r.Reason, Vault: len(e.Vault)}
	for _, f := range r.Findings {
		f.Mismatches = slices.Clone(f.Mismatches)
		for i, m := range f.Mismatches {
			f.Mismatches[i] = chance.ReplaceAllString(strings.Join(strings.Fields(m), " "), "~")
		}
		g.Findings = append(g.Findings, f)
	}
	for _, c := range e.Wire {
		g.Wire = append(g.Wire, c.Status)
	}
	for _, c := range e.Providers {
		g.Providers = append(g.Providers, fmt.Sprint(c.Method, " ", c.Host, c.Path, " ", c.Status))
	}
	for _, c := range e.Egress {
		g.Egress = append(g.Egress, chance.ReplaceAllString(fmt.Sprint(c.Method, " ", c.Host, " ", c.Allowed, " ", c.Direct, " ", c.Reason), "~"))
	}
	slices.Sort(g.Egress) // two requests at once come in either order
	for _, p := range e.Processes {
		for _, v := range p.Env {
			g.Env = append(g.Env, v.Name)
		}
	}
	for _, s := range e.Sightings {
		g.Sightings = append(g.Sightings, chance.ReplaceAllString(s.Label+" in "+s.Place+" "+s.Form, "~"))
	}
	slices.Sort(g.Sightings)
	return g
}

// A harness that is killed at any instant leaves nothing on the engine, no
// keeper, and results that can be read.
func TestKilledRunLeavesNothing(t *testing.T) {
	e := needDocker(t)
	// Programs and image are there before the first kill.
	readRun(t, verdict.ExitOK, "--level", "smoke", "--clause", "GATE-1", "--backend", "docker")
	const kills = 10
	const patience = time.Minute // ten seconds, and a machine that others use
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	caught, sandboxed := 0, 0 // with containers, and with sandboxes among them
	var worst time.Duration
	for i := range kills {
		out := t.TempDir()
		args := []string{"--only", "pi", "--backend", "docker"}
		if i%2 == 1 {
			args[1] = "sandbox=daytona"
		}
		cmd := conformCommand(t, out, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		pid := cmd.Process.Pid
		if i%2 == 1 { // half of them when sandboxes are started and used
			await(t, patience, "sandboxes", func() bool { return slices.ContainsFunc(owned(t, e, pid), isSandbox) })
		}
		time.Sleep(time.Duration(random.Int64N(int64(3 * time.Second)))) // the random instant itself
		if things := owned(t, e, pid); len(things) > 0 {
			caught++
			if slices.ContainsFunc(things, isSandbox) {
				sandboxed++
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
		begun := time.Now()
		await(t, patience, "end of the keeper", func() bool { return len(keepers(pid)) == 0 })
		worst = max(worst, time.Since(begun))
		if left := owned(t, e, pid); len(left) > 0 {
			t.Errorf("left after the keeper has ended: %v", left)
		}
		results := filepath.Join(out, reports.Results)
		if info, err := os.Stat(results); err != nil || info.Size() == 0 {
			continue // killed before there were any
		}
		if run, err := jsonl.Open(results); err != nil {
			t.Errorf("results of a killed run: %v", err)
		} else if run.Footer != nil {
			t.Error("a killed run has an end")
		}
	}
	t.Logf("%d of %d were killed with containers, %d with sandboxes; the last thing was gone after %s", caught, kills, sandboxed, worst.Round(time.Millisecond))
	if caught < kills/2 || sandboxed < kills/3 {
		t.Errorf("only %d runs had containers when they were killed, and %d had sandboxes", caught, sandboxed)
	}
}

func isSandbox(x engine.Thing) bool {
	return x.Kind == "container" && strings.Contains(x.Name, "-sandbox-")
}

// owned lists what the run of a process has on the engine.
func owned(t *testing.T, e *engine.Engine, pid int) []engine.Thing {
	t.Helper()
	all, err := e.Of(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(x engine.Thing) bool { return x.Owner.PID != pid })
}

// keepers lists the keepers that a process has started.
func keepers(pid int) []string {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	return slices.DeleteFunc(environments, func(path string) bool {
		text, err := os.ReadFile(path)
		return err != nil || !slices.Contains(strings.Split(string(text), "\x00"), "CONFORM_OWNER="+strconv.Itoa(pid))
	})
}

func await(t *testing.T, patience time.Duration, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s within %s", what, patience)
		}
	}
}

// A keeper that is killed takes the lanes along; the run says so, and removes
// what is left itself.
func TestRunSurvivesItsKeeper(t *testing.T) {
	e := needDocker(t)
	out := t.TempDir()
	cmd := conformCommand(t, out, "--only", "pi", "--backend", "docker")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	results := filepath.Join(out, reports.Results)
	await(t, time.Minute, "results", func() bool { text, _ := os.ReadFile(results); return strings.Count(string(text), "\n") > 5 })
	for _, path := range keepers(pid) {
		keeper, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			t.Fatal(err)
		}
		p, err := os.FindProcess(keeper)
		if err == nil {
			err = p.Kill()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	err := cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != verdict.ExitBroken {
		t.Errorf("got %v, want exit code %d", err, verdict.ExitBroken)
	}
	run, err := jsonl.Open(results)
	if err != nil {
		t.Fatal(err)
	}
	causes := map[string]int{}
	for _, r := range run.Results {
		if r.Status == verdict.Error {
			causes[r.Cause]++
		} else if r.Status != verdict.Passed {
			t.Errorf("%s: %s, though nothing but the keeper is at fault", r.Cell, r.Status)
		}
	}
	if len(causes) != 1 || causes["world: the keeper of the containers ended: signal: killed"] == 0 {
		t.Errorf("causes: %v", causes)
	}
	if left := owned(t, e, pid); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
