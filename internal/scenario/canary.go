package scenario

import (
	"math/rand/v2"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/world"
)

// Mark begins every canary, so that even a part of one is recognised.
const Mark = "sk-cnry-"

// planter makes the canaries of one case. They hold letters only: a run of
// digits such as 429 inside a key decides whether Pi retries an error that
// repeats it.
type planter struct {
	rng     *rand.Rand
	secrets []world.Canary
}

func (p *planter) plant(role evidence.Role, kind, name string) string {
	const letters = "bcdfghjklmnpqrstvwxz"
	value := []byte(Mark)
	for range 24 {
		value = append(value, letters[p.rng.IntN(len(letters))])
	}
	p.secrets = append(p.secrets, world.Canary{
		Secret: evidence.Secret{Label: string(role) + ":" + name, Role: role, Name: name, Kind: kind},
		Value:  string(value),
	})
	return string(value)
}
