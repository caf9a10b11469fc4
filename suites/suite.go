package suites

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/evidence/runrequest"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
	"github.com/onsi/gomega"
)

// In is what a check looks at.
type In struct {
	Case matrix.Case
	Want matrix.Expectation
	Kind matrix.Kind // what is publicly known of the case's provider kind
	Got  *evidence.Evidence

	sent func() request // reads the run request, once
}

// A Check judges one clause.
type Check struct {
	Clause string
	// Edition is the one that the check belongs to; empty for all that have its
	// clause. Where the revision asks otherwise, a clause has a check for each.
	Edition string
	// Shows reports whether the case, by its axes and expectation alone, is one
	// in which this clause can be seen. Cells are planned by it.
	Shows func(c matrix.Case, want matrix.Expectation) bool
	// Across names axes, or facts that the tables decide, whose values a clause speaks of one by one: it is not seen
	// until it has been seen with each value that a case can show it with. The
	// smallest plan is cut by it.
	Across []string
	// Needs names capabilities of the subject without which the clause cannot
	// be seen: protocol.CapRun and the like.
	Needs []string
	// Speaks names the premature end that this clause is about, if any. Only such
	// a clause is violated by it; for all others it means that they could not
	// be seen.
	Speaks end
	// Gateway says that the clause speaks of a run too that goes through the
	// platform's own gateway, where one is served. All others speak of a key that
	// travels, and such a run has none.
	Gateway bool
	// Judge looks at the evidence. Mismatches go to g; a returned reason says
	// that the clause could not be judged on this evidence after all.
	Judge func(g gomega.Gomega, in In) (notApplicable string)
}

// For is every check of an edition, by clause group in the order of the contract.
func For(c *contract.Contract, edition string) []Check {
	var checks []Check
	for _, group := range [][]Check{env(), res(), gate(), wire(), cfg(), iso(), model(), pick(), ban(), day(), run()} {
		for _, ch := range group {
			clause, _ := c.Clause(ch.Clause)
			if clause.In(edition) && (ch.Edition == "" || ch.Edition == edition) && (edition != contract.Edition20260714 || !ch.runnerHalf()) {
				checks = append(checks, ch)
			}
		}
	}
	return checks
}

// runnerHalf reports whether a check is about the runner half: files, the
// environment of Pi, and which model it is given.
func (ch Check) runnerHalf() bool {
	group, _, _ := strings.Cut(ch.Clause, "-")
	return slices.Contains(ch.Needs, protocol.CapRun) || slices.Contains([]string{"CFG", "MODEL", "BAN", "DAY"}, group)
}

// Clauses are the ids of the checks that a case can show.
func Clauses(checks []Check, c matrix.Case, want matrix.Expectation) []string {
	var ids []string
	for _, ch := range checks {
		if ch.Shows(c, want) {
			ids = append(ids, ch.Clause)
		}
	}
	return ids
}

// Sides are what the smallest plan has to show: the id of each clause that the
// case can show, followed by the case's values on the axes and facts that the clause goes
// across.
func Sides(checks []Check, c matrix.Case, want matrix.Expectation) []string {
	var sides []string
	for _, ch := range checks {
		if !ch.Shows(c, want) {
			continue
		}
		side := ch.Clause
		for _, axis := range ch.Across {
			side += " " + axis + "=" + valueOf(c, want, axis)
		}
		sides = append(sides, side)
	}
	return sides
}

// valueOf is what a case has on an axis, or what is expected of a fact.
func valueOf(c matrix.Case, want matrix.Expectation, name string) string {
	if c.Knows(name) {
		return c.Get(name)
	}
	return want.Get(name)
}

// Judge runs the checks that the case can show and reports all their findings.
func Judge(checks []Check, in In) []verdict.Finding {
	var shown []Check
	for _, ch := range checks {
		if ch.Shows(in.Case, in.Want) {
			shown = append(shown, ch)
		}
	}
	in.sent = sync.OnceValue(func() request {
		body, members, reason := in.readBody()
		return request{body, members, reason}
	})
	if in.throughGateway() {
		return judgeGateway(shown, in)
	}
	stopped, reason := in.stopped()
	out, violated := judgeAll(shown, in, stopped, reason)
	if stopped != "" && !violated {
		// No clause speaks of this end, so none may be excused by it.
		out, _ = judgeAll(shown, in, "", "")
	}
	return out
}

// throughGateway reports whether the run went through the platform's gateway, in
// a case that serves one: the run request carries what the gateway gave.
func (in In) throughGateway() bool {
	if !in.Case.Is("gateway", "served") {
		return false
	}
	body, _, reason := in.runBody()
	return reason == "" && body.Shape == runrequest.Gateway
}

// judgeGateway judges a run that goes through the platform's gateway by the
// clauses that speak of one.
func judgeGateway(shown []Check, in In) (out []verdict.Finding) {
	for _, ch := range shown {
		if !ch.Gateway {
			out = append(out, verdict.Finding{Clause: ch.Clause, Judgement: verdict.NotApplicable,
				Reason: "the run goes through the platform's gateway, and the clause speaks of a key that travels"})
			continue
		}
		out = append(out, judge(ch, in))
	}
	return out
}

func judgeAll(shown []Check, in In, stopped end, reason string) (out []verdict.Finding, violated bool) {
	for _, ch := range shown {
		if stopped != "" && ch.Speaks != stopped && missingCapability(ch.Needs, in.Got.Subject.Capabilities) == "" {
			out = append(out, verdict.Finding{Clause: ch.Clause, Judgement: verdict.Masked, Reason: reason})
			continue
		}
		f := judge(ch, in)
		violated = violated || f.Judgement == verdict.Violated
		out = append(out, f)
	}
	return out, violated
}

// An end is a way in which a case is over before most clauses can be seen.
type end string

// The ends.
const (
	refusedEarly end = "refused"       // a request that should have led to a run was refused
	unpicked     end = "unpicked"      // the picker had nothing to pick, so no turn was made
	ledAway      end = "led away"      // the run request went to another address than the configured runner
	uncredited   end = "no credential" // the run went out without the credential it should have had, or was refused for want of it
)

// stopped is the premature end of the case and its reason, "" if there was none.
func (in In) stopped() (end, string) {
	if in.Want.Is("mode", "-", "none") {
		return "", ""
	}
	if in.runCall() == nil {
		switch {
		case in.Case.Is("observe", "picker-turn") && in.Got.Picker != nil && in.Got.Outcome == nil:
			return unpicked, "no turn was made: the picker offers no such model"
		case len(in.Got.Elsewhere) > 0 && in.Case.Is("runner", "redirects"):
			return ledAway, "the run request went to an address that is not the configured runner"
		case in.failure() == "MissingCredentialError" && in.Want.Is("mode", "env"):
			return uncredited, "no run began: " + failureText(in)
		case in.failure() != "":
			return refusedEarly, "no run began: the request was refused with " + in.failure()
		}
		return "", ""
	}
	if body, _, reason := in.runBody(); reason == "" && in.Want.Is("mode", "env") && body.CredentialMode == "runtime_provided" {
		return uncredited, "the run went out without the connection's credential"
	}
	return "", ""
}

func judge(ch Check, in In) verdict.Finding {
	f := verdict.Finding{Clause: ch.Clause, Judgement: verdict.Holds}
	if missing := missingCapability(ch.Needs, in.Got.Subject.Capabilities); missing != "" {
		f.Judgement, f.Reason = verdict.NotApplicable, "the subject does not declare "+missing
		return f
	}
	g := gomega.NewGomega(func(message string, _ ...int) {
		f.Mismatches = append(f.Mismatches, tidy(message))
	})
	reason := ch.Judge(g, in)
	switch {
	case len(f.Mismatches) > 0:
		f.Judgement = verdict.Violated
	case reason != "":
		f.Judgement, f.Reason = verdict.NotApplicable, reason
	}
	return f
}

func missingCapability(needs, have []string) string {
	for _, n := range needs {
		found := false
		for _, h := range have {
			found = found || h == n
		}
		if !found {
			return n
		}
	}
	return ""
}

// tidy makes a matcher's message fit for a list. go-cmp writes some of its spaces
// as no-break spaces, now these and now those, so that nobody relies on its
// output; equal mismatches have equal texts here.
func tidy(message string) string {
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(message, "\u00a0", " ")), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// turns shows a clause in every case that asks for an agent turn.
func turns(c matrix.Case, _ matrix.Expectation) bool {
	return c.Is("observe", "turn", "picker-turn")
}

// where shows a clause in cases with given facts, written "fact=value|value".
// A fact that begins with "!" must not have one of the values.
func where(facts ...string) func(matrix.Case, matrix.Expectation) bool {
	type want struct {
		name   string
		not    bool
		values []string
	}
	var wants []want
	for _, f := range facts {
		name, values, ok := strings.Cut(f, "=")
		if !ok {
			panic(fmt.Sprintf("suites: %q is not fact=value", f))
		}
		name, not := strings.CutPrefix(name, "!")
		wants = append(wants, want{name, not, strings.Split(values, "|")})
	}
	return func(c matrix.Case, x matrix.Expectation) bool {
		for _, w := range wants {
			var hit bool
			if c.Knows(w.name) {
				hit = c.Is(w.name, w.values...)
			} else {
				hit = x.Is(w.name, w.values...)
			}
			if hit == w.not {
				return false
			}
		}
		return true
	}
}
