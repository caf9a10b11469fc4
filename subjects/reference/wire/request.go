package wire

import (
	"encoding/json"
	"log/slog"
)

// The credential modes.
const (
	ModeEnv             = "env"
	ModeRuntimeProvided = "runtime_provided"
	ModeNone            = "none"
)

// Request is the body of POST /run.
type Request struct {
	Harness            string          `json:"harness"`
	Sandbox            string          `json:"sandbox"`
	SessionID          string          `json:"sessionId"`
	AgentsMD           string          `json:"agentsMd"`
	Messages           []Message       `json:"messages"`
	Context            []any           `json:"context"`
	Telemetry          json.RawMessage `json:"telemetry"`
	Tools              []any           `json:"tools"`
	CustomTools        []any           `json:"customTools"`
	ToolCallback       json.RawMessage `json:"toolCallback"`
	PermissionPolicy   string          `json:"permissionPolicy"`
	Model              string          `json:"model,omitempty"`    // the id within the provider
	Provider           string          `json:"provider,omitempty"` //
	Deployment         string          `json:"deployment,omitempty"`
	CredentialMode     string          `json:"credentialMode,omitempty"`
	Slug               string          `json:"slug,omitempty"` // of the resolved connection, in editions that send it
	Endpoint           *Endpoint       `json:"endpoint,omitempty"`
	Secrets            Secrets         `json:"secrets"`
	Connection         *Connection     `json:"connection,omitempty"`
	SystemPrompt       string          `json:"systemPrompt,omitempty"`
	AppendSystemPrompt string          `json:"appendSystemPrompt,omitempty"`
	MCPServers         []any           `json:"mcpServers,omitempty"`
	Skills             []Skill         `json:"skills,omitempty"`
	SandboxPermission  json.RawMessage `json:"sandboxPermission,omitempty"`
	HarnessFiles       []any           `json:"harnessFiles,omitempty"`
	RunContext         json.RawMessage `json:"runContext,omitempty"`
	TurnID             string          `json:"turnId,omitempty"`
	ProjectID          string          `json:"projectId,omitempty"`
}

// Endpoint is the address of a custom connection.
type Endpoint struct {
	BaseURL    string `json:"baseUrl,omitempty"`
	APIVersion string `json:"apiVersion,omitempty"`
	Region     string `json:"region,omitempty"`
}

// Connection is the author's choice of a named connection.
type Connection struct {
	Mode string `json:"mode"`
	Slug string `json:"slug,omitempty"`
}

// Message is one message of the conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Skill is one skill of the agent.
type Skill struct {
	Name    string `json:"name"`
	Content string `json:"content"`
}

// Secrets is the only place of a request that holds a credential: variable to
// value. It marshals, because that is what it is for, and prints as a mask.
type Secrets map[string]string

// String gives a mask.
func (s Secrets) String() string { return "[redacted]" }

// GoString gives a mask.
func (s Secrets) GoString() string { return "[redacted]" }

// LogValue gives a mask.
func (s Secrets) LogValue() slog.Value { return slog.StringValue("[redacted]") }
