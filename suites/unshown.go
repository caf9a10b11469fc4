package suites

import (
	"maps"
	"slices"

	"github.com/agenta-ai/conform/contract"
)

// noRunnerHalf is why clauses of the revision's runner half are not judged.
const noRunnerHalf = "needs the runner half of edition " + contract.Edition20260714 + ", which this build does not judge"

// Unshown are the clauses of an edition that no case of this build can show,
// each with the reason. A clause of the edition that has neither a check nor a
// reason here is a hole; a test looks for those.
func Unshown(c *contract.Contract, edition string) map[string]string {
	out := map[string]string{}
	for _, group := range []map[string]string{unshownEnv(), unshownRes(), unshownGate(), unshownWire(), unshownCfg(), unshownIso(), unshownModel(), unshownPick(), unshownBan()} {
		maps.Copy(out, group)
	}
	if edition == contract.Edition20260714 {
		maps.Copy(out, unshownRevision())
	}
	checks := For(c, edition)
	for _, cl := range c.Clauses {
		_, known := out[cl.ID]
		checked := slices.ContainsFunc(checks, func(ch Check) bool { return ch.Clause == cl.ID })
		switch {
		case !cl.In(edition):
			delete(out, cl.ID)
		case edition == contract.Edition20260714 && !known && !checked && (Check{Clause: cl.ID, Needs: needsOf(cl.ID)}).runnerHalf():
			out[cl.ID] = noRunnerHalf
		}
	}
	return out
}

// needsOf are the capabilities that some check of a clause needs.
func needsOf(clause string) []string {
	for _, ch := range slices.Concat(env(), wire(), iso(), pick()) {
		if ch.Clause == clause {
			return ch.Needs
		}
	}
	return nil
}

// unshownRevision are the clauses of the revision that have another reason.
func unshownRevision() map[string]string {
	return map[string]string{
		"WIRE-6":  "in this edition no run goes out without a connection, but for a self-managed one, which a plain string cannot ask for",
		"PICK-13": "a label in the web client's source, which this build does not look at",
	}
}
