package known_test

import (
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
	"github.com/agenta-ai/conform/verdict/known"
)

// A clause that a subject has shown and shows no more is red, at each level, and
// so is one that it shows and the file does not know of.
func TestJudgedClauses(t *testing.T) {
	const listed = "judged: [RES-1, RES-2]\nexceptions:"
	expected := cell("a/b", verdict.Violated, "deployment of it") // RES-1, as the exception says
	res2 := func(j verdict.Judgement, reason string) verdict.Result {
		return verdict.Result{Cell: "c/d", Findings: []verdict.Finding{{Clause: "RES-2", Judgement: j, Reason: reason}}}
	}
	undeclared := func(r verdict.Result) verdict.Result {
		r.Undeclared = true
		return r
	}
	for name, test := range map[string]struct {
		text    string
		level   string // of the file
		results []verdict.Result
		part    bool
		red     string
	}{
		"all of them":          {listed, "smoke", []verdict.Result{expected, res2(verdict.Holds, "")}, false, ""},
		"masked":               {listed, "smoke", []verdict.Result{expected, res2(verdict.Masked, "refused")}, false, ""},
		"not any more":         {listed, "smoke", []verdict.Result{expected, res2(verdict.NotApplicable, "not declared")}, false, "RES-2 was judged and is not any more: not declared"},
		"no cell":              {listed, "smoke", []verdict.Result{expected}, false, "RES-2 was judged and is not any more: no cell that the subject declares shows it"},
		"a part of the plan":   {listed, "smoke", []verdict.Result{expected, res2(verdict.NotApplicable, "not declared")}, true, ""},
		"a smaller plan":       {listed, "pairwise", []verdict.Result{expected}, false, ""},
		"a smaller plan shows": {listed, "pairwise", []verdict.Result{expected, res2(verdict.NotApplicable, "not declared")}, false, "RES-2 was judged and is not any more: not declared"},
		"a new one":            {"judged: [RES-1]\nexceptions:", "smoke", []verdict.Result{expected, res2(verdict.Holds, "")}, false, "RES-2 is judged, and the file does not say so"},
		"an undeclared cell":   {listed, "pairwise", []verdict.Result{expected, undeclared(res2(verdict.NotApplicable, "not declared"))}, false, ""},
		"no list":              {"exceptions:", "smoke", []verdict.Result{expected, res2(verdict.NotApplicable, "not declared")}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := read(t, strings.NewReplacer("exceptions:", test.text, "level: smoke", "level: "+test.level).Replace(good))
			if err != nil {
				t.Fatal(err)
			}
			j := known.NewJudge(f)
			for i := range test.results {
				j.Result(&test.results[i])
			}
			red := strings.Join(j.Red(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), "smoke", test.part), "\n")
			if _, said, _ := strings.Cut(red, "known.yaml: "); said != test.red {
				t.Errorf("red: %q, want %q", red, test.red)
			}
		})
	}
}

// A subject that declares less than the file says, or more, is red in any run.
func TestDeclares(t *testing.T) {
	const declares = "declares: {capabilities: [resolve, catalog], harnesses: [pi_core], sandboxes: [local], probes: [], forms: []}\nexceptions:"
	for name, test := range map[string]struct {
		says protocol.Description
		red  []string
	}{
		"as the file says": {protocol.Description{Capabilities: []string{"catalog", "resolve"}, Harnesses: []string{"pi_core"}, Sandboxes: []string{"local"}}, nil},
		"less":             {protocol.Description{Capabilities: []string{"resolve"}, Harnesses: []string{"pi_core"}, Sandboxes: []string{"local"}}, []string{"the subject does not declare the capability catalog any more"}},
		"more": {protocol.Description{Capabilities: []string{"resolve", "catalog"}, Harnesses: []string{"pi_core", "claude"}, Sandboxes: []string{"local"}, Forms: []string{"sse"}},
			[]string{"the subject declares the harness claude, and the file does not say so", "the subject declares the form sse, and the file does not say so"}},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := read(t, strings.Replace(good, "exceptions:", declares, 1))
			if err != nil {
				t.Fatal(err)
			}
			j := known.NewJudge(f)
			r := cell("a/b", verdict.Violated, "deployment of it")
			r.Evidence = &evidence.Evidence{Subject: test.says}
			j.Result(&r)
			var said []string
			for _, red := range j.Red(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), "smoke", true) {
				_, text, _ := strings.Cut(red, "known.yaml: ")
				said = append(said, text)
			}
			if strings.Join(said, "\n") != strings.Join(test.red, "\n") {
				t.Errorf("red: %q, want %q", said, test.red)
			}
		})
	}
}
