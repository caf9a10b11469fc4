package dialect

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
)

// completionsRequest is the body, in the order in which Pi writes it.
type completionsRequest struct {
	Model               string               `json:"model"`
	Messages            []completionsMessage `json:"messages"`
	Stream              bool                 `json:"stream"`
	PromptCacheKey      string               `json:"prompt_cache_key,omitempty"`
	StreamOptions       *streamOptions       `json:"stream_options,omitempty"`
	Store               *bool                `json:"store,omitempty"`
	MaxTokens           float64              `json:"max_tokens,omitempty"`
	MaxCompletionTokens float64              `json:"max_completion_tokens,omitempty"`
	Tools               []completionsTool    `json:"tools,omitzero"` // empty where only the conversation has calls
	ToolStream          bool                 `json:"tool_stream,omitempty"`
	Thinking            any                  `json:"thinking,omitempty"`
	EnableThinking      *bool                `json:"enable_thinking,omitempty"`
	Template            any                  `json:"chat_template_kwargs,omitempty"`
	Reasoning           any                  `json:"reasoning,omitempty"`
	ReasoningEffort     string               `json:"reasoning_effort,omitempty"`
	Provider            json.RawMessage      `json:"provider,omitempty"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type completionsMessage struct {
	Role             string            `json:"role"`
	Content          any               `json:"content"`
	ToolCalls        []completionsCall `json:"tool_calls,omitempty"`
	ToolCallID       string            `json:"tool_call_id,omitempty"`
	Name             string            `json:"name,omitempty"`
	ReasoningContent *string           `json:"reasoning_content,omitempty"`
	Reasoning        string            `json:"reasoning,omitempty"`
	ReasoningText    string            `json:"reasoning_text,omitempty"`
	Tools            []completionsTool `json:"tools,omitempty"` // that there are from here on
}

// MarshalJSON leaves out the content where tools stand in its place.
func (m completionsMessage) MarshalJSON() ([]byte, error) {
	if m.Tools != nil {
		return encode(map[string]any{"role": m.Role, "tools": m.Tools})
	}
	type plain completionsMessage
	return encode(plain(m))
}

type completionsCall struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

type completionsTool struct {
	Type     string `json:"type"`
	Function struct {
		Tool
		Strict *bool `json:"strict,omitempty"`
	} `json:"function"`
	CacheControl *cacheControl `json:"cache_control,omitempty"`
}

type cacheControl struct {
	Type string `json:"type"`
}

// part is a piece of a message's content.
type part struct {
	Type         string        `json:"type"`
	Text         *string       `json:"text,omitempty"`
	ImageURL     any           `json:"image_url,omitempty"`
	CacheControl *cacheControl `json:"cache_control,omitempty"`
}

func completionsBody(c *Call) completionsRequest {
	q := completionsQuirks(c)
	body := completionsRequest{Model: c.Model.ID, Messages: completionsMessages(c, q), Stream: true}
	if strings.Contains(c.Model.BaseURL, "api.openai.com") && !c.Uncached {
		body.PromptCacheKey = c.SessionID
	}
	if q.usageInStream {
		body.StreamOptions = &streamOptions{true}
	}
	if q.store {
		body.Store = new(bool)
	}
	if q.maxTokens {
		body.MaxTokens = c.limit()
	} else {
		body.MaxCompletionTokens = c.limit()
	}
	if !c.laterTools() {
		body.Tools = completionsTools(c, q)
	}
	if body.Tools == nil && slices.ContainsFunc(c.Messages, calling) {
		body.Tools = []completionsTool{}
	}
	body.ToolStream = q.toolStream && len(body.Tools) > 0
	if q.cacheControl && !c.Uncached {
		cacheCompletions(&body)
	}
	reason(&body, c, q)
	body.Provider = q.routing
	return body
}

func completionsTools(c *Call, q completionsQuirk) (tools []completionsTool) {
	for _, tool := range c.Tools {
		t := completionsTool{Type: "function"}
		t.Function.Tool = tool
		if q.strict {
			strict := c.Persona.StrictTools
			t.Function.Strict = &strict
			if strict {
				t.Function.Tool = tool.strict()
			}
		}
		tools = append(tools, t)
	}
	return tools
}

// calling reports whether a message is about a tool call.
func calling(m chat.Message) bool {
	if a, ok := m.(*chat.Assistant); ok {
		return len(a.Calls()) > 0
	}
	_, ok := m.(*chat.ToolResult)
	return ok
}

// reason asks for reasoning in the way of the provider.
func reason(body *completionsRequest, c *Call, q completionsQuirk) {
	if !c.Model.Reasoning {
		return
	}
	on := c.Thinking != "off"
	effort := config.Effort(c.Model, c.Thinking)
	off, offListed := c.Model.ThinkingLevelMap["off"]
	enabled := func() any {
		if on {
			return map[string]string{"type": "enabled"}
		}
		return map[string]string{"type": "disabled"}
	}
	switch q.thinking {
	case "zai":
		body.Thinking = enabled()
		if on && c.Persona.KeepsThinking {
			body.Thinking = map[string]any{"type": "enabled", "clear_thinking": false}
		}
		if on && q.effort && c.Persona.ZaiEffort {
			body.ReasoningEffort = effort
		}
	case "qwen":
		body.EnableThinking = &on
	case "qwen-chat-template":
		body.Template = map[string]bool{"enable_thinking": on, "preserve_thinking": true}
	case "deepseek":
		body.Thinking = enabled()
		if on && q.effort {
			body.ReasoningEffort = effort
		}
	case "openrouter":
		switch {
		case on:
			body.Reasoning = map[string]string{"effort": effort}
		case off != nil:
			body.Reasoning = map[string]string{"effort": *off}
		case !offListed:
			body.Reasoning = map[string]string{"effort": "none"}
		}
	case "ant-ling":
		if word := c.Model.ThinkingLevelMap[c.Thinking]; on && word != nil {
			body.Reasoning = map[string]string{"effort": *word}
		}
	case "together":
		body.Reasoning = map[string]bool{"enabled": on}
		if on && q.effort {
			body.ReasoningEffort = effort
		}
	default:
		switch {
		case q.effort && on:
			body.ReasoningEffort = effort
		case q.effort && off != nil:
			body.ReasoningEffort = *off
		}
	}
}

func completionsMessages(c *Call, q completionsQuirk) []completionsMessage {
	role := "system"
	if c.Model.Reasoning && q.developer {
		role = "developer"
	}
	out := []completionsMessage{}
	if !c.laterInstructions() {
		out = append(out, completionsMessage{Role: role, Content: c.System})
	}
	var last chat.Message
	for _, message := range c.Messages {
		switch m := message.(type) {
		case *chat.System:
			if !c.laterInstructions() {
				continue
			}
			if c.laterTools() {
				out = append(out, completionsMessage{Role: "system", Tools: completionsTools(c, q)})
			}
			out = append(out, completionsMessage{Role: role, Content: m.Update()})
		case *chat.User:
			parts := userParts(m.Content)
			if c.Persona.DropsEmptyText {
				parts = slices.DeleteFunc(parts, func(p *part) bool { return p.Text != nil && *p.Text == "" })
			}
			if _, ok := last.(*chat.ToolResult); ok && q.answerAfterTool {
				out = append(out, completionsMessage{Role: "assistant", Content: "I have processed the tool results."})
			}
			if len(parts) > 0 || !c.Persona.DropsEmptyText {
				out = append(out, completionsMessage{Role: "user", Content: parts})
			}
		case *chat.Assistant:
			if a, ok := completionsAnswer(c, q, m); ok {
				out = append(out, a)
			}
		case *chat.ToolResult:
			text := chat.PlainText(m.Content, "\n")
			if text == "" {
				text = "(see attached image)"
			}
			result := completionsMessage{Role: "tool", Content: text, ToolCallID: m.ToolCallID}
			if q.resultName {
				result.Name = m.ToolName
			}
			out = append(out, result)
		}
		last = message
	}
	return out
}

func userParts(content []chat.Block) []*part {
	var parts []*part
	for _, block := range content {
		switch b := block.(type) {
		case *chat.Text:
			parts = append(parts, &part{Type: "text", Text: &b.Text})
		case *chat.Image:
			url := "data:" + b.MIMEType + ";base64," + b.Data
			parts = append(parts, &part{Type: "image_url", ImageURL: map[string]string{"url": url}})
		}
	}
	return parts
}

// completionsAnswer turns an answer of the model into history; one without
// content and calls is left out.
func completionsAnswer(c *Call, q completionsQuirk, m *chat.Assistant) (completionsMessage, bool) {
	a := completionsMessage{Role: "assistant"}
	if q.answerAfterTool {
		a.Content = ""
	}
	var text, thinking strings.Builder
	signature := ""
	for _, block := range m.Content {
		switch b := block.(type) {
		case *chat.Text:
			if strings.TrimSpace(b.Text) != "" {
				text.WriteString(b.Text)
			}
		case *chat.Thinking:
			if strings.TrimSpace(b.Thinking) != "" {
				signature = b.Signature
				thinking.WriteString(b.Thinking)
			}
		case *chat.ToolCall:
			call := completionsCall{ID: b.ID, Type: "function"}
			call.Function.Name, call.Function.Arguments = b.Name, string(b.Arguments)
			a.ToolCalls = append(a.ToolCalls, call)
		}
	}
	if text.Len() > 0 {
		a.Content = text.String()
	}
	reasoning := thinking.String()
	switch {
	case reasoning == "":
	case signature == "reasoning_content":
		a.ReasoningContent = &reasoning
	case signature == "reasoning":
		a.Reasoning = reasoning
	case signature == "reasoning_text":
		a.ReasoningText = reasoning
	}
	if q.reasoningContent && c.Model.Reasoning && a.ReasoningContent == nil {
		a.ReasoningContent = new(string)
	}
	return a, text.Len() > 0 || len(a.ToolCalls) > 0
}

// cacheCompletions marks what Anthropic's models behind OpenRouter shall cache:
// the instructions, the last tool and the last message with text.
func cacheCompletions(body *completionsRequest) {
	mark := &cacheControl{"ephemeral"}
	if text, ok := body.Messages[0].Content.(string); ok {
		body.Messages[0].Content = []*part{{Type: "text", Text: &text, CacheControl: mark}}
	}
	if n := len(body.Tools); n > 0 {
		body.Tools[n-1].CacheControl = mark
	}
	for i := len(body.Messages) - 1; i > 0; i-- {
		m := &body.Messages[i]
		switch content := m.Content.(type) {
		case string:
			if m.Role == "assistant" && content != "" {
				m.Content = []*part{{Type: "text", Text: &content, CacheControl: mark}}
				return
			}
		case []*part:
			for j := len(content) - 1; j >= 0; j-- {
				if content[j].Type == "text" {
					content[j].CacheControl = mark
					return
				}
			}
		}
	}
}
