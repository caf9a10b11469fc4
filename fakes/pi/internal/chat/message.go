package chat

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// Message is one entry of the conversation: *User, *Assistant, *ToolResult,
// *BashExecution, *System or *CompactionSummary.
type Message interface{ message() }

// System is the instructions for the model, where they are a message of the
// conversation. What the model is told is made anew for each request.
type System struct {
	Role       string          `json:"role"` // "system"
	Content    string          `json:"content"`
	Sections   json.RawMessage `json:"sections"` // object of texts
	Timestamp  int64           `json:"timestamp"`
	ToolsAdded json.RawMessage `json:"toolsAdded,omitempty"` // list of tools, nil without any
}

// Update is how instructions are told in the midst of a conversation.
func (s *System) Update() string {
	var parts []string
	if s.Content != "" {
		parts = append(parts, s.Content)
	}
	if v, err := jsval.Parse(string(s.Sections)); err == nil {
		for _, m := range v.Members() {
			parts = append(parts, "Updated system prompt section \""+m.Name+"\":\n\n"+m.Value.String())
		}
	}
	return strings.Join(parts, "\n\n")
}

// User is what the user said.
type User struct {
	Role      string  `json:"role"` // "user"
	Content   []Block `json:"content"`
	Timestamp int64   `json:"timestamp"`
}

// Assistant is an answer of the model.
type Assistant struct {
	Role          string  `json:"role"` // "assistant"
	Content       []Block `json:"content"`
	API           string  `json:"api"`
	Provider      string  `json:"provider"`
	Model         string  `json:"model"`
	Usage         Usage   `json:"usage"`
	StopReason    string  `json:"stopReason"`
	Timestamp     int64   `json:"timestamp"`
	ResponseID    string  `json:"responseId,omitempty"`
	ResponseModel string  `json:"responseModel,omitempty"`
	RawStopReason string  `json:"rawStopReason,omitempty"`
	ErrorMessage  string  `json:"errorMessage,omitempty"`
}

// Reasons for which an answer stops.
const (
	Stop    = "stop"
	Length  = "length"
	ToolUse = "toolUse"
	Error   = "error"
	Aborted = "aborted"
	Pending = "pending" // not yet, where Pi says so
)

// ToolResult is what a tool said.
type ToolResult struct {
	Role       string          `json:"role"` // "toolResult"
	ToolCallID string          `json:"toolCallId"`
	ToolName   string          `json:"toolName"`
	Content    []Block         `json:"content"`
	Details    json.RawMessage `json:"details,omitempty"`
	IsError    bool            `json:"isError"`
	Timestamp  int64           `json:"timestamp"`
}

// BashExecution is a command that the client ran beside the model.
type BashExecution struct {
	Role               string `json:"role"` // "bashExecution"
	Command            string `json:"command"`
	Output             string `json:"output"`
	ExitCode           *int   `json:"exitCode,omitempty"`
	Cancelled          bool   `json:"cancelled"`
	Truncated          bool   `json:"truncated"`
	Timestamp          int64  `json:"timestamp"`
	ExcludeFromContext bool   `json:"excludeFromContext,omitempty"`
}

// CompactionSummary stands for what was said before it.
type CompactionSummary struct {
	Role         string  `json:"role"` // "compactionSummary"
	Summary      string  `json:"summary"`
	TokensBefore float64 `json:"tokensBefore"`
	Timestamp    int64   `json:"timestamp"`
}

func (*System) message()            {}
func (*User) message()              {}
func (*Assistant) message()         {}
func (*ToolResult) message()        {}
func (*BashExecution) message()     {}
func (*CompactionSummary) message() {}

// Block is one piece of a message's content: *Text, *Thinking, *ToolCall or *Image.
type Block interface{ block() }

// Text is plain text.
type Text struct {
	Type      string `json:"type"` // "text"
	Text      string `json:"text"`
	Signature string `json:"textSignature,omitempty"`
}

// Thinking is reasoning that the model shows.
type Thinking struct {
	Type      string `json:"type"` // "thinking"
	Thinking  string `json:"thinking"`
	Signature string `json:"thinkingSignature,omitempty"`
	Redacted  bool   `json:"redacted,omitempty"`
}

// ToolCall asks for a tool to be run.
type ToolCall struct {
	Type      string          `json:"type"` // "toolCall"
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

// Image is a picture, in base64.
type Image struct {
	Type     string `json:"type"` // "image"
	Data     string `json:"data"`
	MIMEType string `json:"mimeType"`
}

func (*Text) block()     {}
func (*Thinking) block() {}
func (*ToolCall) block() {}
func (*Image) block()    {}

// NewText makes a text block.
func NewText(text string) *Text { return &Text{Type: "text", Text: text} }

// Usage is what an answer cost.
type Usage struct {
	Input        float64  `json:"input"`
	Output       float64  `json:"output"`
	CacheRead    float64  `json:"cacheRead"`
	CacheWrite   float64  `json:"cacheWrite"`
	Reasoning    *float64 `json:"reasoning,omitempty"` // part of Output
	TotalTokens  float64  `json:"totalTokens"`
	Cost         Cost     `json:"cost"`
	CacheWrite1h *float64 `json:"cacheWrite1h,omitempty"`
}

// Plus adds what two answers cost, either of which may be nil.
func (u *Usage) Plus(v *Usage) *Usage {
	if u == nil || v == nil {
		return cmp.Or(u, v)
	}
	both := func(a, b *float64) *float64 {
		if a == nil || b == nil {
			return cmp.Or(a, b)
		}
		sum := *a + *b
		return &sum
	}
	return &Usage{
		Input: u.Input + v.Input, Output: u.Output + v.Output, CacheRead: u.CacheRead + v.CacheRead, CacheWrite: u.CacheWrite + v.CacheWrite,
		Reasoning: both(u.Reasoning, v.Reasoning), TotalTokens: u.TotalTokens + v.TotalTokens,
		Cost: Cost{
			u.Cost.Input + v.Cost.Input, u.Cost.Output + v.Cost.Output, u.Cost.CacheRead + v.Cost.CacheRead,
			u.Cost.CacheWrite + v.Cost.CacheWrite, u.Cost.Total + v.Cost.Total,
		},
		CacheWrite1h: both(u.CacheWrite1h, v.CacheWrite1h),
	}
}

// Cost is a price in dollars.
type Cost struct {
	Input      float64 `json:"input"`
	Output     float64 `json:"output"`
	CacheRead  float64 `json:"cacheRead"`
	CacheWrite float64 `json:"cacheWrite"`
	Total      float64 `json:"total"`
}

// Price computes what the usage costs with a model, by its tiers if they count.
func (u *Usage) Price(m catalog.Model, tiered bool) {
	const million = 1_000_000
	price := catalog.Tier{Above: -1, Input: m.Cost.Input, Output: m.Cost.Output, CacheRead: m.Cost.CacheRead, CacheWrite: m.Cost.CacheWrite}
	for _, tier := range m.Cost.Tiers {
		if tiered && u.Input+u.CacheRead+u.CacheWrite > tier.Above && tier.Above > price.Above {
			price = tier
		}
	}
	c := Cost{
		Input:      price.Input / million * u.Input,
		Output:     price.Output / million * u.Output,
		CacheRead:  price.CacheRead / million * u.CacheRead,
		CacheWrite: price.CacheWrite * u.CacheWrite / million,
	}
	c.Total = c.Input + c.Output + c.CacheRead + c.CacheWrite
	u.Cost = c
}
