package scenario

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// The fixed words of every scenario.
const (
	Slug          = "main"                        // slug and name of the chosen record
	Gateway       = "llm.acme.example"            // public host of a custom endpoint
	GatewayPort   = Gateway + ":8443"             // the same on a port of its own
	PrivateHost   = "10.20.30.40:8080"            // host of a blocked endpoint
	APIVersion    = "2026-01-01"                  // version on a record with extras
	SettingsMark  = "the operator's own settings" // conformMarker in settings.json
	Skill         = "release-notes"               // name of the agent's skill
	SystemPrompt  = "Answer briefly."             // of an agent that brings one
	Question      = "Say hello."                  // what the user asks
	foreignTenant = "the vault of somebody else"

	// InsecureEgress is the one setting of the service half; the others are the
	// runner's.
	InsecureEgress = "AGENTA_INSECURE_EGRESS_ALLOWED"
)

// Names are the public names that stored addresses use, with an address of each.
// Nothing listens there: whatever leaves goes through the proxy by name. The
// address is a public one that nobody has (RFC 7526 took it out of use), since
// subjects refuse private and documentation addresses.
func Names() map[string]string { return map[string]string{Gateway: "192.88.99.1"} }

// builder collects one scenario.
type builder struct {
	m  *matrix.Matrix
	c  matrix.Case
	k  matrix.Kind
	p  planter
	s  world.Scenario
	id string // the requested model id, "" for none

	fit Fit
}

// Build stages a case. The same case and seed give the same scenario.
func Build(m *matrix.Matrix, c matrix.Case, seed uint64) (world.Scenario, error) {
	return BuildFor(Fit{}, m, c, seed)
}

// BuildFor stages a case for a subject that differs from the plan in what it is
// given, never in what is expected of it.
func BuildFor(f Fit, m *matrix.Matrix, c matrix.Case, seed uint64) (world.Scenario, error) {
	h := fnv.New64a()
	fmt.Fprint(h, c.ID())
	k, ok := m.Kinds[c.Get("provider")]
	if !ok {
		return world.Scenario{}, fmt.Errorf("stage %s: no fixtures for provider %s", c, c.Get("provider"))
	}
	b := &builder{m: m, c: c, k: k, fit: f, p: planter{rng: rand.New(rand.NewPCG(seed, h.Sum64()))}}
	b.s = world.Scenario{
		Cell: c.ID(), Edition: m.Edition,
		Setup:        world.Setup{Policy: f.policy(policy(c)), Polluted: c.Is("ambient", "polluted")},
		Script:       providers.Script{Keys: map[string][]string{}, Gateways: []string{Gateway, GatewayPort, PrivateHost}},
		Vault:        map[string][]vault.Record{},
		Fault:        fault(c.Get("vault-fault")),
		Record:       c.Is("harness", "claude", "codex") || !c.Is("runner", "sound") || c.Is("gateway", "served"),
		Runner:       misbehaviour(c.Get("runner")),
		ReadOnlyTemp: c.Is("disk", "blocked"),
	}
	b.id = b.modelID()
	b.login()
	credential := "ApiKey " + b.p.plant(evidence.RoleCaller, "", "platform-key")
	b.s.Vault[credential] = b.records()
	b.gateway(credential)
	b.s.Vault["ApiKey "+b.p.plant(evidence.RoleForeign, "", "platform-key")] = []vault.Record{
		vault.Key(foreignTenant, "openrouter", b.p.plant(evidence.RoleForeign, "openrouter", "openrouter")),
	}
	b.script()
	b.cloud()
	b.ask(credential)
	b.s.Secrets = b.p.secrets
	return b.s, nil
}

// policy is the environment that carries the settings of both halves, nil for none.
func policy(c matrix.Case) map[string]string {
	var set map[string]string
	add := func(name, value string) {
		if set == nil {
			set = map[string]string{}
		}
		set[name] = value
	}
	values := map[string]string{"strict-off": "false", "strict-on": "true", "strict-0": "0", "strict-no": "no", "strict-False": "False"}
	if v, ok := values[c.Get("strict")]; ok {
		add("AGENTA_AGENT_MODEL_STRICT", v)
	}
	if c.Is("egress", "insecure") {
		add(InsecureEgress, "true")
	}
	if c.Is("sandbox-dir", "moved") {
		add("AGENTA_AGENT_SANDBOX_PI_DIR", MovedPiDir)
	}
	return set
}

// gateway makes the platform serve its gateway to this caller: to the connection
// that the case chooses, as if it stood there under the name that it has in the
// vault.
func (b *builder) gateway(credential string) {
	if !b.c.Is("gateway", "served") {
		return
	}
	b.s.Gateways = map[string]vault.Gateway{credential: {
		Provider: b.c.Get("provider"), Deployment: "direct", Namespace: "standard", Name: b.name(), Model: b.id,
		Credential: b.p.plant(evidence.RoleGateway, "", "gateway"),
	}}
}

func fault(name string) vault.Fault {
	return map[string]vault.Fault{"500": vault.Status500, "403": vault.Status403, "object": vault.NotAList, "html": vault.NotJSON, "closed": vault.Closed,
		"no-content": vault.NoContent, "redirect": vault.Redirect, "cut": vault.Cut,
		"401": vault.Status401, "null": vault.NullBody, "slow": vault.Slow}[name]
}

// misbehaviour is how the runner goes wrong.
func misbehaviour(name string) world.RunnerFault {
	if status, ok := strings.CutPrefix(name, "refuses-"); ok {
		code, _ := strconv.Atoi(status) // the axis has numbers only
		return world.RunnerFault{Fault: runner.Refuses, Status: code}
	}
	faults := map[string]runner.Fault{
		"fails-late": runner.FailsLate, "breaks-off": runner.BreaksOff, "no-result": runner.NoResult, "empty-body": runner.EmptyBody,
		"no-turn": runner.NoTurn, "echoes": runner.Echoes, "fails-loud": runner.FailsLoud, "redirects": runner.Redirects,
	}
	return world.RunnerFault{Fault: faults[name]}
}

// modelID is the requested id as the provider knows it.
func (b *builder) modelID() string {
	if b.c.Is("model", "no-model") {
		return ""
	}
	if b.c.Is("harness", "claude") && b.c.Is("model", "built-in") && b.c.Is("provider", "bedrock", "vertex_ai", "azure") {
		return "sonnet"
	}
	return b.k[b.c.Get("model")]
}

// baseURL is the address that the record holds.
func (b *builder) baseURL() string {
	anthropic := b.c.Is("provider", "anthropic") // its clients add /v1 themselves
	switch {
	case b.c.Is("endpoint", "base-url") && anthropic:
		return "https://" + Gateway + "/team"
	case b.c.Is("endpoint", "base-url"):
		return "https://" + Gateway + "/team/v1"
	case b.c.Is("endpoint", "port-url") && anthropic:
		return "https://" + GatewayPort + "/team"
	case b.c.Is("endpoint", "port-url"):
		return "https://" + GatewayPort + "/team/v1"
	case b.c.Is("endpoint", "blocked-url") && anthropic:
		return "http://" + PrivateHost
	case b.c.Is("endpoint", "blocked-url"):
		return "http://" + PrivateHost + "/v1"
	}
	return ""
}

// stated is the provider that the agent's configuration names, "" for none.
func (b *builder) stated() string {
	switch {
	case b.c.Is("spelling", "bare", "key"):
		return ""
	case b.c.Is("spelling", "kind-stated"):
		return b.c.Get("provider")
	case b.c.Is("vault", "mismatch") && b.c.Is("harness", "claude"):
		return "anthropic"
	case b.c.Is("vault", "mismatch"):
		return b.k["other"]
	case b.c.Is("provider", "custom") && b.c.Is("harness", "claude"):
		return "anthropic"
	case b.c.Is("provider", "custom"):
		return "openai"
	case b.k["family"] == "" && b.c.Is("connection", "named"):
		return "" // the agent names the connection only
	}
	return b.c.Get("provider")
}

// llm is the agent's model choice as it is written.
func (b *builder) llm() json.RawMessage {
	kind := b.c.Get("provider")
	model := b.id
	switch b.c.Get("spelling") {
	case "text":
		return encode(b.stated() + "/" + b.id)
	case "bare":
		if b.c.Is("connection", "default") {
			return encode(b.id)
		}
	case "key", "key-and-provider":
		model = b.slug() + "/" + kind + "/" + b.id
	case "kind-prefix":
		model = kind + "/" + b.id
	}
	llm := map[string]any{}
	if model != "" {
		llm["model"] = model
	}
	if p := b.stated(); p != "" {
		llm["provider"] = p
	}
	switch b.c.Get("connection") {
	case "named":
		llm["connection"] = map[string]string{"mode": "agenta", "slug": b.slug()}
	case "default":
		llm["connection"] = map[string]string{"mode": "agenta"}
	case "self-managed":
		llm["connection"] = map[string]string{"mode": "self_managed"}
	}
	return encode(llm)
}

// slug is what the agent calls its connection.
func (b *builder) slug() string {
	if b.c.Is("vault", "misnamed") {
		return "mian"
	}
	return b.name()
}

// name is what the chosen record is called, and its slug.
func (b *builder) name() string {
	switch {
	case b.c.Is("vault", "twins-default"):
		return "default"
	case b.fit.KeysByKind && b.c.Is("record", "provider_key") && !b.c.Is("vault", "own-name"):
		return b.c.Get("provider")
	}
	return Slug
}

// ask writes down what is asked of the subject.
func (b *builder) ask(credential string) {
	harness := b.c.Get("harness")
	switch b.c.Get("observe") {
	case "catalog":
		b.s.Catalog = true
		return
	case "envmap":
		b.s.Envmap = true
		b.s.Probes = offlineProbes(credential, b.m)
		return
	case "health":
		b.s.Health = true
		return
	case "functions":
		b.s.Probes = functionProbes(b.turn(credential))
		return
	case "picker":
		b.s.Picker = &protocol.PickerQuery{Credential: credential, Harness: harness}
		return
	case "picker-turn":
		b.s.Picker = &protocol.PickerQuery{Credential: credential, Harness: harness}
		turn := b.turn(credential)
		b.s.Choose = &world.Choice{Slug: Slug, Model: b.id, Turn: turn}
		return
	}
	if b.c.Is("connection", "none") {
		b.s.Direct = string(encode(map[string]any{
			"harness": harness, "sandbox": b.c.Get("sandbox"), "model": b.id, "provider": b.c.Get("provider"),
			"deployment": "direct", "credentialMode": "none", "secrets": map[string]string{},
			"messages": []protocol.Message{{Role: "user", Content: Question}},
		}))
		return
	}
	turn := b.turn(credential)
	b.s.Turn, b.s.Abort = &turn, b.c.Is("turn", "abort")
	if b.c.Is("beside", "local") {
		twin := turn
		twin.ID, twin.Sandbox = "twin-1", "local"
		b.s.Twin = &twin
	}
}

func (b *builder) turn(credential string) protocol.Turn {
	t := protocol.Turn{
		ID: "turn-1", Credential: credential, Harness: b.c.Get("harness"), Sandbox: b.c.Get("sandbox"), LLM: b.llm(),
		Messages: []protocol.Message{{Role: "user", Content: Question}}, Stream: b.c.Is("turn", "stream"),
	}
	if !b.c.Is("form", "usual") {
		t.Form = b.c.Get("form")
	}
	if b.c.Is("extras", "skills") {
		t.SystemPrompt = SystemPrompt
		t.Skills = []protocol.Skill{{Name: Skill, Content: "---\nname: " + Skill + "\ndescription: Writes release notes.\n---\nWrite short release notes.\n"}}
	}
	return t
}

func encode(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps and structs of strings always encode
	}
	return text
}
