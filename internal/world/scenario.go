package world

import (
	"encoding/json"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// A Scenario is one case as the world has to stage it: plain data, built from
// the case by package scenario, without any expected result.
type Scenario struct {
	Cell    string
	Edition string

	// Setup is what a subject instance is started with. Scenarios with equal
	// setups share an instance in a lane.
	Setup Setup

	Secrets []Canary                  // every canary of the case, with its value
	Vault   map[string][]vault.Record // caller credential → records
	Fault   vault.Fault
	// Gateways are served to callers by their credential; to nobody else.
	Gateways map[string]vault.Gateway
	Login    string // the operator's auth.json; "" for none
	// Settings is the operator's settings.json.
	Settings string
	Banner   string
	Script   providers.Script

	// What is asked of the subject; exactly one kind a scenario.
	Turn    *protocol.Turn        // invoke
	Twin    *protocol.Turn        // invoke, before Turn and kept apart
	Abort   bool                  // cancel the turn when the provider has been called
	Direct  string                // a /run body that conform posts to the runner itself
	Health  bool                  // GET /health of the runner
	Catalog bool                  // catalog
	Envmap  bool                  // envmap
	Picker  *protocol.PickerQuery // picker
	Probes  []LabelledProbe       // probe, one after another
	Choose  *Choice               // the turn of a user who picks one of the options

	// Cloud is how the sandbox cloud misbehaves.
	Cloud daytona.Faults
	// Record makes the runner tap answer by itself instead of handing on: for
	// harnesses whose runner half is not in this world.
	Record bool
	// Runner is how the runner that the tap plays goes wrong.
	Runner RunnerFault
	// ReadOnlyTemp replaces the temporary root by one in which nothing can be
	// created, so that the runner cannot write its configuration.
	ReadOnlyTemp bool
}

// RunnerFault is a way in which a played runner goes wrong. The zero value is
// none.
type RunnerFault struct {
	Fault  runner.Fault
	Status int // of a refusal
}

// Setup is the environment that a subject instance is started with.
type Setup struct {
	Policy   map[string]string // AGENTA_AGENT_MODEL_STRICT and the like; absent names stay unset
	Polluted bool              // every known provider variable is set to a canary of its own
}

// Canary is a secret with its value. Only the world sees values.
type Canary struct {
	evidence.Secret
	Value string
}

// LabelledProbe is a probe and the name it has in the evidence.
type LabelledProbe struct {
	Label string
	protocol.Probe
}

// RawJSON is a shorthand for literal JSON in scenarios.
func RawJSON(text string) json.RawMessage { return json.RawMessage(text) }
