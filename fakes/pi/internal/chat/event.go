package chat

// Event is one step of an answer that streams in. The fields that a kind uses
// are set; the others are left out of its JSON.
type Event struct {
	Type         string     `json:"type"`
	ContentIndex int        `json:"contentIndex"`
	ID           string     `json:"id,omitempty"`       // of a tool call that begins, where there is no Partial
	ToolName     string     `json:"toolName,omitempty"` // the same
	Delta        *string    `json:"delta,omitempty"`
	Content      *string    `json:"content,omitempty"`
	ToolCall     *ToolCall  `json:"toolCall,omitempty"`
	Partial      *Assistant `json:"partial,omitempty"`
}

// Kinds of events.
const (
	TextStart     = "text_start"
	TextDelta     = "text_delta"
	TextEnd       = "text_end"
	ThinkingStart = "thinking_start"
	ThinkingDelta = "thinking_delta"
	ThinkingEnd   = "thinking_end"
	ToolCallStart = "toolcall_start"
	ToolCallDelta = "toolcall_delta"
	ToolCallEnd   = "toolcall_end"
)
