package protocol

import "encoding/json"

// Version of the protocol. A driver that answers another major version is
// refused before any case runs.
const Version = "1.0"

// The methods of the protocol.
const (
	MethodDescribe = "describe" // → Description
	MethodPrepare  = "prepare"  // World → Prepared
	MethodInvoke   = "invoke"   // Turn → Outcome
	MethodCancel   = "cancel"   // Cancel, a notification: the caller of that turn went away
	MethodCatalog  = "catalog"  // → Catalog
	MethodPicker   = "picker"   // PickerQuery → Picker
	MethodEnvmap   = "envmap"   // → Envmap
	MethodProbe    = "probe"    // Probe → ProbeResult
	MethodShutdown = "shutdown" // → null
)

// Capabilities that a subject can declare.
const (
	CapResolve = "resolve" // the service half: config, vault, resolver, gates, wire
	CapRun     = "run"     // the runner half: files, environment, Pi
	CapPicker  = "picker"
	CapCatalog = "catalog"
	CapEnvmap  = "envmap"
)

// Description is what a subject says of itself.
type Description struct {
	Name         string   `json:"name"`
	Version      string   `json:"version"`
	Protocol     string   `json:"protocol"`
	Editions     []string `json:"editions"`
	Capabilities []string `json:"capabilities"`
	Harnesses    []string `json:"harnesses"`
	Sandboxes    []string `json:"sandboxes"`
	Probes       []string `json:"probes"` // functions that MethodProbe can call
	// Forms are the forms of a stream that a caller can ask for, beside the one that
	// the driver asks for by itself. Cells of other forms are not applicable.
	Forms []string `json:"forms,omitempty"`
	// KeysBy is what an agent names a plain provider key by: KeysByName (also when
	// empty), or KeysByKind for a subject that knows no other name for one.
	KeysBy string `json:"keys_by,omitempty"`
}

// What a plain provider key is named by.
const (
	KeysByName = "name" // its slug or the name in its header
	KeysByKind = "kind" // its provider kind
)

// The forms of a stream.
const (
	FormNDJSON = "ndjson" // a record a line
	FormSSE    = "sse"    // server-sent events
	FormVercel = "vercel" // server-sent events as Vercel's AI SDK reads them
)

// World is everything a subject needs to know of its surroundings. The same
// values that a deployment would set as environment (proxy, CA file, HOME,
// TMPDIR, policy, ambient provider keys) are in the driver's own environment
// too, so a driver that starts its children plainly needs no plumbing.
type World struct {
	Edition    string            `json:"edition"`
	APIBase    string            `json:"api_base"`     // the platform API; the vault is {api_base}/secrets/
	RunnerURL  string            `json:"runner_url"`   // where the service half sends POST /run
	Proxy      string            `json:"proxy"`        // HTTP proxy for everything that leaves
	CAFile     string            `json:"ca_file"`      // PEM of the authority behind the proxy
	PiCommand  string            `json:"pi_command"`   // absolute path of the pi executable
	Home       string            `json:"home"`         // home of the operator whose machine this is
	PiAgentDir string            `json:"pi_agent_dir"` // the operator's own Pi folder (personal login)
	Temp       string            `json:"temp"`         // root for temporary files
	Policy     map[string]string `json:"policy"`       // such as AGENTA_AGENT_MODEL_STRICT
	// Names are the public names that stored addresses use, with an address of
	// each. A sealed world has no name service, and a subject that looks a name up
	// before it trusts an address would take all of them for unknown.
	Names map[string]string `json:"names,omitempty"`
}

// Prepared is a subject's answer to its world.
type Prepared struct {
	// RunnerURL is the base address of the subject's own runner half. conform
	// listens at World.RunnerURL and hands requests on to it. Empty for subjects
	// without a runner half: conform then answers as a runner would.
	RunnerURL string `json:"runner_url,omitempty"`
}

// Turn is one agent turn, as a user of the platform would ask for it.
type Turn struct {
	ID           string          `json:"id"`         // names the turn for cancel; says nothing of the case
	Credential   string          `json:"credential"` // the caller's Authorization header
	Harness      string          `json:"harness"`
	Sandbox      string          `json:"sandbox"`
	LLM          json.RawMessage `json:"llm,omitempty"` // the agent's "llm" member: a string, an object, or absent
	SystemPrompt string          `json:"system_prompt,omitempty"`
	Skills       []Skill         `json:"skills,omitempty"`
	Messages     []Message       `json:"messages"`
	Stream       bool            `json:"stream"`         // ask for the streaming reply
	Form         string          `json:"form,omitempty"` // of the stream; empty leaves it to the driver
}

// Skill is one skill file that comes with an agent.
type Skill struct {
	Name    string `json:"name"`
	Content string `json:"content"`
}

// Message is one message of the conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Outcome is what the caller of a turn was told.
type Outcome struct {
	OK     bool            `json:"ok"`
	Status int             `json:"status"`           // HTTP status of the reply
	Reply  string          `json:"reply"`            // the assistant's text
	Model  string          `json:"model"`            // the model that ran, as the reply names it
	Error  *Failure        `json:"error,omitempty"`  // set when OK is false
	Deltas []string        `json:"deltas,omitempty"` // text as it was streamed
	Raw    string          `json:"raw"`              // the whole reply body, verbatim
	Broken bool            `json:"broken,omitempty"` // the connection ended before the reply did
	Events json.RawMessage `json:"events,omitempty"`
}

// Failure is a typed error as its caller saw it.
type Failure struct {
	Class     string   `json:"class"` // such as UnsupportedDeploymentError
	Stage     string   `json:"stage"` // config, gate, resolve, run
	Message   string   `json:"message"`
	Requested string   `json:"requested,omitempty"` // ModelNotSettableError
	Allowed   []string `json:"allowed,omitempty"`   // ModelNotSettableError
}

// Cancel names the turn whose caller went away.
type Cancel struct {
	ID string `json:"id"`
}

// Catalog is the harness capability document.
type Catalog struct {
	Harnesses []Harness `json:"harnesses"`
}

// Harness is one entry of the capability document.
type Harness struct {
	Key             string              `json:"key"`
	Providers       []string            `json:"providers"`
	Deployments     []string            `json:"deployments"`
	ConnectionModes []string            `json:"connection_modes"`
	ModelSelection  string              `json:"model_selection"`
	Models          map[string][]string `json:"models"`                  // provider → ids
	ModelChoices    []OptionGroup       `json:"model_choices,omitempty"` // static choices of llm.model in the config schema
}

// PickerQuery asks for the model picker's options.
type PickerQuery struct {
	Credential string `json:"credential"`
	Harness    string `json:"harness"`
	Provider   string `json:"provider,omitempty"` // narrows the connection dropdown
}

// Picker is what the user would be offered.
type Picker struct {
	Groups      []OptionGroup `json:"groups"`      // model options
	Connections []Option      `json:"connections"` // connection dropdown
	Entries     []PickerEntry `json:"entries"`     // vault entries as the picker holds them
}

// PickerEntry is one vault record as the picker holds it.
type PickerEntry struct {
	Type     string   `json:"type"`
	Name     string   `json:"name"`
	Provider string   `json:"provider"`
	Title    string   `json:"title"`
	Models   []string `json:"models,omitempty"`
}

// OptionGroup is a labelled group of options.
type OptionGroup struct {
	Label   string   `json:"label"`
	Options []Option `json:"options"`
}

// Option is one choice. LLM is what choosing it stores in the agent config.
type Option struct {
	Label    string          `json:"label"`
	Value    string          `json:"value"`
	Source   string          `json:"source,omitempty"`   // "built-in" or "connection"
	Slug     string          `json:"slug,omitempty"`     // of the connection
	Provider string          `json:"provider,omitempty"` // stored with the choice
	LLM      json.RawMessage `json:"llm,omitempty"`
}

// Envmap is every copy of the provider-to-variable map that the subject has.
type Envmap struct {
	Copies  []EnvCopy `json:"copies"`
	Cleared []string  `json:"cleared"` // names that the runner clears before a managed run
}

// EnvCopy is one copy of the map.
type EnvCopy struct {
	Name string            `json:"name"` // "vault", "offline", "dump", "completion"
	Vars map[string]string `json:"vars"` // provider → variable
}

// The functions that a subject can offer to MethodProbe, for clauses that are
// observed at function level.
const (
	ProbeOffline = "offline" // OfflineInput → OfflineOutput
	ProbeDump    = "dump"    // DumpInput → DumpOutput
	ProbeAllowed = "allowed" // AllowedInput → AllowedOutput
	ProbePrint   = "print"   // PrintInput → PrintOutput
	ProbeGate    = "gate"    // GateInput → GateOutput
)

// Probe calls one function.
type Probe struct {
	Name  string          `json:"name"`
	Input json.RawMessage `json:"input"`
}

// ProbeResult is what it returned.
type ProbeResult struct {
	Output json.RawMessage `json:"output"`
}

// OfflineInput asks an offline resolver for the credential of a provider.
type OfflineInput struct {
	Resolver string            `json:"resolver"` // "process-env" or "static"
	Env      map[string]string `json:"env"`
	Provider string            `json:"provider"`
	Model    string            `json:"model"`
}

// OfflineOutput is what it resolved.
type OfflineOutput struct {
	CredentialMode string            `json:"credential_mode"`
	Env            map[string]string `json:"env"`
}

// DumpInput asks for the deprecated whole-vault dump.
type DumpInput struct {
	Credential string `json:"credential"`
}

// DumpOutput is the dump.
type DumpOutput struct {
	Env map[string]string `json:"env"`
}

// AllowedInput feeds session options to the reader of the allowed set, and
// picks a model from it.
type AllowedInput struct {
	Options   []json.RawMessage `json:"options"` // {value,name} or {id}
	Requested string            `json:"requested"`
	Cause     string            `json:"cause"` // error text of the harness
}

// AllowedOutput is the allowed set, the pick, and the error when there is none.
type AllowedOutput struct {
	Allowed []string `json:"allowed"`
	Picked  string   `json:"picked"`
	Error   *Failure `json:"error,omitempty"`
}

// PrintInput resolves a connection and prints it in every way the subject has.
type PrintInput struct {
	Turn Turn `json:"turn"`
}

// PrintOutput is the printed forms.
type PrintOutput struct {
	Printed []string `json:"printed"`
}

// GateInput asks the gates about a combination directly.
type GateInput struct {
	Harness    string `json:"harness"`
	Provider   string `json:"provider"`
	Deployment string `json:"deployment"`
	Mode       string `json:"mode"`
}

// GateOutput is the refusal, or nil.
type GateOutput struct {
	Error *Failure `json:"error,omitempty"`
}
