package terminal

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/reports/internal/sample"
	"github.com/agenta-ai/conform/verdict"
)

func summarise(t *testing.T, run verdict.Run, o Options) string {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Summary(&out, run, c, []string{"out/report.html", "out/junit.xml"}, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGreenSummaryIsShort(t *testing.T) {
	text := summarise(t, sample.Run(sample.Options{Cells: 600, Green: true}), Options{})
	t.Log("\n" + text)
	if n := strings.Count(text, "\n"); n > 6 {
		t.Errorf("%d lines for a green run", n)
	}
	for _, want := range []string{"PASS  The contract holds in", "✓ 5", "that no cell can show", "not exercised in this run", "out/report.html", "41.2s, exit 0"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(text, "\x1b") || strings.Contains(text, "Causes") {
		t.Error("colour or causes in a plain green summary")
	}
}

func TestRedSummary(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 1500, Evidence: true})
	text := summarise(t, run, Options{Width: 110})
	t.Log("\n" + text)
	for _, want := range []string{
		"BROKEN  The run itself broke: 12 of 1,500 cells", "✗ 318 failed", "! 12 error",
		"CFG-7     gap 2", "where  endpoint=no-url,harness=pi_agenta|pi_core,model=custom-id", "again  conform run --seed 42 --cell '", "exit 3",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, width := range []int{60, 90, 140} {
		for l := range strings.Lines(summarise(t, run, Options{Width: width})) {
			copied := strings.Contains(l, "again ") || strings.Contains(l, "first ") || strings.Contains(l, "where ") || strings.HasPrefix(l, "BROKEN") || strings.HasPrefix(l, "  cells") || strings.HasPrefix(l, "  clauses")
			if n := len([]rune(strings.TrimRight(l, "\n"))); n > width && !copied {
				t.Errorf("width %d: %d columns: %s", width, n, l)
			}
		}
	}
}

func TestSummarySaysWhatIsMissing(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 20, Green: true})
	run.Results, run.Footer = run.Results[:15], nil
	text := summarise(t, run, Options{})
	for _, want := range []string{"INCOMPLETE", "○ 5 not-run", "no footer", "exit 4"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestTextsAreHarmless(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 3, Green: true})
	r := &run.Results[0]
	r.Status, r.Cause = verdict.Failed, ""
	r.Findings = []verdict.Finding{{Clause: "CFG-7", Judgement: verdict.Violated, Mismatches: []string{"\x1b]0;own\x07ed \x1b[2J\rsk-cnry-bcdfghjklm\u202e"}}}
	text := summarise(t, run, Options{})
	for _, bad := range []string{"\x1b", "\x07", "\r", "\u202e", "bcdfgh"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q reached the terminal", bad)
		}
	}
	if !strings.Contains(text, "owned") || !strings.Contains(text, "sk-…") {
		t.Errorf("the text itself is lost:\n%s", text)
	}
}

func TestColorOnlyWhereItIsWanted(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 5, Green: true})
	if !strings.Contains(summarise(t, run, Options{Color: true}), "\x1b[32m") {
		t.Error("no colour where it is wanted")
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	env := func(pairs map[string]string) func(string) string { return func(n string) string { return pairs[n] } }
	if o := Detect(null, env(nil)); o.TTY || o.Color {
		t.Errorf("/dev/null is a terminal: %+v", o)
	}
	if o := Detect(null, env(map[string]string{"CLICOLOR_FORCE": "1", "COLUMNS": "77"})); !o.Color || o.Width != 77 {
		t.Errorf("forced: %+v", o)
	}
	if o := Detect(null, env(map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"})); o.Color {
		t.Errorf("NO_COLOR: %+v", o)
	}
}

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func TestQuietProgress(t *testing.T) {
	c := &clock{time.Unix(0, 0)}
	var out bytes.Buffer
	p := NewProgress(&out, verdict.Header{Planned: 100, Edition: "e"}, Options{Now: c.now})
	for range 30 { // three seconds
		c.t = c.t.Add(100 * time.Millisecond)
		p.Cell(verdict.Result{Status: verdict.Passed})
	}
	if n := strings.Count(out.String(), "\n"); n != 1 {
		t.Errorf("%d lines in a short run:\n%s", n, out.String())
	}
	for range 70 { // 35 more
		c.t = c.t.Add(500 * time.Millisecond)
		p.Cell(verdict.Result{Status: verdict.Failed})
	}
	p.Done()
	p.Done()
	if n := strings.Count(out.String(), "\n"); n != 4 {
		t.Errorf("%d lines in 38 seconds, want 4:\n%s", n, out.String())
	}
	if strings.Contains(out.String(), "\r") || strings.Contains(out.String(), "\x1b") {
		t.Error("a log is redrawn")
	}
	if !strings.Contains(out.String(), "/100 cells, ") || !strings.Contains(out.String(), " failed") {
		t.Errorf("what it says:\n%s", out.String())
	}
}

func TestTerminalProgress(t *testing.T) {
	c := &clock{time.Unix(0, 0)}
	var out bytes.Buffer
	p := NewProgress(&out, verdict.Header{Planned: 10}, Options{Now: c.now, TTY: true, Width: 80})
	for i := range 10 {
		c.t = c.t.Add(time.Second)
		p.Cell(verdict.Result{Cell: "cell", Status: []verdict.Status{verdict.Passed, verdict.Failed}[i%2],
			Findings: []verdict.Finding{{Clause: "CFG-7", Judgement: verdict.Violated, Mismatches: []string{"gone"}}}})
	}
	p.Line("a\x1b note")
	p.Done()
	if !strings.Contains(out.String(), "\r\x1b[Ka note\n") {
		t.Error("a line of its own does not clear the progress line")
	}
	if n := strings.Count(out.String(), "✗ cell"); n != 1 {
		t.Errorf("one cause stands there %d times", n)
	}
	if !strings.HasSuffix(out.String(), "\r\x1b[K") {
		t.Error("the line stays behind")
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestSummaryTellsABrokenPipe(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := Summary(brokenPipe{}, verdict.Run{}, c, nil, Options{}); err == nil {
		t.Error("no error")
	}
}
