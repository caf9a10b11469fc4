package wire

import "encoding/json"

// Protocol is the major version that GET /health answers.
const Protocol = 1

// Health is the answer of GET /health.
type Health struct {
	OK       bool `json:"ok"`
	Protocol int  `json:"protocol"`
}

// Reply is what became of a run. Members that the service only hands on stay as
// they were written, so that a runner may say more than this half knows.
type Reply struct {
	OK           bool              `json:"ok"`
	Output       string            `json:"output"`
	Messages     json.RawMessage   `json:"messages"`
	Events       []json.RawMessage `json:"events"` // empty on a stream
	Usage        json.RawMessage   `json:"usage,omitempty"`
	StopReason   string            `json:"stopReason,omitempty"`
	Capabilities json.RawMessage   `json:"capabilities,omitempty"`
	SessionID    string            `json:"sessionId,omitempty"`
	Model        string            `json:"model,omitempty"` // what really ran
	TraceID      string            `json:"traceId,omitempty"`
	Error        string            `json:"error,omitempty"`     // one line
	ErrorType    string            `json:"errorType,omitempty"` // class of a typed error
	Requested    string            `json:"requested,omitempty"` // ModelNotSettableError
	Allowed      []string          `json:"allowed,omitempty"`   // ModelNotSettableError
}

// Usage is what a run consumed.
type Usage struct {
	Input  int     `json:"input"`
	Output int     `json:"output"`
	Total  int     `json:"total"`
	Cost   float64 `json:"cost"`
}
