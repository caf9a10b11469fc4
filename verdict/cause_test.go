package verdict

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/subjects/protocol"
)

func failing(cell, provider, model, mismatch string) Result {
	llm, _ := json.Marshal(map[string]string{"model": model})
	return Result{
		Cell: cell, Status: Failed, Reproduce: "conform --cell " + cell,
		Axes:     map[string]string{"provider": provider, "harness": "pi_core"},
		Findings: []Finding{{Clause: "CFG-7", Judgement: Violated, Mismatches: []string{mismatch}}},
		Evidence: &evidence.Evidence{
			Secrets: []evidence.Secret{{Label: "chosen:" + provider, Role: evidence.RoleChosen}},
			Input:   evidence.Input{Turn: &protocol.Turn{LLM: llm}},
		},
	}
}

func TestSignatureForgetsTheCell(t *testing.T) {
	a := failing("a", "groq", "llama-3.3-70b", "models.json of groq lists llama-3.3-70b at https://api.groq.com/v1 with «chosen:groq» as GROQ_API_KEY after 12 ms")
	b := failing("b", "gemini", "gemini-2.0", "models.json of google lists gemini-2.0 at https://generativelanguage.googleapis.com with «chosen:gemini» as GEMINI_API_KEY after 7 ms")
	if Signature(a) != Signature(b) {
		t.Errorf("two causes for one:\n%s\n%s", Signature(a), Signature(b))
	}
	if s := Signature(a); !strings.Contains(s, "models.json") || !strings.HasPrefix(s, "CFG-7: ") {
		t.Errorf("the signature lost what it is about: %s", s)
	}
}

func TestSignatureTellsCausesApart(t *testing.T) {
	for name, pair := range map[string][2]string{
		"status":      {"status 500, want 422", "status 500, want 502"},
		"http status": {"HTTP 401", "HTTP 404"},
		"file mode":   {"auth.json has mode 0644", "auth.json has mode 0755"},
		"file":        {"auth.json is missing", "models.json is missing"},
		"secret role": {"Pi saw «operator:login»", "Pi saw «ambient:login»"},
	} {
		a, b := failing("a", "groq", "m", pair[0]), failing("b", "groq", "m", pair[1])
		if Signature(a) == Signature(b) {
			t.Errorf("%s: one cause for two: %s", name, Signature(a))
		}
	}
	a := failing("a", "groq", "m", "gone")
	b := failing("a", "groq", "m", "gone")
	b.Findings[0].Clause = "CFG-8"
	if Signature(a) == Signature(b) {
		t.Error("two clauses, one cause")
	}
}

func TestSignatureOfTheRest(t *testing.T) {
	broke := func(cell string) Result {
		return Result{Cell: cell, Status: Error, Reason: "x" + cell, Evidence: &evidence.Evidence{
			Failure: &evidence.Breakdown{Part: "subject", Cause: "exit status 2"}}}
	}
	if a, b := Signature(broke("a")), Signature(broke("b")); a != b || a != "subject: exit status 2" {
		t.Errorf("one death, two causes: %q %q", a, b)
	}
	for _, s := range []Status{Passed, Skipped, ExpectedFailed, Flaky} {
		if got := Signature(Result{Status: s}); got != "" {
			t.Errorf("%v has the cause %q", s, got)
		}
	}
	long := Signature(failing("a", "groq", "m", strings.Repeat("word ", 500)+"one"))
	other := Signature(failing("a", "groq", "m", strings.Repeat("word ", 500)+"two"))
	if len(long) > maxSignature+20 || long == other {
		t.Errorf("long signatures: %d bytes, equal %v", len(long), long == other)
	}
}

// grid is harness × provider × strict; fail decides which cells fail.
func grid(fail func(h, p, s string) string) []Result {
	var rs []Result
	for _, h := range []string{"pi_core", "claude"} {
		for _, p := range []string{"groq", "openai", "azure"} {
			for _, s := range []string{"on", "off"} {
				r := Result{Cell: h + "/" + p + "/" + s, Axes: map[string]string{"harness": h, "provider": p, "strict": s}}
				if m := fail(h, p, s); m != "" {
					r.Status = Failed
					r.Findings = []Finding{{Clause: "GATE-1", Judgement: Violated, Mismatches: []string{m}}}
				}
				rs = append(rs, r)
			}
		}
	}
	return rs
}

func TestWhere(t *testing.T) {
	for want, fail := range map[string]func(h, p, s string) bool{
		"provider=azure":                          func(h, p, s string) bool { return p == "azure" },
		"harness=claude,provider=azure":           func(h, p, s string) bool { return h == "claude" && p == "azure" },
		"harness=claude,provider=azure,strict=on": func(h, p, s string) bool { return h == "claude" && p == "azure" && s == "on" },
		"harness=claude,provider=azure|openai":    func(h, p, s string) bool { return h == "claude" && p != "groq" },
		"":                                        func(h, p, s string) bool { return (h == "claude") == (s == "on") },
	} {
		causes := Causes(grid(func(h, p, s string) string {
			if fail(h, p, s) {
				return "wrong"
			}
			return ""
		}))
		if len(causes) != 1 || causes[0].Where != want {
			t.Errorf("want %q, got %+v", want, causes)
		}
	}
	all := Causes(grid(func(h, p, s string) string { return "wrong" }))
	if len(all) != 1 || all[0].Where != "" || all[0].Count != 12 {
		t.Errorf("where nothing passes there is nothing to tell from: %+v", all)
	}
}

func TestCausesLargestFirst(t *testing.T) {
	causes := Causes(grid(func(h, p, s string) string {
		switch {
		case p == "groq" && s == "on" && h == "pi_core":
			return "a rare thing"
		case p == "azure":
			return "a common thing"
		}
		return ""
	}))
	if len(causes) != 2 || causes[0].Count != 4 || causes[1].Count != 1 {
		t.Fatalf("causes %+v", causes)
	}
	if causes[0].Representative != "pi_core/azure/on" {
		t.Errorf("representative %s, want the first in the plan", causes[0].Representative)
	}
}

func TestNeighbour(t *testing.T) {
	rs := grid(func(h, p, s string) string {
		if p == "azure" {
			return "wrong"
		}
		return ""
	})
	i, axis := Neighbour(rs[4], rs)
	if i != 0 || axis != "provider" {
		t.Errorf("neighbour of %s: %d on %q, want 0 on provider", rs[4].Cell, i, axis)
	}
	lonely := grid(func(h, p, s string) string { return "wrong" })
	if i, _ := Neighbour(lonely[0], lonely); i != -1 {
		t.Errorf("neighbour %d where nothing passes", i)
	}
}

func TestGroupByWhatExplainsMost(t *testing.T) {
	result := func(cell string, told string, mismatches ...string) Result {
		r := Result{Cell: cell, Status: Failed, Axes: map[string]string{"cell": cell},
			Expected: []Expected{{Fact: "outcome", Value: "replies"}}, Evidence: &evidence.Evidence{}}
		if told != "" {
			r.Evidence.Outcome = &protocol.Outcome{Error: &protocol.Failure{Class: told, Stage: "gate", Message: "no"}}
		}
		for _, m := range mismatches {
			r.Findings = append(r.Findings, Finding{Clause: "C-" + m[:1], Judgement: Violated, Mismatches: []string{m}})
		}
		return r
	}
	for name, c := range map[string]struct {
		results []Result
		want    []string
		of      []int
		also    int
	}{
		"one fault, other symptoms in each case": {
			[]Result{result("1", "", "a missing", "b missing"), result("2", "", "b missing"), result("3", "", "b missing", "c missing")},
			[]string{"C-b: b missing"}, []int{0, 0, 0}, 2},
		"two faults": {
			[]Result{result("1", "", "a missing"), result("2", "", "b missing"), result("3", "", "b missing")},
			[]string{"C-b: b missing", "C-a: a missing"}, []int{1, 0, 0}, 0},
		"an error explains what is missing after it": {
			[]Result{result("1", "X", "a missing"), result("2", "Y", "a missing"), result("3", "Y", "a missing")},
			[]string{"the turn ended with Y (gate): no", "the turn ended with X (gate): no"}, []int{1, 0, 0}, 1},
		"as many for each, the earlier one": {
			[]Result{result("1", "", "a missing", "b missing"), result("2", "", "a missing", "b missing")},
			[]string{"C-a: a missing"}, []int{0, 0}, 1},
		"passed": {[]Result{{Cell: "1"}}, nil, []int{-1}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			causes, of := Group(c.results)
			var got []string
			for _, cause := range causes {
				got = append(got, cause.Signature)
			}
			if !slices.Equal(got, c.want) || !slices.Equal(of, c.of) {
				t.Fatalf("causes %q of %v, want %q of %v", got, of, c.want, c.of)
			}
			if len(causes) > 0 && len(causes[0].Also) != c.also {
				t.Errorf("also %+v, want %d", causes[0].Also, c.also)
			}
		})
	}
}

// An error that the tables ask for is no symptom.
func TestExpectedErrorExplainsNothing(t *testing.T) {
	r := Result{Cell: "1", Status: Failed, Expected: []Expected{{Fact: "outcome", Value: "provider-error"}},
		Findings: []Finding{{Clause: "BAN-1", Judgement: Violated, Mismatches: []string{"the reply"}}},
		Evidence: &evidence.Evidence{Outcome: &protocol.Outcome{Error: &protocol.Failure{Class: "X"}}}}
	if causes := Causes([]Result{r}); len(causes) != 1 || causes[0].Signature != "BAN-1: the reply" {
		t.Errorf("causes %+v", causes)
	}
}

// wildNight is a night on which every tenth cell fails in a way of its own. It
// must not take longer to explain than to run.
func wildNight(cells int) []Result {
	var rs []Result
	for i := range cells {
		axes := map[string]string{}
		for a := range 20 {
			axes[fmt.Sprint("axis", a)] = fmt.Sprint(i * (a + 3) % 5)
		}
		r := Result{Cell: fmt.Sprint("cell", i), Axes: axes}
		if i%10 == 0 {
			r.Status = Failed
			r.Findings = []Finding{{Clause: "CFG-1", Judgement: Violated, Mismatches: []string{
				"all", "way" + strings.Repeat("x", i%7), "own" + strings.Map(letter, fmt.Sprint(i))}}}
		}
		rs = append(rs, r)
	}
	return rs
}

// letter spells a digit, because signatures forget numbers.
func letter(digit rune) rune { return 'a' + digit - '0' }

func BenchmarkCauses(b *testing.B) {
	rs := wildNight(20_000)
	for b.Loop() {
		Causes(rs)
	}
}

func TestClausesAsPeopleCount(t *testing.T) {
	r := Result{}
	for _, id := range []string{"RES-2", "CFG-10", "CFG-9", "CFG-10", "CFG-1"} {
		r.Findings = append(r.Findings, Finding{Clause: id, Judgement: Violated})
	}
	if got := ViolatedClauses(r); !slices.Equal(got, []string{"CFG-1", "CFG-9", "CFG-10", "RES-2"}) {
		t.Errorf("got %v", got)
	}
}
