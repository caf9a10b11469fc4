package sample

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
)

// Options say what kind of run to make.
type Options struct {
	Cells    int
	Green    bool // nothing goes wrong
	Evidence bool // with evidence; without it a run of 20,000 cells is made in no time
}

// axis values, in the order of the cell id.
var (
	order  = []string{"harness", "sandbox", "record", "provider", "connection", "endpoint", "model", "strict", "login", "ambient"}
	values = map[string][]string{
		"harness":    {"pi_core", "pi_agenta", "claude"},
		"sandbox":    {"local", "daytona"},
		"record":     {"custom_provider", "provider_key"},
		"provider":   {"openrouter", "openai", "anthropic", "gemini", "mistral", "groq", "together_ai", "minimax", "azure", "bedrock"},
		"connection": {"named", "default"},
		"endpoint":   {"no-url", "base-url"},
		"model":      {"built-in", "slash-id", "custom-id", "unknown", "no-model"},
		"strict":     {"strict-unset", "strict-off", "strict-on"},
		"login":      {"no-login", "other", "same"},
		"ambient":    {"clean", "polluted"},
	}
)

var began = time.Date(2026, 7, 2, 3, 4, 5, 0, time.UTC)

// Run makes a run.
func Run(o Options) verdict.Run {
	rng := rand.New(rand.NewPCG(7, 2))
	c, err := contract.Load()
	if err != nil {
		panic(err) // the contract is built in; every test would fail
	}
	clauses := clausesOf(c)
	run := verdict.Run{Header: header(o)}
	for _, axes := range cells(o.Cells) {
		r := verdict.Result{
			Type: "cell", Cell: id(axes), Axes: axes,
			Start:  began.Add(time.Duration(len(run.Results)) * 40 * time.Millisecond),
			Millis: 20 + 60*rng.Float64(),
		}
		r.Reproduce = fmt.Sprintf("conform run --seed 42 --cell '%s'", r.Cell)
		fill(&r, clauses, rng)
		if o.Evidence {
			r.Evidence = observed(axes, r.Cell)
		}
		if !o.Green {
			spoil(&r, len(run.Results))
		}
		r.Cause = verdict.Signature(r)
		run.Results = append(run.Results, r)
	}
	run.Footer = footer(run)
	return run
}

func header(o Options) verdict.Header {
	return verdict.Header{
		Type: "header", Format: 1, Tool: "conform", Version: "0.4.0", Start: began,
		Edition: contract.Edition20260702, Level: "pairwise", Seed: 42,
		Subject: "reference 0.4.0", Pi: "fake 0.87.1", Plan: "9c41f0aa37be", Planned: o.Cells, Workers: 4,
		Seal: "network namespace", Platform: "linux/amd64, 4 cores", Args: []string{"run", "--seed", "42"},
		Unshown: map[string]string{
			"DAY-1": "the subject has no sandbox cloud",
			"DAY-2": "the subject has no sandbox cloud",
			"ENV-2": "the subject offers no probe of its offline resolvers",
		},
	}
}

func footer(run verdict.Run) *verdict.Footer {
	return &verdict.Footer{
		Type: "footer", End: began.Add(41 * time.Second), Millis: 41_200,
		Counts: verdict.Counts(run.Results), Causes: verdict.Causes(run.Results), Complete: true,
		Exit: verdict.ExitCode(run.Header, run.Results, false, nil), PeakRSS: 212 << 20,
	}
}

// cells walks the cross product in steps that are prime to its size, so that a
// part of it has every value. Every second cell is the one before it with
// another value on one axis, as a covering plan has many.
func cells(n int) []map[string]string {
	size := 1
	for _, a := range order {
		size *= len(values[a])
	}
	seen := map[string]bool{}
	var out []map[string]string
	add := func(axes map[string]string) {
		if name := id(axes); !seen[name] && len(out) < n {
			seen[name] = true
			out = append(out, axes)
		}
	}
	for i := 0; len(out) < n; i++ {
		at := i * 7919 % size
		axes := make(map[string]string, len(order))
		for _, a := range order {
			v := values[a]
			axes[a] = v[at%len(v)]
			at /= len(v)
		}
		add(axes)
		turned := maps.Clone(axes)
		axis := order[i%len(order)]
		v := values[axis]
		turned[axis] = v[(slices.Index(v, axes[axis])+1)%len(v)]
		add(turned)
	}
	return out
}

func id(axes map[string]string) string {
	var main []string
	for _, a := range order[:8] {
		main = append(main, axes[a])
	}
	text := strings.Join(main, "/")
	for _, a := range order[8:] {
		if axes[a] != values[a][0] {
			text += "+" + a + "=" + axes[a]
		}
	}
	return text
}

// clausesOf leaves out what the header declares unshown, and a group that this
// run does not exercise.
func clausesOf(c *contract.Contract) []string {
	var ids []string
	for _, clause := range c.Clauses {
		if clause.In(contract.Edition20260702) && clause.Group != "DAY" && clause.Group != "BAN" && clause.ID != "ENV-2" {
			ids = append(ids, clause.ID)
		}
	}
	return ids
}

// fill judges some clauses: about thirty hold, some cannot be seen.
func fill(r *verdict.Result, clauses []string, rng *rand.Rand) {
	kind := rng.IntN(12) // few patterns, as in a real run
	for i, clause := range clauses {
		if (i+kind)%4 != 0 {
			continue
		}
		f := verdict.Finding{Clause: clause, Judgement: verdict.Holds}
		if r.Axes["harness"] == "claude" && !strings.HasPrefix(clause, "GATE") && !strings.HasPrefix(clause, "RES") {
			f.Judgement, f.Reason = verdict.NotApplicable, "claude is judged up to the wire"
		}
		r.Findings = append(r.Findings, f)
	}
	if r.Axes["harness"] == "claude" && r.Axes["connection"] == "default" && r.Axes["record"] == "provider_key" {
		for i := range r.Findings {
			r.Findings[i].Judgement, r.Findings[i].Reason = verdict.NotApplicable, "the subject does not declare run"
		}
	}
	r.Status, r.Reason = verdict.StatusOf(r.Findings, nil)
	r.Expected = expected(r.Axes)
}
