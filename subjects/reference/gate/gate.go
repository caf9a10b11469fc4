package gate

import (
	"fmt"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
)

// Gate asks the capability table.
type Gate struct{ table *capability.Table }

// New makes the gates of a table.
func New(table *capability.Table) *Gate { return &Gate{table: table} }

// Before judges what the author stated, before any vault is read. An empty
// provider was not stated.
func (g *Gate) Before(harness, provider, mode string) error {
	h, listed := g.table.Lookup(harness)
	if !listed {
		return nil
	}
	if provider != "" && !h.Reaches(provider) {
		return unsupportedProvider(harness, provider)
	}
	for _, known := range h.ConnectionModes {
		if mode == known {
			return nil
		}
	}
	return refusal.Client(refusal.UnsupportedConnectionMode, refusal.StageGate,
		fmt.Sprintf("connection mode '%s' is not supported by harness '%s'", mode, harness))
}

// After judges what was resolved. The name of a cloud is a surface and not a
// vendor, so it is judged as a deployment alone.
func (g *Gate) After(harness, provider, deployment string) error {
	h, listed := g.table.Lookup(harness)
	if !listed {
		return nil
	}
	if provider != "" && !capability.Cloud(provider) && !h.Reaches(provider) {
		return unsupportedProvider(harness, provider)
	}
	if !h.Deploys(deployment) {
		return refusal.Client(refusal.UnsupportedDeployment, refusal.StageGate, fmt.Sprintf(
			"deployment '%s' is not supported by harness '%s': use a direct connection or an OpenAI-compatible custom one",
			deployment, harness))
	}
	if !h.Pairs(provider, deployment) {
		return unsupportedProvider(harness, provider)
	}
	return nil
}

func unsupportedProvider(harness, provider string) error {
	return refusal.Client(refusal.UnsupportedProvider, refusal.StageGate,
		fmt.Sprintf("provider '%s' is not supported by harness '%s'", provider, harness))
}
