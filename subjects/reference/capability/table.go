package capability

import (
	"slices"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/edition"
)

// Harness is what one harness can do.
type Harness struct {
	Key             string              `json:"key"`
	Providers       []string            `json:"providers"`
	Deployments     []string            `json:"deployments"`
	ConnectionModes []string            `json:"connection_modes"`
	ModelSelection  string              `json:"model_selection"`
	Models          map[string][]string `json:"models"`

	customFamily string // of the records that run over the custom surface
}

// Table is the harnesses of a platform.
type Table struct{ harnesses []Harness }

// NewTable makes the platform's table as an edition has it.
func NewTable(e edition.Edition) *Table {
	t := &Table{harnesses: []Harness{pi("pi_core"), pi("pi_agenta"), claude(), codex()}}
	for i := range t.harnesses {
		if h := &t.harnesses[i]; e.CustomSurface && h.customFamily != "" {
			h.Deployments = append([]string{Direct, Custom}, h.Deployments[1:]...)
		}
	}
	return t
}

// Harnesses lists the table's entries.
func (t *Table) Harnesses() []Harness { return t.harnesses }

// Lookup finds a harness. One that is not listed is nobody's to judge.
func (t *Table) Lookup(key string) (Harness, bool) {
	for _, h := range t.harnesses {
		if h.Key == key {
			return h, true
		}
	}
	return Harness{}, false
}

// Reaches says whether the harness can use a provider.
func (h Harness) Reaches(provider string) bool {
	return slices.Contains(h.Providers, strings.ToLower(provider))
}

// Deploys says whether the harness can use a deployment, in any spelling.
func (h Harness) Deploys(deployment string) bool {
	return slices.Contains(h.Deployments, Surface(strings.ToLower(deployment)))
}

// Pairs says whether the harness can use a deployment for a provider: the custom
// surface is for one family of each harness only.
func (h Harness) Pairs(provider, deployment string) bool {
	return deployment != Custom || Family(provider) == h.customFamily
}

// CloudProvider is the provider whose models a cloud record brings to the
// harness, if the harness has such a surface.
func (h Harness) CloudProvider(kind string) (string, bool) {
	if Cloud(kind) && h.Deploys(kind) {
		return h.Providers[0], true
	}
	return "", false
}

// ReachedFamily gives the provider under which the harness uses a custom record
// of the given kind. It is the one rule of what the picker and the connection
// dropdown offer.
func (h Harness) ReachedFamily(kind string) (string, bool) {
	kind = Kind(kind)
	if kind == KindCustom {
		return "openai", h.Reaches("openai")
	}
	if provider, ok := h.CloudProvider(kind); ok {
		return provider, true
	}
	if surface, ok := Deployment(kind); !ok || surface != Direct {
		return "", false
	}
	return Family(kind), h.Reaches(kind)
}

func pi(key string) Harness {
	return Harness{
		Key: key,
		Providers: []string{
			"openai", "anthropic", "gemini", "mistral", "mistralai", "groq", "minimax", "together_ai", "openrouter",
		},
		Deployments:     []string{Direct},
		ConnectionModes: []string{"agenta", "self_managed"},
		ModelSelection:  "provider/id",
		Models:          piModels(),
		customFamily:    "openai",
	}
}

func claude() Harness {
	return Harness{
		Key:             "claude",
		Providers:       []string{"anthropic"},
		Deployments:     []string{Direct, Bedrock, Vertex},
		ConnectionModes: []string{"agenta", "self_managed"},
		ModelSelection:  "alias",
		Models:          map[string][]string{"anthropic": {"default", "sonnet", "opus", "haiku", "sonnet[1m]", "opus[1m]"}},
		customFamily:    "anthropic",
	}
}

func codex() Harness {
	return Harness{
		Key:             "codex",
		Providers:       []string{"openai"},
		Deployments:     []string{Direct},
		ConnectionModes: []string{"agenta", "self_managed"},
		ModelSelection:  "provider/id",
		Models:          map[string][]string{"openai": {"gpt-5.5", "gpt-5.2"}},
	}
}
