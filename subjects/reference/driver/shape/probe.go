package shape

import "encoding/json"

// The functions that can be probed.
const (
	ProbeOffline = "offline"
	ProbeDump    = "dump"
	ProbeAllowed = "allowed"
	ProbePrint   = "print"
	ProbeGate    = "gate"
)

// Probe calls one function.
type Probe struct {
	Name  string          `json:"name"`
	Input json.RawMessage `json:"input"`
}

// ProbeResult is what it returned.
type ProbeResult struct {
	Output any `json:"output"`
}

// OfflineInput asks an offline resolver.
type OfflineInput struct {
	Resolver string            `json:"resolver"`
	Env      map[string]string `json:"env"`
	Provider string            `json:"provider"`
	Model    string            `json:"model"`
}

// OfflineOutput is what it resolved.
type OfflineOutput struct {
	CredentialMode string            `json:"credential_mode"`
	Env            map[string]string `json:"env"`
}

// DumpInput asks for the whole-vault dump.
type DumpInput struct {
	Credential string `json:"credential"`
}

// DumpOutput is the dump.
type DumpOutput struct {
	Env map[string]string `json:"env"`
}

// AllowedInput feeds session options to the reader of the allowed set.
type AllowedInput struct {
	Options   []json.RawMessage `json:"options"`
	Requested string            `json:"requested"`
	Cause     string            `json:"cause"`
}

// AllowedOutput is the set, the pick, and the error when there is none.
type AllowedOutput struct {
	Allowed []string `json:"allowed"`
	Picked  string   `json:"picked"`
	Error   *Failure `json:"error,omitempty"`
}

// PrintInput resolves a connection and prints it.
type PrintInput struct {
	Turn Turn `json:"turn"`
}

// PrintOutput is the printed forms.
type PrintOutput struct {
	Printed []string `json:"printed"`
}

// GateInput asks the gates.
type GateInput struct {
	Harness    string `json:"harness"`
	Provider   string `json:"provider"`
	Deployment string `json:"deployment"`
	Mode       string `json:"mode"`
}

// GateOutput is the refusal, or nothing.
type GateOutput struct {
	Error *Failure `json:"error,omitempty"`
}
