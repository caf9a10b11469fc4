package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/internal/scenario"
	"github.com/agenta-ai/conform/internal/seal"
	"github.com/agenta-ai/conform/internal/subjectcheck"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
)

// subjectCommand groups what there is to do for a subject of one's own.
type subjectCommand struct {
	Check subjectCheck `cmd:"" help:"Check the driver of a subject, before any verdict about the subject."`
	Init  subjectInit  `cmd:"" help:"Write a driver to begin with, in python, node or go."`
}

// subjectCheck checks a driver: exit 3 when the driver is broken, exit 1 when
// the subject does not do what is claimed of it.
type subjectCheck struct {
	Subject      string `arg:"" help:"As for --subject of a run."`
	Edition      string `default:"2026-07-02" placeholder:"DATE" help:"Edition of the contract that the subject is prepared for (default ${default})."`
	StartTimeout limit  `placeholder:"TIME" help:"For the subject to say what it is (default 10s, for agenta:sdk 2m)."`
	JSON         bool   `name:"json" help:"Print the findings as JSON."`
	Verbose      bool   `short:"v" help:"Say what the parts do."`
}

func (s *subjectCheck) run(ctx context.Context, con *console) (int, error) {
	r := runCommand{
		selection: selection{Level: string(matrix.Smoke), Edition: s.Edition, Pi: "fake", Seed: 1},
		Subject:   s.Subject, Backend: process, Workers: 1, StartTimeout: s.StartTimeout, Verbose: s.Verbose,
	}
	if err := r.check(); err != nil {
		return 0, err
	}
	sub, err := readSubject(r.Subject)
	if err != nil {
		return 0, err
	}
	cat, err := r.open()
	if err != nil {
		return 0, err
	}
	questions, err := questionsOf(cat)
	if err != nil {
		return 0, err
	}
	p, err := r.provide(ctx, con, sub)
	if err != nil {
		return 0, err
	}
	over, code, err := seal.Exec(append([]string{os.Args[0]}, con.args...))
	if over {
		return code, nil
	}
	if err != nil && s.Verbose {
		fmt.Fprintf(con.err, "conform: sealed by proxy and environment only: %s\n", oneLine(err.Error()))
	}
	messages, err := subjectcheck.NewMessages()
	if err != nil {
		return 0, err
	}
	r.tap = messages.Tap
	w, err := r.world(ctx, con, p)
	if err != nil {
		return 0, err
	}
	report, err := subjectcheck.Check(ctx, w.Lane(0), messages, questions)
	if closing := w.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return 0, err
	}
	if s.JSON {
		err = json.NewEncoder(con.out).Encode(report)
	} else {
		err = printCheck(con.out, s.Subject, report)
	}
	switch {
	case err != nil:
		return 0, err
	case len(report.Broken) > 0:
		return verdict.ExitBroken, nil
	case report.Refuted():
		return verdict.ExitFailed, nil
	}
	return verdict.ExitOK, nil
}

// questionsOf builds the scenarios of a check from cells of the matrix.
func questionsOf(cat *catalogue) (subjectcheck.Questions, error) {
	var q subjectcheck.Questions
	build := func(id string) (world.Scenario, error) {
		c, err := cat.matrix.Parse(id)
		if err != nil {
			return world.Scenario{}, err
		}
		return scenario.Build(cat.matrix, c, 1)
	}
	const document = "pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset+observe="
	for _, d := range []struct {
		to   *world.Scenario
		name string
	}{{&q.Catalog, "catalog"}, {&q.Envmap, "envmap"}, {&q.Picker, "picker"}} {
		var err error
		if *d.to, err = build(document + d.name); err != nil {
			return q, err
		}
	}
	type question struct {
		harness string
		fit     scenario.Fit
	}
	turns := map[question]world.Scenario{}
	for harness, kind := range map[string]string{"pi_core": "openrouter", "pi_agenta": "openrouter", "claude": "anthropic", "codex": "openai"} {
		c, err := cat.matrix.Parse(harness + "/local/provider_key/" + kind + "/named/no-url/built-in/strict-unset")
		if err != nil {
			return q, err
		}
		for _, fit := range []scenario.Fit{{}, {ServiceOnly: true}, {KeysByKind: true}, {ServiceOnly: true, KeysByKind: true}} {
			if turns[question{harness, fit}], err = scenario.BuildFor(fit, cat.matrix, c, 1); err != nil {
				return q, err
			}
		}
	}
	q.Turn = func(d protocol.Description, harness, reply string) world.Scenario {
		s := turns[question{harness, scenario.FitOf(d)}]
		s.Script.Reply = reply
		return s
	}
	return q, nil
}

// printCheck writes a report for people.
func printCheck(w io.Writer, subject string, r subjectcheck.Report) error {
	d := r.Description
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	switch {
	case len(r.Broken) > 0:
		fmt.Fprintf(tw, "BROKEN  The driver of %s cannot be trusted; no verdict about the subject would be worth anything.\n", subject)
	case r.Refuted():
		fmt.Fprintf(tw, "WRONG  The driver of %s is sound; the subject does not do what is claimed of it.\n", subject)
	default:
		fmt.Fprintf(tw, "OK  The driver of %s is sound, and its claims hold.\n", subject)
	}
	if d.Name != "" { // else it never said who it is
		fmt.Fprintf(tw, "  subject\t%s %s, protocol %s, editions %s\n", d.Name, d.Version, orNone(d.Protocol), orNone(strings.Join(d.Editions, ", ")))
		fmt.Fprintf(tw, "  harnesses\t%s\n", orNone(strings.Join(d.Harnesses, ", ")))
	}
	fmt.Fprintf(tw, "  messages\t%d, both ways, held against the protocol's schema\n", r.Messages)
	for _, b := range r.Broken {
		fmt.Fprintf(tw, "  broken\t%s\n", oneLine(b))
	}
	for _, line := range r.Log {
		fmt.Fprintf(tw, "  its log\t%s\n", oneLine(line))
	}
	for _, c := range r.Claims {
		fmt.Fprintf(tw, "  claim %s\t%s\n", c.Name, strings.TrimSuffix(string(c.State)+": "+oneLine(c.Why), ": "))
	}
	if len(r.Broken) == 0 && !slices.Contains(d.Editions, contract.Edition20260702) {
		fmt.Fprintf(tw, "  note\tthe default edition of a run is %s, which the subject does not declare: use --edition\n", contract.Edition20260702)
	}
	return tw.Flush()
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}
