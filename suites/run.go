package suites

import (
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	. "github.com/onsi/gomega"
)

// run judges what the caller is told of a runner that goes wrong. Conform plays
// that runner, so all of it is about the service half.
func run() []Check {
	needs := []string{protocol.CapResolve}
	wrong := func(values string, facts ...string) func(matrix.Case, matrix.Expectation) bool {
		return managed(append([]string{"runner=" + values}, facts...)...)
	}
	return []Check{
		{Clause: "RUN-1", Across: []string{"runner", "form"}, Needs: needs, Shows: wrong("fails-late|breaks-off", "turn=stream"), Judge: neverACleanEnd},
		{Clause: "RUN-2", Across: []string{"runner", "turn"}, Needs: needs, Shows: wrong("no-result|empty-body|no-turn"), Judge: neverAnEmptySuccess},
		{Clause: "RUN-3", Across: []string{"runner"}, Needs: needs, Shows: wrong("refuses-400|refuses-401|refuses-403|refuses-429|refuses-503"), Judge: refusalReaches},
		{Clause: "RUN-4", Speaks: ledAway, Needs: needs, Shows: wrong("redirects"), Judge: configuredOnly},
		{Clause: "RUN-5", Across: []string{"runner", "turn", "gateway"}, Gateway: true, Needs: needs, Shows: wrong("echoes|fails-loud"), Judge: echoRedacted},
	}
}

// toldOfFailure expects an outcome that is a failure, and gives it.
func toldOfFailure(g Gomega, in In) *protocol.Outcome {
	g.Expect(in.runCall()).NotTo(BeNil(), "the run request")
	out := in.Got.Outcome
	g.Expect(out).NotTo(BeNil(), "the turn has an outcome")
	if out == nil {
		return nil
	}
	g.Expect(out.OK).To(BeFalse(), "success of a turn that did not succeed (reply %q)", out.Reply)
	if out.OK {
		return nil
	}
	return out
}

// neverACleanEnd expects that the stream itself tells of the failure: a record
// that says so, or a connection that ends before the stream does. What a driver
// makes of a record that it misses is not what the caller was told.
func neverACleanEnd(g Gomega, in In) string {
	out := toldOfFailure(g, in)
	if out == nil || out.Broken {
		return ""
	}
	g.Expect(failureText(in)).NotTo(BeEmpty(), "text of the failure")
	g.Expect(quotes(out.Raw, failureText(in))).To(BeTrue(), "a record of the failure in the stream, which ended as if all were well: %s", out.Raw)
	return ""
}

// quotes reports whether a reply holds a text, as it is or as JSON writes it.
func quotes(reply, text string) bool {
	escaped, err := json.Marshal(text)
	return strings.Contains(reply, text) || err == nil && strings.Contains(reply, strings.Trim(string(escaped), `"`))
}

// neverAnEmptySuccess expects a typed failure. The form of Vercel's AI SDK has
// room for a text and for no class.
func neverAnEmptySuccess(g Gomega, in In) string {
	out := toldOfFailure(g, in)
	switch {
	case out == nil || out.Broken:
	case in.Case.Is("form", "vercel"):
		g.Expect(failureText(in)).NotTo(BeEmpty(), "text of the failure")
	default:
		g.Expect(in.failure()).NotTo(BeEmpty(), "class of the failure")
	}
	return ""
}

// refusalReaches expects the runner's class and text, and of what the caller can
// mend (a request that is refused, a limit that is reached) no 500.
func refusalReaches(g Gomega, in In) string {
	out := toldOfFailure(g, in)
	if out == nil {
		return ""
	}
	if !in.Case.Is("form", "vercel") || out.Status >= 400 { // that form has no room for a class
		g.Expect(in.failure()).To(Equal(runner.RefusalClass), "class of the failure (%s)", failureText(in))
	}
	g.Expect(failureText(in)).To(ContainSubstring(runner.RefusalText), "text of the failure")
	if in.Case.Is("runner", "refuses-400", "refuses-429") {
		g.Expect(out.Status).To(And(BeNumerically(">=", 400), BeNumerically("<", 500)), "HTTP status of a refusal that the caller can mend")
	}
	return ""
}

// configuredOnly expects nothing of the run at an address that nobody configured
// and that has proved nothing.
func configuredOnly(g Gomega, in In) string {
	g.Expect(in.runCall()).NotTo(BeNil(), "the run request at the configured runner")
	var runs []string
	for _, c := range in.Got.Elsewhere {
		if isRun(c) {
			runs = append(runs, c.Method+" "+c.Path)
		}
	}
	g.Expect(runs).To(BeEmpty(), "run requests at another address")
	g.Expect(in.at(under("elsewhere["), every...)).To(BeEmpty(), "keys at another address")
	return ""
}

// echoRedacted expects no credential in anything that leaves the service.
func echoRedacted(g Gomega, in In) string {
	call := in.runCall()
	g.Expect(call).NotTo(BeNil(), "the run request")
	if call == nil {
		return ""
	}
	if len(in.at(under("wire["), evidence.RoleChosen, evidence.RoleGateway)) == 0 {
		return "the runner was given no credential that it could repeat"
	}
	g.Expect(in.Got.Outcome).NotTo(BeNil(), "the turn has an outcome")
	g.Expect(in.at(under("outcome."), every...)).To(BeEmpty(), "keys in what the caller is told")
	g.Expect(in.unknown("outcome.")).To(BeEmpty(), "parts of keys in what the caller is told")
	g.Expect(in.at(under("log["), every...)).To(BeEmpty(), "keys in the log")
	g.Expect(in.at(in.traced, every...)).To(BeEmpty(), "keys in the trace")
	return ""
}
