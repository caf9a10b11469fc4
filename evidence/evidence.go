package evidence

import (
	"time"

	"github.com/agenta-ai/conform/evidence/runrequest"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// Evidence is everything that was observed in one case.
type Evidence struct {
	Cell    string   `json:"cell"`
	Edition string   `json:"edition"`
	Backend string   `json:"backend,omitempty"` // "process" or "docker"
	Seal    string   `json:"seal"`              // "network namespace", "internal container network" or "proxy and environment"
	Lane    int      `json:"lane"`
	Pi      PiUsed   `json:"pi"`
	Secrets []Secret `json:"secrets"` // the canaries of the case, by label

	Input     Input                `json:"input"` // what the subject was given
	Subject   protocol.Description `json:"subject"`
	Outcome   *protocol.Outcome    `json:"outcome,omitempty"`   // of invoke
	Catalog   *protocol.Catalog    `json:"catalog,omitempty"`   // of catalog
	Envmap    *protocol.Envmap     `json:"envmap,omitempty"`    // of envmap
	Picker    *protocol.Picker     `json:"picker,omitempty"`    // of picker
	Probes    []Probe              `json:"probes,omitempty"`    // of probe
	Direct    *DirectReply         `json:"direct,omitempty"`    // reply of the runner to a request that conform sent itself
	Health    *DirectReply         `json:"health,omitempty"`    // reply of GET /health of the runner
	Vault     []vault.Call         `json:"vault,omitempty"`     // in order of arrival, as all journals
	Platform  []vault.Call         `json:"platform,omitempty"`  // calls to other parts of the platform's API
	Wire      []runner.Call        `json:"wire,omitempty"`      // at the configured runner
	Elsewhere []runner.Call        `json:"elsewhere,omitempty"` // at an address that is not the configured runner
	Requests  []runrequest.Request `json:"requests,omitempty"`  // the run requests of Wire in one form, whatever their shape
	Processes []flight.Record      `json:"processes,omitempty"` // Pi processes
	Providers []providers.Call     `json:"providers,omitempty"` //
	Egress    []egress.Call        `json:"egress,omitempty"`    //
	Cloud     *Cloud               `json:"cloud,omitempty"`     // what the sandbox cloud saw, nil if nobody spoke to it
	Twin      *Twin                `json:"twin,omitempty"`      // the same turn on the runner's own machine, where the case asks for it
	Operator  Operator             `json:"operator"`            // the operator's own Pi folder
	During    []Entry              `json:"during,omitempty"`    // temporary root while the provider was being called
	Left      []Entry              `json:"left,omitempty"`      // temporary root after the turn
	Log       []string             `json:"log,omitempty"`       // the subject's stderr during the case
	Sightings []Sighting           `json:"sightings,omitempty"` // where canaries were seen
	Phases    []Phase              `json:"phases,omitempty"`    // where the time went
	Failure   *Breakdown           `json:"failure,omitempty"`   // something broke that is not the subject's answer
}

// PiUsed names the Pi that stood in the world.
type PiUsed struct {
	Kind    string `json:"kind"`    // "fake", "real" or "path"
	Version string `json:"version"` // as it says itself
}

// Secret is one canary: whose it is, never its value.
type Secret struct {
	Label string `json:"label"` // such as "vault:openrouter:main"
	Role  Role   `json:"role"`
	Name  string `json:"name"` // record, variable or login entry that holds it
	Kind  string `json:"kind"` // provider kind it would be good for, "" if none
}

// Role is where a canary was planted.
type Role string

// The roles.
const (
	RoleChosen   Role = "chosen"   // the connection that the case selects
	RoleOther    Role = "other"    // another record of the caller's vault
	RoleForeign  Role = "foreign"  // a record of another caller
	RoleCaller   Role = "caller"   // the caller's own platform credential
	RoleOperator Role = "operator" // the operator's personal login
	RoleAmbient  Role = "ambient"  // the runner's own environment
	RoleExtra    Role = "extra"    // an extra of the chosen record that must not travel
	RoleInfra    Role = "infra"    // runner token and sandbox clouds' keys
	RoleGateway  Role = "gateway"  // what the platform's gateway gave the caller for this run

	// RolePlaceholder is what stands for a secret inside of a sandbox. It is good
	// for nothing by itself, and may be seen there.
	RolePlaceholder Role = "placeholder"
)

// Cloud is what the sandbox cloud saw of a case: calls in order of arrival, and
// sandboxes and secrets as they stood when the turn was over.
type Cloud struct {
	Calls     []daytona.Call    `json:"calls"`
	Sandboxes []daytona.Sandbox `json:"sandboxes"`
	Secrets   []daytona.Secret  `json:"secrets,omitempty"`
	Left      []Entry           `json:"left,omitempty"` // Pi's folder in sandboxes that were still there; paths are the sandbox's own
}

// Twin is a turn that was made for comparison.
type Twin struct {
	Outcome   *protocol.Outcome `json:"outcome,omitempty"`
	Processes []flight.Record   `json:"processes,omitempty"`
	Providers []providers.Call  `json:"providers,omitempty"`
}

// Input is what the subject was given, as far as it helps to read a case.
type Input struct {
	Turn    *protocol.Turn    `json:"turn,omitempty"`
	Direct  string            `json:"direct,omitempty"` // body of a direct /run request
	Records []vault.Record    `json:"records,omitempty"`
	Login   string            `json:"login,omitempty"` // the operator's auth.json
	Policy  map[string]string `json:"policy,omitempty"`
	Ambient []string          `json:"ambient,omitempty"` // names of provider variables in the runner's environment
	Banner  string            `json:"banner,omitempty"`
	Reply   string            `json:"reply,omitempty"` // what the model was scripted to say
}

// Probe is one function-level observation.
type Probe struct {
	Name   string `json:"name"`
	Label  string `json:"label"` // tells several probes of one name apart
	Input  string `json:"input"`
	Output string `json:"output"`
	Error  string `json:"error,omitempty"`
}

// DirectReply is an HTTP reply.
type DirectReply struct {
	Status int    `json:"status"`
	Body   string `json:"body"`
	Error  string `json:"error,omitempty"`
}

// Operator is the operator's own Pi folder before and after the case.
type Operator struct {
	Before []Entry `json:"before,omitempty"`
	After  []Entry `json:"after,omitempty"`
}

// Entry is one file or folder on disk.
type Entry struct {
	Path    string `json:"path"` // relative to the root it was found under
	Mode    string `json:"mode"`
	Dir     bool   `json:"dir,omitempty"`
	Size    int64  `json:"size"`
	Sum     string `json:"sum,omitempty"`     // SHA-256 of the content, first 16 hex digits
	Content string `json:"content,omitempty"` // text up to 64 KiB
}

// Sighting is one place where a canary was seen.
type Sighting struct {
	Label string `json:"label"`          // of the secret; "unknown" for a marked value that is no canary of the case
	Place string `json:"place"`          // such as "wire[0].body" or "processes[0].env[OPENROUTER_API_KEY]"
	Form  string `json:"form,omitempty"` // "" as it is, "base64", "part"
}

// Phase is one stretch of a case's time.
type Phase struct {
	Name   string  `json:"name"`
	Millis float64 `json:"ms"`
}

// Breakdown says that the case could not be judged: the harness, the world or
// the subject's process broke.
type Breakdown struct {
	Cause string    `json:"cause"` // one line; equal for all cases that one death took along
	Part  string    `json:"part"`  // "subject", "world" or "harness"
	Tail  []string  `json:"tail,omitempty"`
	At    time.Time `json:"at"`
}
