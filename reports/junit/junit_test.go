package junit

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/reports/internal/sample"
	"github.com/agenta-ai/conform/verdict"
)

func render(t *testing.T, run verdict.Run) (*node, string) {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, run); err != nil {
		t.Fatal(err)
	}
	root, err := parse(out.Bytes())
	if err != nil {
		t.Fatalf("not well-formed: %v", err)
	}
	return root, out.String()
}

// outcomeOf is the element that each status becomes.
func outcomeOf(s verdict.Status) string {
	switch s {
	case verdict.Passed, verdict.Flaky:
		return "success"
	case verdict.Skipped, verdict.ExpectedFailed:
		return "skipped"
	case verdict.Failed, verdict.UnexpectedPass:
		return "failure"
	}
	return "error"
}

func TestEveryParserCountsTheSame(t *testing.T) {
	run := sample.Run(sample.Options{Cells: 1500, Evidence: true})
	run.Results[5].Status, run.Results[5].Reason = verdict.NotRun, "the lane was gone"
	run.Results[6].Status, run.Results[6].Reason = verdict.UnexpectedPass, "issue 7 seems mended"
	want := map[string]int{}
	for status, n := range verdict.Counts(run.Results) {
		var s verdict.Status
		if err := s.UnmarshalText([]byte(status)); err != nil {
			t.Fatal(err)
		}
		want[outcomeOf(s)] += n
	}
	root, _ := render(t, run)
	for name, read := range map[string]func(*testing.T, *node) []shown{"GitLab": gitLab, "Jenkins": jenkins, "mikepenz": mikepenz} {
		got := map[string]int{}
		for _, c := range read(t, root) {
			got[c.status]++
			if c.status != "success" && c.status != "skipped" && c.text == "" {
				t.Errorf("%s: %s %s shows no text", name, c.status, c.name)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s counts %v, want %v", name, got, want)
		}
	}
	got := map[string]int{}
	for _, c := range dorny(t, root) {
		got[c.status]++
	}
	if got["failure"] != want["failure"]+want["error"] || got["skipped"] != want["skipped"] || got["success"] != want["success"] {
		t.Errorf("dorny counts %v, want %v", got, want)
	}
}

func TestCountersAreThoseOfTheElements(t *testing.T) {
	root, _ := render(t, sample.Run(sample.Options{Cells: 400, Evidence: true}))
	sum := map[string]int{}
	for _, s := range root.all("testsuite") {
		got := map[string]int{"tests": len(s.all("testcase"))}
		for _, c := range s.all("testcase") {
			for counter, element := range map[string]string{"failures": "failure", "errors": "error", "skipped": "skipped"} {
				got[counter] += len(c.all(element))
			}
			if n := len(c.all("failure")) + len(c.all("error")) + len(c.all("skipped")); n > 1 {
				t.Errorf("%s has %d outcomes", c.attr["name"], n)
			}
			if !strings.HasPrefix(c.first("system-out").text, "reproduce: conform run ") {
				t.Errorf("system-out begins with %.40q", c.first("system-out").text)
			}
		}
		for _, counter := range []string{"tests", "failures", "errors", "skipped"} {
			if s.attr[counter] != strconv.Itoa(got[counter]) {
				t.Errorf("suite %s: %s=%s, has %d", s.attr["name"], counter, s.attr[counter], got[counter])
			}
			sum[counter] += got[counter]
		}
		if !regexp.MustCompile(`^\d+\.\d{3}$`).MatchString(s.attr["time"]) {
			t.Errorf("time %q", s.attr["time"])
		}
	}
	for counter, n := range sum {
		if root.attr[counter] != strconv.Itoa(n) {
			t.Errorf("root: %s=%s, has %d", counter, root.attr[counter], n)
		}
	}
}

func TestFailureHasEveryMismatch(t *testing.T) {
	run := verdict.Run{Header: verdict.Header{Planned: 1}, Footer: &verdict.Footer{}, Results: []verdict.Result{{
		Cell: "pi_core/local", Axes: map[string]string{"harness": "pi_core", "provider": "together.ai"}, Status: verdict.Failed, Millis: 1234.56,
		Expected: []verdict.Expected{{Row: "a.yaml:3", Clauses: []string{"GATE-1"}}, {Row: "a.yaml:9", Clauses: []string{"CFG-7"}}},
		Findings: []verdict.Finding{
			{Clause: "RES-1", Judgement: verdict.Holds},
			{Clause: "CFG-7", Judgement: verdict.Violated, Mismatches: []string{"one\nof two lines", "two"}},
			{Clause: "CFG-9", Judgement: verdict.Violated, Mismatches: []string{"three"}},
		},
	}}}
	root, _ := render(t, run)
	c := root.first("testsuite").first("testcase")
	f := c.first("failure")
	if f.attr["type"] != "CFG-7" || f.attr["message"] != "CFG-7: one of two lines (and 2 more)" {
		t.Errorf("failure %v", f.attr)
	}
	if f.text != "CFG-7: one\nof two lines\nCFG-7: two\nCFG-9: three\n" {
		t.Errorf("text %q", f.text)
	}
	if c.attr["classname"] != "conform.pi_core.together_ai" || c.attr["time"] != "1.235" || c.attr["file"] != "a.yaml" || c.attr["line"] != "9" {
		t.Errorf("case %v", c.attr)
	}
}

func TestARunThatIsNotWholeIsNotGreen(t *testing.T) {
	whole := verdict.Run{Header: verdict.Header{Planned: 1}, Results: []verdict.Result{{Cell: "a"}}, Footer: &verdict.Footer{}}
	if root, _ := render(t, whole); root.attr["errors"] != "0" || root.attr["tests"] != "1" {
		t.Errorf("a whole run: %v", root.attr)
	}
	for name, spoil := range map[string]func(*verdict.Run){
		"cut off": func(r *verdict.Run) { r.Footer = nil },
		"holes":   func(r *verdict.Run) { r.Header.Planned = 3 },
		"problem": func(r *verdict.Run) { r.Footer = &verdict.Footer{Problems: []string{"the vault died"}} },
	} {
		run := whole
		spoil(&run)
		if root, _ := render(t, run); root.attr["errors"] == "0" {
			t.Errorf("%s: green", name)
		}
	}
}

func TestHostileCharacters(t *testing.T) {
	const evil = "a\x00b\x1b[31mc]]>d<e>&\"f'\u202e\ufffe\xffz"
	run := verdict.Run{
		Header: verdict.Header{Planned: 3, Subject: evil, Version: evil}, Footer: &verdict.Footer{Problems: []string{evil}},
		Results: []verdict.Result{
			{Cell: evil, Axes: map[string]string{"provider": evil, "harness": evil}, Status: verdict.Failed, Reproduce: evil,
				Expected: []verdict.Expected{{Row: evil}},
				Findings: []verdict.Finding{{Clause: evil, Judgement: verdict.Violated, Mismatches: []string{evil}}}},
			{Cell: "b", Status: verdict.Skipped, Reason: evil},
			{Cell: "c", Status: verdict.Error, Reason: evil},
		},
	}
	root, text := render(t, run)
	if strings.ContainsAny(text, "\x00\x1b\ufffe") || strings.Contains(text, "&#x0;") || strings.Contains(text, "&#x1B;") {
		t.Error("a control character is left")
	}
	c := gitLab(t, root)[0]
	if want := "ab[31mc]]>d<e>&\"f'\u202e\ufffdz"; c.name != want {
		t.Errorf("name %q, want %q: nothing but control characters may go", c.name, want)
	}
}
