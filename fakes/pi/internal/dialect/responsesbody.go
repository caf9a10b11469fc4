package dialect

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

type responsesRequest struct {
	Model           string            `json:"model"`
	Input           []any             `json:"input"`
	Stream          bool              `json:"stream"`
	PromptCacheKey  string            `json:"prompt_cache_key,omitempty"`
	Store           bool              `json:"store"`
	MaxOutputTokens float64           `json:"max_output_tokens,omitempty"`
	Tools           []responsesTool   `json:"tools,omitempty"`
	Reasoning       map[string]string `json:"reasoning,omitempty"`
	Include         []string          `json:"include,omitempty"`
}

type responsesTool struct {
	Type string `json:"type"`
	Tool
	Strict *bool `json:"strict,omitempty"`
}

// responsesItem is one item of the input.
type responsesItem struct {
	Type      string  `json:"type,omitempty"`
	ID        string  `json:"id,omitempty"`
	Role      string  `json:"role,omitempty"`
	Content   any     `json:"content,omitempty"`
	Status    string  `json:"status,omitempty"`
	CallID    string  `json:"call_id,omitempty"`
	Name      string  `json:"name,omitempty"`
	Arguments *string `json:"arguments,omitempty"`
	Output    *string `json:"output,omitempty"`
}

func responsesBody(c *Call) responsesRequest {
	body := responsesRequest{Model: c.Model.ID, Input: responsesInput(c), Stream: true, MaxOutputTokens: c.limit()}
	if !c.Uncached {
		body.PromptCacheKey = c.SessionID
	}
	if !c.laterTools() {
		body.Tools = responsesTools(c)
	}
	if !c.Model.Reasoning {
		return body
	}
	off, offListed := c.Model.ThinkingLevelMap["off"]
	switch {
	case c.Thinking != "off":
		body.Reasoning = map[string]string{"effort": config.Effort(c.Model, c.Thinking), "summary": "auto"}
		body.Include = []string{"reasoning.encrypted_content"}
	case c.Model.Provider == "github-copilot":
	case off != nil:
		body.Reasoning = map[string]string{"effort": *off}
	case !offListed:
		body.Reasoning = map[string]string{"effort": "none"}
	}
	return body
}

func responsesTools(c *Call) (tools []responsesTool) {
	strict := c.Persona.StrictTools
	for _, tool := range c.Tools {
		t := responsesTool{Type: "function", Tool: tool}
		if !c.Persona.StrictListed || quirksOf(c).flag("supportsStrictMode", c.Model.API == azureAPI) {
			t.Strict = &strict
			if strict {
				t.Tool = tool.strict()
			}
		}
		tools = append(tools, t)
	}
	return tools
}

func responsesInput(c *Call) []any {
	role := "system"
	if c.Model.Reasoning && quirksOf(c).flag("supportsDeveloperRole", true) {
		role = "developer"
	}
	input := []any{}
	if !c.laterInstructions() {
		input = append(input, responsesItem{Role: role, Content: c.System})
	}
	for i, message := range c.Messages {
		switch m := message.(type) {
		case *chat.System:
			if !c.laterInstructions() {
				continue
			}
			if c.laterTools() {
				input = append(input, addedTools{"additional_tools", "developer", responsesTools(c)})
			}
			input = append(input, responsesItem{Role: role, Content: m.Update()})
		case *chat.User:
			input = append(input, responsesItem{Role: "user", Content: inputParts(m.Content)})
		case *chat.Assistant:
			input = append(input, responsesAnswer(c, m, i)...)
		case *chat.ToolResult:
			text := chat.PlainText(m.Content, "\n")
			if text == "" {
				text = "(see attached image)"
			}
			input = append(input, responsesItem{Type: "function_call_output", CallID: firstHalf(m.ToolCallID), Output: &text})
		}
	}
	return input
}

// addedTools are tools that a conversation has from here on.
type addedTools struct {
	Type  string          `json:"type"`
	Role  string          `json:"role"`
	Tools []responsesTool `json:"tools"`
}

func inputParts(content []chat.Block) []map[string]string {
	var parts []map[string]string
	for _, block := range content {
		switch b := block.(type) {
		case *chat.Text:
			parts = append(parts, map[string]string{"type": "input_text", "text": b.Text})
		case *chat.Image:
			parts = append(parts, map[string]string{"type": "input_image", "detail": "auto", "image_url": "data:" + b.MIMEType + ";base64," + b.Data})
		}
	}
	return parts
}

// firstHalf is a call's id without that of the item that made it.
func firstHalf(id string) string {
	id, _, _ = strings.Cut(id, "|")
	return id
}

// responsesAnswer turns an answer of the model into the items it came from. Those
// of a sister model lose their ids, which belong together with its reasoning.
func responsesAnswer(c *Call, m *chat.Assistant, at int) []any {
	sister := m.Provider == c.Model.Provider && m.API == c.Model.API && m.Model != c.Model.ID
	var items []any
	texts := 0
	for _, block := range m.Content {
		switch b := block.(type) {
		case *chat.Thinking:
			if b.Signature != "" {
				items = append(items, json.RawMessage(b.Signature))
			}
		case *chat.Text:
			id := fmt.Sprintf("msg_pi_%d", at)
			if texts > 0 {
				id = fmt.Sprintf("%s_%d", id, texts)
			}
			texts++
			if v, err := jsval.Parse(b.Signature); err == nil && v.Get("id").Truthy() {
				id = v.Get("id").String()
			}
			content := []map[string]any{{"type": "output_text", "text": b.Text, "annotations": []string{}}}
			items = append(items, responsesItem{Type: "message", ID: id, Role: "assistant", Content: content, Status: "completed"})
		case *chat.ToolCall:
			callID, itemID, _ := strings.Cut(b.ID, "|")
			if own := strings.HasPrefix(itemID, "fc_"); sister && own || !own && c.Persona.OwnItemIDs {
				itemID = ""
			}
			arguments := string(b.Arguments)
			items = append(items, responsesItem{Type: "function_call", ID: itemID, CallID: callID, Name: b.Name, Arguments: &arguments})
		}
	}
	return items
}
