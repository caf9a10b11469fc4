package findings_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/evidence/runrequest"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/reports/findings"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
)

func load(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// violated is a cell that violates clauses, each with one mismatch.
func violated(cell string, mismatches ...string) verdict.Result {
	r := verdict.Result{
		Type: "cell", Cell: cell, Status: verdict.Failed, Reproduce: "conform --cell " + cell,
		Axes:     map[string]string{"provider": "openrouter"},
		Expected: []verdict.Expected{{Fact: "refusal", Value: "no", Clauses: []string{"GATE-3"}, Row: "e.yaml:1", Because: "a known family"}},
		Evidence: &evidence.Evidence{Outcome: &protocol.Outcome{OK: true, Status: 200, Reply: "Hello."}, Requests: []runrequest.Request{{}}},
	}
	for _, m := range mismatches {
		clause, text, _ := strings.Cut(m, ": ")
		r.Findings = append(r.Findings, verdict.Finding{Clause: clause, Judgement: verdict.Violated, Mismatches: []string{text}})
	}
	return r
}

// refused is such a cell whose turn was refused.
func refused(cell, class, text string, mismatches ...string) verdict.Result {
	r := violated(cell, mismatches...)
	r.Evidence.Requests = nil
	r.Evidence.Outcome = &protocol.Outcome{Status: 422, Error: &protocol.Failure{Class: class, Message: text}}
	return r
}

func build(t *testing.T, runs ...[]verdict.Result) findings.Document {
	t.Helper()
	var all []verdict.Run
	for i, results := range runs {
		all = append(all, verdict.Run{
			Header:  verdict.Header{Subject: "agenta:sdk@" + string(rune('1'+i)), Edition: "2026-07-02", Level: "smoke"},
			Results: results, Footer: &verdict.Footer{Complete: true},
		})
	}
	doc, err := findings.Build(all, load(t))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestOneFindingACause(t *testing.T) {
	doc := build(t, []verdict.Result{
		refused("a+long", "UnsupportedProviderError", "provider 'mistralai' is not supported", "GATE-3: run requests\nExpected\n    <int>: 0\nto equal\n    <int>: 1", "RES-1: the run request"),
		refused("a", "UnsupportedProviderError", "provider 'mistralai' is not supported", "RES-1: the run request"),
		violated("b", "ISO-14: endpoint.baseUrl of the run request\nExpected\n    <string>: x\nto equal\n    <string>: y", "RES-2: baseUrl of the run request"),
		{Type: "cell", Cell: "c", Status: verdict.Passed},
		{Type: "cell", Cell: "d", Status: verdict.Error, Findings: []verdict.Finding{{Clause: "RES-1", Judgement: verdict.Violated, Mismatches: []string{"x"}}}},
	})
	if len(doc.Findings) != 2 || len(doc.Questions) != 0 {
		t.Fatalf("%d findings, %d questions: %+v", len(doc.Findings), len(doc.Questions), doc)
	}
	f := doc.Findings[0]
	if want := "the caller was told UnsupportedProviderError instead of a run: provider 'mistralai' is not supported"; f.Title != want {
		t.Errorf("title %q, want %q", f.Title, want)
	}
	if f.ID != "F1" || f.Cell != "a" || f.Again != "conform --cell a" || f.Cells != 2 || f.Severity != findings.High || len(f.Clauses) != 2 {
		t.Errorf("%+v", f)
	}
	if !strings.Contains(f.Told, "HTTP 422, UnsupportedProviderError: ") {
		t.Errorf("told %q", f.Told)
	}
	if len(doc.Incomplete) != 1 || !strings.Contains(doc.Incomplete[0], "1 cells broke") {
		t.Errorf("incomplete: %q", doc.Incomplete)
	}
}

func TestSecretsMakeAFindingCritical(t *testing.T) {
	doc := build(t, []verdict.Result{
		violated("a", "RUN-5: keys in what the caller is told\nExpected\n    <[]string | len:1, cap:1>: [\"chosen:main at outcome.reply\"]\nto be empty"),
		violated("b", "WIRE-3: paths of the run request"),
	})
	if f := doc.Findings[0]; f.Severity != findings.Critical || len(f.Secrets) != 1 || f.Secrets[0] != "chosen" {
		t.Errorf("%+v", f)
	}
	if f := doc.Findings[1]; len(f.Secrets) != 0 || f.Severity == findings.Critical {
		t.Errorf("%+v", f)
	}
}

func TestAKeyAtAWrongAddressIsASecretInvolved(t *testing.T) {
	r := violated("a", "ISO-14: endpoint.baseUrl of the run request")
	r.Evidence.Secrets = []evidence.Secret{{Label: "chosen:main", Role: evidence.RoleChosen}, {Label: "caller:key", Role: evidence.RoleCaller}}
	r.Evidence.Sightings = []evidence.Sighting{{Label: "chosen:main", Place: "wire[0].body"}, {Label: "caller:key", Place: "wire[0].body"}}
	doc := build(t, []verdict.Result{r})
	if f := doc.Findings[0]; f.Severity != findings.Critical || strings.Join(f.Secrets, ",") != "chosen" {
		t.Errorf("%+v", f)
	}
}

func TestQuestionsStandApart(t *testing.T) {
	doc := build(t, []verdict.Result{
		violated("a", "WIRE-1: new top-level members of the run request"),                                          // the revision reverses it
		violated("b", "WIRE-4: endpoint in the run request, although there is nothing to say"),                     // on the list
		violated("c", "WIRE-4: endpoint of the run request"),                                                       // not on the list
		refused("d", "AgentTemplateShapeError", "model: Input should be a valid string", "GATE-3: run requests"),   // on the list
		refused("e", "AgentTemplateShapeError", "harness: Input should be a valid string", "GATE-3: run requests"), // not on the list
	})
	if len(doc.Findings) != 2 || len(doc.Questions) != 3 {
		t.Fatalf("%d findings, %d questions", len(doc.Findings), len(doc.Questions))
	}
	for _, q := range doc.Questions {
		if q.Question == "" || !strings.HasPrefix(q.ID, "Q") {
			t.Errorf("%+v", q)
		}
	}
}

func TestVersionsOfASweep(t *testing.T) {
	broken := []verdict.Result{violated("a", "RES-1: deployment of the run request")}
	doc := build(t, broken, []verdict.Result{{Type: "cell", Cell: "a", Status: verdict.Passed}}, broken)
	if len(doc.Findings) != 1 {
		t.Fatalf("%+v", doc)
	}
	if got := strings.Join(doc.Findings[0].Versions, " "); got != "agenta:sdk@1 agenta:sdk@3" {
		t.Errorf("versions %q", got)
	}
}

func TestMarkdownAndJSON(t *testing.T) {
	r := violated("a", "RES-1: deployment of the run request\nExpected\n    <string>: custom\nto equal\n    <string>: direct")
	r.Evidence.Wire = []runner.Call{{Method: "POST", Path: "/run", Body: `{"provider":"openai","messages":["long"]}`, Status: 200, Reply: "{}"}}
	doc := build(t, []verdict.Result{r})
	var out bytes.Buffer
	if err := findings.Markdown(&out, doc); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# Findings: agenta:sdk@1\n", "1 findings, 0 questions", "## F1. ", "Severity: **high**. No secret is involved.",
		"- RES-1 (must, gap 1): ", "*Source: ", `want "direct"`, "\n    conform --cell a\n", `runner: POST /run {"provider":"openai"} → 200 {}`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "long") {
		t.Error("what has nothing to do with connections is shown")
	}
	text, err := json.Marshal(doc)
	if err != nil || !strings.Contains(string(text), `"findings":[{"id":"F1"`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestNothingFound(t *testing.T) {
	doc := build(t, []verdict.Result{{Type: "cell", Cell: "a", Status: verdict.Passed}})
	var out bytes.Buffer
	if err := findings.Markdown(&out, doc); err != nil || !strings.Contains(out.String(), "0 findings, 0 questions") {
		t.Errorf("%s, %v", out.String(), err)
	}
}
