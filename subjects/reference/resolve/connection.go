package resolve

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/secret"
)

// The credential modes of a run.
const (
	ModeEnv             = "env"
	ModeRuntimeProvided = "runtime_provided"
)

// Connection is what a run was resolved to. It can be printed, logged and
// marshalled in any way without showing a credential.
type Connection struct {
	Provider       string                  `json:"provider"`
	Model          string                  `json:"model"` // the id within the provider
	Deployment     string                  `json:"deployment"`
	CredentialMode string                  `json:"credential_mode"`
	Env            map[string]secret.Value `json:"env"`
	Endpoint       Endpoint                `json:"endpoint,omitzero"`
	Slug           string                  `json:"slug,omitempty"`   // set when the author named the connection
	Record         string                  `json:"record,omitempty"` // identity of the record, whoever chose it
}

// Endpoint is where a custom record is served. Empty members were not stored.
type Endpoint struct {
	BaseURL    string `json:"base_url,omitempty"`
	APIVersion string `json:"api_version,omitempty"`
	Region     string `json:"region,omitempty"`
}

// String names the connection and its variables.
func (c Connection) String() string {
	return fmt.Sprintf("%s/%s (%s, %s, env %v)", c.Provider, c.Model, c.Deployment, c.CredentialMode,
		slices.Sorted(maps.Keys(c.Env)))
}

// GoString is String: the Go syntax of a connection would be of no use.
func (c Connection) GoString() string { return c.String() }

// Format writes String whatever the verb is.
func (c Connection) Format(s fmt.State, _ rune) { io.WriteString(s, c.String()) }

// LogValue names the connection and its variables.
func (c Connection) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Secrets gives the plain values, for whoever redacts them.
func (c Connection) Secrets() []string {
	var plain []string
	for name, v := range c.Env {
		if secretVariable(name) {
			plain = append(plain, v.Reveal())
		}
	}
	return plain
}

// runtimeProvided is a connection that brings no credential: the operator's own
// login has to do.
func runtimeProvided(ref modelref.Ref) Connection {
	return Connection{
		Provider: ref.Provider, Model: ref.Model, Deployment: capability.Direct,
		CredentialMode: ModeRuntimeProvided, Env: map[string]secret.Value{},
	}
}
