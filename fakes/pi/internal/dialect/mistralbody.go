package dialect

import (
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
)

type mistralRequest struct {
	Model           string           `json:"model"`
	MaxTokens       float64          `json:"max_tokens,omitempty"`
	Stream          bool             `json:"stream"`
	Messages        []mistralMessage `json:"messages"`
	Tools           []mistralTool    `json:"tools,omitempty"`
	PromptMode      string           `json:"prompt_mode,omitempty"`
	ReasoningEffort string           `json:"reasoning_effort,omitempty"`
	PromptCacheKey  string           `json:"prompt_cache_key,omitempty"`
}

type mistralMessage struct {
	Role       string            `json:"role"`
	Content    any               `json:"content,omitempty"`
	Prefix     *bool             `json:"prefix,omitempty"`
	ToolCalls  []mistralCallPart `json:"tool_calls,omitempty"`
	ToolCallID string            `json:"tool_call_id,omitempty"`
	Name       string            `json:"name,omitempty"`
}

type mistralCallPart struct {
	completionsCall
	Index int `json:"index"`
}

type mistralTool struct {
	Type     string `json:"type"`
	Function struct {
		Tool
		Strict bool `json:"strict"`
	} `json:"function"`
}

func mistralBody(c *Call) mistralRequest {
	body := mistralRequest{Model: c.Model.ID, Stream: true, Messages: []mistralMessage{{Role: "system", Content: c.System}}}
	body.MaxTokens = c.limit()
	if c.Persona.MistralCaches && !c.Uncached {
		body.PromptCacheKey = c.SessionID
	}
	for _, message := range c.Messages {
		switch m := message.(type) {
		case *chat.User:
			body.Messages = append(body.Messages, mistralMessage{Role: "user", Content: mistralParts(m.Content)})
		case *chat.Assistant:
			if a := mistralAnswer(m); a.Content != nil || len(a.ToolCalls) > 0 {
				body.Messages = append(body.Messages, a)
			}
		case *chat.ToolResult:
			body.Messages = append(body.Messages, mistralMessage{
				Role: "tool", ToolCallID: m.ToolCallID, Name: m.ToolName, Content: mistralResult(m),
			})
		}
	}
	for _, tool := range c.Tools {
		t := mistralTool{Type: "function"}
		t.Function.Tool = tool
		if c.Persona.StrictTools {
			t.Function.Tool, t.Function.Strict = tool.strict(), true
		}
		body.Tools = append(body.Tools, t)
	}
	if c.Model.Reasoning && c.Thinking != "off" {
		switch c.Model.ID {
		case "mistral-small-2603", "mistral-small-latest", "mistral-medium-3.5":
			body.ReasoningEffort = "high"
			if word := c.Model.ThinkingLevelMap[c.Thinking]; word != nil {
				body.ReasoningEffort = *word
			}
		default:
			body.PromptMode = "reasoning"
		}
	}
	return body
}

func mistralParts(content []chat.Block) []*part {
	var parts []*part
	for _, block := range content {
		switch b := block.(type) {
		case *chat.Text:
			parts = append(parts, &part{Type: "text", Text: &b.Text})
		case *chat.Image:
			parts = append(parts, &part{Type: "image_url", ImageURL: "data:" + b.MIMEType + ";base64," + b.Data})
		}
	}
	return parts
}

func mistralAnswer(m *chat.Assistant) mistralMessage {
	a := mistralMessage{Role: "assistant", Prefix: new(bool)}
	var parts []any
	for _, block := range m.Content {
		switch b := block.(type) {
		case *chat.Text:
			if strings.TrimSpace(b.Text) != "" {
				parts = append(parts, part{Type: "text", Text: &b.Text})
			}
		case *chat.Thinking:
			if strings.TrimSpace(b.Thinking) != "" {
				parts = append(parts, map[string]any{"type": "thinking", "thinking": []part{{Type: "text", Text: &b.Thinking}}})
			}
		case *chat.ToolCall:
			call := mistralCallPart{completionsCall: completionsCall{ID: b.ID, Type: "function"}}
			call.Function.Name, call.Function.Arguments = b.Name, string(b.Arguments)
			a.ToolCalls = append(a.ToolCalls, call)
		}
	}
	if parts != nil {
		a.Content = parts
	}
	return a
}

func mistralResult(m *chat.ToolResult) []*part {
	text := strings.TrimSpace(chat.PlainText(m.Content, "\n"))
	if text == "" {
		text = "(no tool output)"
	}
	if m.IsError {
		text = "[tool error] " + text
	}
	return []*part{{Type: "text", Text: &text}}
}
