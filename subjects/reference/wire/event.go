package wire

// The types of events that the runner emits.
const (
	EventMessage      = "message"
	EventMessageStart = "message_start"
	EventMessageDelta = "message_delta"
	EventMessageEnd   = "message_end"
	EventToolCall     = "tool_call"
	EventToolResult   = "tool_result"
	EventUsage        = "usage"
	EventError        = "error"
	EventDone         = "done"
)

// Event is one thing that happened in a run. Which members are set follows from
// the type.
type Event struct {
	Type       string `json:"type"`
	ID         string `json:"id,omitempty"`
	Text       string `json:"text,omitempty"`       // message
	Delta      string `json:"delta,omitempty"`      // message_delta
	Name       string `json:"name,omitempty"`       // tool_call, tool_result
	IsError    bool   `json:"isError,omitempty"`    // tool_result
	Usage      *Usage `json:"usage,omitempty"`      // usage
	Message    string `json:"message,omitempty"`    // error
	StopReason string `json:"stopReason,omitempty"` // done
}
