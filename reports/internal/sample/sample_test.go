package sample

import (
	"encoding/json"
	"testing"

	"github.com/agenta-ai/conform/verdict"
)

func TestRunHasItsCauses(t *testing.T) {
	run := Run(Options{Cells: 1500, Evidence: true})
	for _, c := range run.Footer.Causes {
		t.Logf("%4d %v %s | where %s", c.Count, c.Status, c.Signature, c.Where)
	}
	if n := len(run.Footer.Causes); n != 5 {
		t.Errorf("%d causes, want 5", n)
	}
	text, err := json.Marshal(run.Results[0].Evidence)
	if err != nil || len(text) < 15_000 {
		t.Errorf("%d bytes of evidence, %v", len(text), err)
	}
	cells := map[string]bool{}
	for _, r := range run.Results {
		cells[r.Cell] = true
	}
	if len(cells) != 1500 {
		t.Errorf("%d different cells", len(cells))
	}
	t.Log(run.Footer.Counts, run.Headline())
}

func TestGreenRun(t *testing.T) {
	run := Run(Options{Cells: 300, Green: true})
	if run.Footer.Exit != verdict.ExitOK || len(run.Footer.Causes) != 0 {
		t.Errorf("exit %d, causes %v", run.Footer.Exit, run.Footer.Causes)
	}
}
