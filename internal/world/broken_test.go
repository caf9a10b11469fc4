package world_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/internal/world"
)

func TestDeathInACase(t *testing.T) {
	w := open(t, "good")
	ev := stage(t, w, scenario("die"))
	f := ev.Failure
	if f == nil || f.Part != "subject" || f.Cause != "the driver was killed by signal 9 (killed)" || strings.Join(f.Tail, " ") != "panic: something" {
		t.Errorf("failure: %+v", f)
	}
	if ev.Outcome != nil || len(ev.Log) != 1 {
		t.Errorf("outcome %+v log %q", ev.Outcome, ev.Log)
	}
	if next := stage(t, w, scenario("count")); next.Failure != nil || next.Outcome.Reply != "1" {
		t.Errorf("the next case: %+v", next)
	}
}

func TestARefusedCallIsABreakdownButNotADeath(t *testing.T) {
	w := open(t, "good")
	ev := stage(t, w, scenario("refuse"))
	if f := ev.Failure; f == nil || !strings.Contains(f.Cause, "not today") {
		t.Errorf("failure: %+v", ev.Failure)
	}
	if next := stage(t, w, scenario("count")); next.Outcome.Reply != "2" {
		t.Errorf("the instance was replaced: %+v", next.Outcome)
	}
}

func TestAFloodIsBounded(t *testing.T) {
	w := open(t, "good")
	ev := stage(t, w, scenario("flood"))
	if size := len(strings.Join(ev.Log, "\n")); ev.Failure != nil || size > 3<<20 || size < 100_000 {
		t.Errorf("failure %+v, %d bytes of log", ev.Failure, size)
	}
}

// impatient is a world whose subject has little time.
func impatient(t *testing.T, kind string) *world.World {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.New(t.Context(), world.Options{
		Dir: t.TempDir(), Pi: world.Pi{Kind: "fake", Binary: self},
		Subject:  world.Subject{Command: []string{self}, Env: []string{"WORLD_TEST_DRIVER=" + kind}},
		Timeouts: world.Timeouts{Start: 1500 * time.Millisecond, Case: 1500 * time.Millisecond, Settle: 500 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if left := processesOf(w.Dir); len(left) > 0 {
			t.Errorf("still running: %v", left)
		}
	})
	return w
}

func TestAHangInACase(t *testing.T) {
	w := impatient(t, "good")
	ev := stage(t, w, scenario("hang"))
	if f := ev.Failure; f == nil || f.Cause != "no answer to invoke within 1.5s" || strings.Join(f.Tail, " ") != "waiting for Godot" {
		t.Errorf("failure: %+v", ev.Failure)
	}
	if next := stage(t, w, scenario("count")); next.Failure != nil || next.Outcome.Reply != "1" {
		t.Errorf("the next case: %+v", next)
	}
}

func TestFailingStarts(t *testing.T) {
	for kind, want := range map[string]string{
		"exits":   "start: the driver exited with status 2",
		"hangs":   "start: no answer to describe within 1.5s",
		"garbage": `start: the driver wrote a line that is no JSON-RPC message (invalid character 'h' looking for beginning of value): "hello, I am a server"`,
		"old":     `start: the driver speaks protocol version "0.9", conform speaks 1.0`,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := impatient(t, kind)
			var took time.Duration
			for i := range 5 {
				start := time.Now()
				ev := stage(t, w, scenario("turn"))
				took = time.Since(start)
				if f := ev.Failure; f == nil || f.Part != "subject" || f.Cause != want {
					t.Errorf("case %d: %+v", i, f)
				} else if kind == "exits" && strings.Join(f.Tail, " ") != "cannot start: no licence" {
					t.Errorf("tail: %q", f.Tail)
				}
			}
			if took > 500*time.Millisecond {
				t.Errorf("the lane did not give up: %s", took)
			}
			if _, err := w.Describe(t.Context()); err == nil {
				t.Error("it describes itself")
			}
		})
	}
}

func TestNoSubjectAndNoPi(t *testing.T) {
	if _, err := world.New(t.Context(), world.Options{}); err == nil {
		t.Error("a world without a subject")
	}
	_, err := world.New(t.Context(), world.Options{Subject: world.Subject{Command: []string{"x"}}, Pi: world.Pi{Binary: "/does/not/exist"}})
	if err == nil || !strings.Contains(err.Error(), "install pi") {
		t.Errorf("got %v", err)
	}
	_, err = world.New(t.Context(), world.Options{Subject: world.Subject{Command: []string{"x"}}, Pi: world.Pi{Binary: "/bin/false"}})
	if err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("got %v", err)
	}
}
