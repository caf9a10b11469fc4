package known_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
	"github.com/agenta-ai/conform/verdict/known"
)

const good = `subject: s
edition: "2026-07-02"
level: smoke
exceptions:
  - {clause: RES-1, cells: ["a/*"], seen: [deployment], reason: r, issue: i, owner: o, expires: "2027-01-01"}
`

func load(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t *testing.T, text string) (*known.File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "known.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return known.Read(path, load(t))
}

func TestReadRefuses(t *testing.T) {
	for name, test := range map[string]struct{ from, to, want string }{
		"a misspelt field":   {"reason: r", "reson: r", `unknown field "reson"`},
		"no clause":          {"clause: RES-1", "clause: RES-99", `exception 1: no clause "RES-99"; did you mean "RES-9"?`},
		"no reason":          {"reason: r", `reason: ""`, "exception 1: RES-1: no reason"},
		"no signature":       {"seen: [deployment]", "seen: []", "exception 1: RES-1: no seen"},
		"an empty signature": {"seen: [deployment]", `seen: [""]`, "exception 1: RES-1: no seen"},
		"no day":             {`"2027-01-01"`, "soon", `"soon" is no day such as 2027-03-31`},
		"no subject":         {"subject: s", `subject: ""`, "subject, edition and level must be named"},
		"cells twice":        {"cells: [\"a/*\"]", "cells: [\"a/*\"], where: a=b", "cells and where: one of them says it"},
		"half a condition":   {"cells: [\"a/*\"]", "where: provider", `where: "provider" is not axis=value`},
		"nothing known":      {good[strings.Index(good, "  - {"):], "", "no exceptions"},
		"a clause unknown":   {"exceptions:", "judged: [RES-111]\nexceptions:", `judged: no clause "RES-111"; did you mean "RES-11"?`},
		"no YAML":            {"exceptions:", "exceptions: [", "]"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := read(t, strings.Replace(good, test.from, test.to, 1)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func cell(id string, judgement verdict.Judgement, mismatches ...string) verdict.Result {
	r := verdict.Result{Cell: id, Status: verdict.Passed, Findings: []verdict.Finding{{Clause: "RES-1", Judgement: judgement, Mismatches: mismatches}}}
	if judgement == verdict.Violated {
		r.Status = verdict.Failed
	}
	return r
}

func TestJudge(t *testing.T) {
	early := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		result verdict.Result
		now    time.Time
		part   bool
		status verdict.Status
		red    string
	}{
		"as the file says":      {cell("a/b", verdict.Violated, "deployment of it"), early, false, verdict.ExpectedFailed, ""},
		"another cell":          {cell("b/a", verdict.Violated, "deployment of it"), early, false, verdict.Failed, "explains nothing"},
		"another way":           {cell("a/b", verdict.Violated, "deployment of it", "provider of it"), early, false, verdict.Failed, "fails in another way in a/b: provider of it"},
		"no failure any more":   {cell("a/b", verdict.Holds), early, false, verdict.UnexpectedPass, "explains nothing"},
		"no cell shows it":      {cell("a/b", verdict.NotApplicable), early, false, verdict.Passed, "explains nothing"},
		"a part of the plan":    {cell("b/a", verdict.NotApplicable), early, true, verdict.Passed, ""},
		"on its last day":       {cell("a/b", verdict.Violated, "deployment of it"), time.Date(2027, 1, 1, 23, 0, 0, 0, time.UTC), false, verdict.ExpectedFailed, ""},
		"the day after":         {cell("a/b", verdict.Violated, "deployment of it"), time.Date(2027, 1, 2, 1, 0, 0, 0, time.UTC), false, verdict.ExpectedFailed, "expired on 2027-01-01"},
		"what broke stays that": {verdict.Result{Cell: "a/b", Status: verdict.Error}, early, true, verdict.Error, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := read(t, good)
			if err != nil {
				t.Fatal(err)
			}
			j := known.NewJudge(f)
			j.Result(&test.result)
			if test.result.Status != test.status {
				t.Errorf("status %s, want %s", test.result.Status, test.status)
			}
			red := strings.Join(j.Red(test.now, "smoke", test.part), "\n")
			if test.red == "" && red != "" || !strings.Contains(red, test.red) {
				t.Errorf("red: %q, want %q", red, test.red)
			}
		})
	}
}

func TestFor(t *testing.T) {
	f, err := read(t, good)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.For("s", "2026-07-02", "smoke"); err != nil {
		t.Error(err)
	}
	if err := f.For("other", "2026-07-02", "smoke"); err == nil || !strings.Contains(err.Error(), "knows failures of subject s, and the run is of other") {
		t.Errorf("got %v", err)
	}
	if err := f.For("s", "2026-07-02", "full"); err == nil || !strings.Contains(err.Error(), "knows failures up to level smoke, and the run is of full") {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsWrittenKnowsTheRun(t *testing.T) {
	c := load(t)
	run := verdict.Run{
		Header:  verdict.Header{Subject: "s", Edition: "2026-07-02", Level: "smoke"},
		Results: []verdict.Result{cell("a/b", verdict.Violated, "deployment of it\nExpected\n    <string>: x\nto equal\n    <string>: y"), cell("a/c", verdict.Holds)},
	}
	var out bytes.Buffer
	if err := known.Write(&out, run, c, "o", "i", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	f, err := read(t, out.String())
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	j := known.NewJudge(f)
	for i, want := range []verdict.Status{verdict.ExpectedFailed, verdict.Passed} {
		j.Result(&run.Results[i])
		if run.Results[i].Status != want {
			t.Errorf("%s: %s, want %s", run.Results[i].Cell, run.Results[i].Status, want)
		}
	}
	if red := j.Red(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), "smoke", false); len(red) > 0 {
		t.Error(red)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add("subject: [")
	f.Add("exceptions:\n  - clause: 0\n    cells: !00\n    0000000000000000000000000000\n") // the YAML library panics
	c, err := contract.Load()
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(f.TempDir(), "known.yaml")
	f.Fuzz(func(t *testing.T, text string) {
		if os.WriteFile(path, []byte(text), 0o644) != nil {
			t.Skip()
		}
		if file, err := known.Read(path, c); err == nil {
			known.NewJudge(file)
		}
	})
}

func TestWhere(t *testing.T) {
	f, err := read(t, strings.Replace(good, `cells: ["a/*"]`, "where: 'provider=azure|bedrock, harness!=claude'", 1))
	if err != nil {
		t.Fatal(err)
	}
	for axes, want := range map[[2]string]verdict.Status{
		{"azure", "pi_core"}: verdict.ExpectedFailed, {"azure", "claude"}: verdict.Failed, {"openai", "pi_core"}: verdict.Failed,
	} {
		r := cell("x", verdict.Violated, "deployment of it")
		r.Axes = map[string]string{"provider": axes[0], "harness": axes[1]}
		known.NewJudge(f).Result(&r)
		if r.Status != want {
			t.Errorf("%v: %s, want %s", axes, r.Status, want)
		}
	}
}
