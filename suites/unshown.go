package suites

import (
	"maps"

	"github.com/agenta-ai/conform/contract"
)

// Unshown are the clauses of an edition that no case of this build can show,
// each with the reason. A clause of the edition that has neither a check nor a
// reason here is a hole; a test looks for those.
func Unshown(c *contract.Contract, edition string) map[string]string {
	out := map[string]string{}
	for _, group := range []map[string]string{unshownEnv(), unshownRes(), unshownGate(), unshownWire(), unshownCfg(), unshownIso(), unshownModel(), unshownPick(), unshownBan()} {
		maps.Copy(out, group)
	}
	for _, cl := range c.Clauses {
		if !cl.In(edition) {
			delete(out, cl.ID)
			continue
		}
		if cl.Group == "DAY" {
			out[cl.ID] = "needs a sandbox cloud, which this build does not have"
		}
	}
	return out
}
