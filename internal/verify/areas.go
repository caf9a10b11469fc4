package verify

import (
	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/internal/verify/compare"
	"github.com/agenta-ai/conform/verdict"
)

// Edition is what a verification is held against, in the place where other runs
// name an edition of the contract.
const Edition = "the real Pi"

// Contract is the areas in the form of a contract, for reports.
func Contract() *contract.Contract {
	c := &contract.Contract{Gaps: map[string]string{
		"configuration": "what Pi makes of its files, its environment and its options",
		"conversation":  "what it says over RPC",
		"wire":          "what it sends to model providers",
		"process":       "what it is to the machine",
	}}
	for _, d := range compare.Areas() {
		c.Clauses = append(c.Clauses, contract.Clause{
			ID: string(d.Area), Group: string(d.Area), Statement: d.Text, Gap: d.Group, Slice: d.Group,
			Source: "the real Pi itself", ObservedAt: "live", Level: "must", Edition: Edition,
		})
	}
	return c
}

// Agreement is how far the two agree in one area of one version.
type Agreement struct {
	Version  string
	Area     compare.Area
	Agree    int // cells
	Differ   int // cells with a difference that is not meant to be
	Deviates int // cells whose differences are all meant to be
}

// Agreements counts the results of a run, by version and area.
func Agreements(results []verdict.Result) []Agreement {
	var out []Agreement
	at := map[[2]string]int{}
	for i := range results {
		r := &results[i]
		if r.Status >= verdict.Error {
			continue // says nothing of either
		}
		version := r.Axes["version"]
		for _, d := range compare.Areas() {
			for _, f := range r.Findings {
				if f.Clause != string(d.Area) {
					continue
				}
				key := [2]string{version, f.Clause}
				k, known := at[key]
				if !known {
					k = len(out)
					at[key] = k
					out = append(out, Agreement{Version: version, Area: d.Area})
				}
				switch f.Judgement {
				case verdict.Holds:
					out[k].Agree++
				case verdict.Violated:
					out[k].Differ++
				default:
					out[k].Deviates++
				}
			}
		}
	}
	return out
}

// Percent is the share of the cells that agree, of those without a deviation.
func (a Agreement) Percent() float64 {
	if a.Agree+a.Differ == 0 {
		return 100
	}
	return 100 * float64(a.Agree) / float64(a.Agree+a.Differ)
}
