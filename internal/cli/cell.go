package cli

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/scenario"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/suites"
	"github.com/agenta-ai/conform/verdict"
)

// cell is a planned case with all that is known of it before it runs.
type cell struct {
	matrix.Case
	want     matrix.Expectation
	scenario world.Scenario
}

// cells prepares the cases of a plan.
func (r *runCommand) cells(cat *catalogue, plan matrix.Plan) ([]cell, error) {
	cells := make([]cell, 0, len(plan.Cases))
	for _, c := range plan.Cases {
		want, err := cat.matrix.Expect(c)
		if err != nil {
			return nil, err
		}
		s, err := scenario.Build(cat.matrix, c, r.Seed)
		if err != nil {
			return nil, err
		}
		cells = append(cells, cell{c, want, s})
	}
	return cells, nil
}

// blank is the result of a cell before anything has happened.
func (r *runCommand) blank(c cell) verdict.Result {
	res := verdict.Result{Type: "cell", Cell: c.ID(), Axes: c.Axes(), Reproduce: r.reproduce(c.ID())}
	for _, f := range c.want.Facts {
		res.Expected = append(res.Expected, verdict.Expected{Fact: f.Name, Value: f.Value, Clauses: f.Clauses, Row: f.Row, Because: f.Because})
	}
	return res
}

// judge says what the evidence of a cell amounts to.
func (r *runCommand) judge(cat *catalogue, c cell, got *evidence.Evidence) verdict.Result {
	res := r.blank(c)
	res.Evidence = got
	if reason := undeclared(got.Subject, cat.matrix.Edition, c.Case); reason != "" {
		res.Undeclared = true
		for _, id := range suites.Clauses(cat.checks, c.Case, c.want) {
			res.Findings = append(res.Findings, verdict.Finding{Clause: id, Judgement: verdict.NotApplicable, Reason: reason})
		}
	} else {
		in := suites.In{Case: c.Case, Want: c.want, Kind: cat.matrix.Kinds[c.Get("provider")], Got: got}
		res.Findings = suites.Judge(cat.checks, in)
	}
	res.Status, res.Reason = verdict.StatusOf(res.Findings, got.Failure)
	if r.judged != nil {
		r.judging.Lock()
		defer r.judging.Unlock()
		r.judged.Result(&res)
	}
	return res
}

// undeclared says why a cell is not for this subject, "" if it is.
func undeclared(d protocol.Description, edition string, c matrix.Case) string {
	switch {
	case !slices.Contains(d.Editions, edition):
		return "the subject does not declare edition " + edition
	case c.Is("observe", "catalog", "envmap", "health"): // a document is of no harness and no sandbox
	case !slices.Contains(d.Harnesses, c.Get("harness")):
		return "the subject does not declare the harness " + c.Get("harness")
	case !slices.Contains(d.Sandboxes, c.Get("sandbox")):
		return "the subject does not declare the sandbox " + c.Get("sandbox")
	case !c.Is("form", "usual") && !slices.Contains(d.Forms, c.Get("form")):
		return "the subject does not declare streams in the form " + c.Get("form")
	}
	if needed := asks(c); needed != "" && !slices.Contains(d.Capabilities, needed) {
		return "the subject does not declare " + needed
	}
	return ""
}

// asks is the capability without which a cell's question cannot even be put, ""
// if there is none. What each clause needs beyond that, its check says.
func asks(c matrix.Case) string {
	switch {
	case c.Is("observe", "picker", "picker-turn"):
		return protocol.CapPicker
	case c.Is("observe", "catalog"):
		return protocol.CapCatalog
	case c.Is("observe", "envmap"):
		return protocol.CapEnvmap
	case c.Is("observe", "health"), c.Is("observe", "turn") && c.Is("connection", "none"):
		return protocol.CapRun
	case c.Is("observe", "turn"):
		return protocol.CapResolve
	}
	return ""
}

// reproduce is the command that runs one cell as this run does.
func (r *runCommand) reproduce(id string) string {
	text := "conform --cell " + quote(id)
	for _, f := range []struct{ flag, value, usual string }{
		{"--subject", r.Subject, reference},
		{"--pi", r.Pi, "fake"},
		{"--backend", r.Backend, process},
		{"--edition", r.Edition, contract.Edition20260702},
	} {
		if f.value != f.usual {
			text += fmt.Sprintf(" %s %s", f.flag, quote(f.value))
		}
	}
	for _, id := range r.Clause {
		text += " --clause " + quote(id)
	}
	return text + " --seed " + strconv.FormatUint(r.Seed, 10)
}
