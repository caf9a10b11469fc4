package findings

import (
	"slices"
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
)

// severity says how bad a finding is, by what happened in its smallest cell.
func severity(r verdict.Result, f Finding) Severity {
	ran := r.Evidence != nil && len(r.Evidence.Requests) > 0
	failed := r.Evidence != nil && r.Evidence.Outcome != nil && !r.Evidence.Outcome.OK
	refusal := ""
	for _, x := range r.Expected {
		if x.Fact == "refusal" {
			refusal = x.Value
		}
	}
	switch {
	case len(f.Secrets) > 0:
		return Critical
	case about(f.Clauses, "ISO", "RUN-4", "RUN-5", "RES-15"):
		return High
	case about(f.Clauses, "RUN") && !failed:
		return High // a false success
	case refusal == "no" && failed && !ran:
		return High // a refusal of what should run
	case refusal != "" && refusal != "no" && refusal != "-" && ran:
		return High // a run of what should be refused
	case ran && about(f.Clauses, "RES", "GATE", "ENV", "WIRE-3", "WIRE-5") && !about(f.Clauses, "WIRE-1", "WIRE-2"):
		return High // another run than was asked for
	case failed:
		return Medium
	}
	return Low
}

// about reports whether one of the clauses is of these groups or is one of these.
func about(clauses []contract.Clause, names ...string) bool {
	return slices.ContainsFunc(clauses, func(c contract.Clause) bool {
		return slices.ContainsFunc(names, func(n string) bool { return c.ID == n || !strings.Contains(n, "-") && c.Group == n })
	})
}
