package pi

import (
	"encoding/json"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
)

// plainEvent is an event that is nothing but its type.
type plainEvent struct {
	Type string `json:"type"`
}

// messageEvent is message_start or message_end.
type messageEvent struct {
	Type    string       `json:"type"`
	Message chat.Message `json:"message"`
}

// updateEvent is a step of an answer. Usage and Message are there or not by
// version.
type updateEvent struct {
	Type    string          `json:"type"`
	Usage   *chat.Usage     `json:"usage,omitempty"`
	Step    chat.Event      `json:"assistantMessageEvent"`
	Message *chat.Assistant `json:"message,omitempty"`
}

type turnEnd struct {
	Type        string             `json:"type"`
	Message     *chat.Assistant    `json:"message"`
	ToolResults []*chat.ToolResult `json:"toolResults"`
}

type agentEnd struct {
	Type      string         `json:"type"`
	Messages  []chat.Message `json:"messages"`
	WillRetry bool           `json:"willRetry"`
}

type queueUpdate struct {
	Type     string   `json:"type"`
	Steering []string `json:"steering"`
	FollowUp []string `json:"followUp"`
}

type retryStart struct {
	Type         string  `json:"type"`
	Attempt      int     `json:"attempt"`
	MaxAttempts  float64 `json:"maxAttempts"`
	DelayMS      float64 `json:"delayMs"`
	ErrorMessage string  `json:"errorMessage"`
}

type retryEnd struct {
	Type       string `json:"type"`
	Success    bool   `json:"success"`
	Attempt    int    `json:"attempt"`
	FinalError string `json:"finalError,omitempty"`
}

// entryAppended tells of an entry of the session that is no message.
type entryAppended struct {
	Type  string        `json:"type"`
	Entry session.Entry `json:"entry"`
}

// shellUpdate is a piece of what the client's shell command prints.
type shellUpdate struct {
	Type  string          `json:"type"`
	ID    json.RawMessage `json:"id,omitempty"`
	Delta string          `json:"delta"`
}

type thinkingChanged struct {
	Type  string `json:"type"`
	Level string `json:"level"`
}

type sessionInfo struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// toolEvent is tool_execution_start, _update or _end.
type toolEvent struct {
	Type          string          `json:"type"`
	ToolCallID    string          `json:"toolCallId"`
	ToolName      string          `json:"toolName"`
	Args          json.RawMessage `json:"args,omitempty"`
	PartialResult *toolOutput     `json:"partialResult,omitempty"`
	Result        *toolOutput     `json:"result,omitempty"`
	IsError       *bool           `json:"isError,omitempty"`
}

type toolOutput struct {
	Content []chat.Block    `json:"content"`
	Details json.RawMessage `json:"details,omitempty"`
}
