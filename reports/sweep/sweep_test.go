package sweep_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/reports/sweep"
	"github.com/agenta-ai/conform/verdict"
)

// version is a run in which clauses are judged as given: "RES-1 holds".
func version(name, plan string, status verdict.Status, judged ...string) sweep.Input {
	r := verdict.Result{Type: "cell", Cell: "a", Status: status}
	for _, j := range judged {
		clause, what, _ := strings.Cut(j, " ")
		r.Findings = append(r.Findings, verdict.Finding{Clause: clause, Judgement: verdict.Judgement(what), Reason: "a <reason>"})
	}
	return sweep.Input{Version: name, Folder: name, Run: verdict.Run{
		Header: verdict.Header{Subject: "agenta:sdk@" + name, Edition: "2026-07-02", Level: "smoke", Plan: plan}, Results: []verdict.Result{r},
		Footer: &verdict.Footer{Complete: true, Millis: 1000},
	}}
}

func table(t *testing.T) sweep.Table {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	built, err := sweep.Build([]sweep.Input{
		version("1", "p", verdict.Failed, "RES-1 violated", "RES-2 holds", "GATE-2 not-applicable", "ISO-7 holds", "RES-3 holds"),
		version("2", "p", verdict.Error, "RES-1 holds", "RES-2 holds", "GATE-2 not-applicable", "ISO-7 holds", "RES-3 holds"),
		version("3", "p", verdict.Passed, "RES-1 holds", "RES-2 holds", "GATE-2 not-applicable", "ISO-7 not-applicable", "RES-3 holds"),
	}, c)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func TestBuild(t *testing.T) {
	got := map[string]string{}
	changes := map[string]string{}
	for _, r := range table(t).Rows {
		var states []string
		for _, s := range r.States {
			states = append(states, string(s))
		}
		got[r.Clause.ID] = strings.Join(states, ", ")
		for _, c := range r.Changes {
			changes[r.Clause.ID] += c.String()
		}
	}
	for clause, want := range map[string]string{
		"RES-1": "violated, error, holds", "RES-2": "holds, error, holds", "GATE-2": "not applicable, error, not applicable", "ISO-7": "holds, error, not applicable",
	} {
		if got[clause] != want {
			t.Errorf("%s: %s, want %s", clause, got[clause], want)
		}
	}
	if len(got) != 5 {
		t.Errorf("clauses that no version shows are listed: %v", got)
	}
	for clause, want := range map[string]string{
		"RES-1": "violated → holds between 1 and 3", "RES-2": "", "ISO-7": "holds → not applicable between 1 and 3",
	} {
		if changes[clause] != want {
			t.Errorf("%s changed %q, want %q", clause, changes[clause], want)
		}
	}
}

func TestBuildRefusesAnotherPlan(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	_, err = sweep.Build([]sweep.Input{version("1", "p", verdict.Passed), version("2", "q", verdict.Passed)}, c)
	if err == nil || !strings.Contains(err.Error(), "the run of 2 is of another plan") {
		t.Errorf("got %v", err)
	}
}

func TestFormats(t *testing.T) {
	built := table(t)
	var text, md, page bytes.Buffer
	if err := sweep.Terminal(&text, built); err != nil {
		t.Fatal(err)
	}
	if err := sweep.Markdown(&md, built); err != nil {
		t.Fatal(err)
	}
	if err := sweep.HTML(&page, built); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[*bytes.Buffer][]string{
		&text: {"RES-1", "✗ 1/1", "violated → holds between 1 and 3", "2 clauses change"},
		&md:   {"| clause | 1 | 2 | 3 | changed |", "| RES-1 | ✗ 1/1 | error | ✓ 1 | violated → holds between 1 and 3 |", "- **ISO-7** "},
		&page: {`<a href="1/report.html">1</a>`, `class="violated"`, "a &lt;reason&gt;", `<tr class="changed"><th scope="row">RES-1</th>`},
	} {
		for _, w := range want {
			if !strings.Contains(name.String(), w) {
				t.Errorf("no %q in\n%s", w, name.String())
			}
		}
	}
}
