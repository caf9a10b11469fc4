package dialect

import (
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
)

type googleRequest struct {
	Contents          []googleContent `json:"contents"`
	SystemInstruction googleContent   `json:"systemInstruction"`
	Tools             []googleTools   `json:"tools,omitempty"`
	ToolConfig        any             `json:"toolConfig,omitempty"`
	GenerationConfig  googleConfig    `json:"generationConfig"`
}

type googleContent struct {
	Parts []googlePart `json:"parts"`
	Role  string       `json:"role"`
}

type googlePart struct {
	Thought          bool              `json:"thought,omitempty"`
	Text             *string           `json:"text,omitempty"`
	ThoughtSignature string            `json:"thoughtSignature,omitempty"`
	InlineData       map[string]string `json:"inlineData,omitempty"`
	FunctionCall     *googleFunction   `json:"functionCall,omitempty"`
	FunctionResponse *googleFunction   `json:"functionResponse,omitempty"`
}

type googleFunction struct {
	Name     string            `json:"name"`
	Args     json.RawMessage   `json:"args,omitempty"`
	Response map[string]string `json:"response,omitempty"`
	ID       string            `json:"id,omitempty"`
}

type googleTools struct {
	FunctionDeclarations []googleDeclaration `json:"functionDeclarations"`
}

type googleDeclaration struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Schema      json.RawMessage `json:"parametersJsonSchema"`
}

type googleConfig struct {
	MaxOutputTokens float64        `json:"maxOutputTokens,omitempty"`
	ThinkingConfig  map[string]any `json:"thinkingConfig,omitempty"`
}

func googleBody(c *Call) googleRequest {
	body := googleRequest{
		Contents:          googleContents(c),
		SystemInstruction: googleContent{[]googlePart{{Text: &c.System}}, "user"},
	}
	if len(c.Tools) > 0 {
		var tools googleTools
		strict := c.Persona.StrictTools && geminiMajor(c.Model.ID) >= 3
		for _, tool := range c.Tools {
			if strict {
				tool = tool.strict()
			}
			tools.FunctionDeclarations = append(tools.FunctionDeclarations, googleDeclaration{tool.Name, tool.Description, tool.Parameters})
		}
		body.Tools = []googleTools{tools}
		if strict {
			body.ToolConfig = map[string]any{"functionCallingConfig": map[string]string{"mode": "VALIDATED"}}
		}
	}
	body.GenerationConfig.MaxOutputTokens = c.limit()
	if c.Model.Reasoning {
		body.GenerationConfig.ThinkingConfig = googleThinking(c)
	}
	return body
}

// googleThinking asks for thinking by level where the model family has levels,
// and by budget elsewhere.
func googleThinking(c *Call) map[string]any {
	id := strings.ToLower(c.Model.ID)
	if c.Persona.GoogleLevels {
		return googleLevels(c, id)
	}
	pro, flash := geminiThree(id, "pro"), geminiThree(id, "flash")
	gemma := strings.Contains(id, "gemma4") || strings.Contains(id, "gemma-4")
	low := c.Thinking == "minimal" || c.Thinking == "low"
	if c.Thinking == "off" {
		switch {
		case pro:
			return map[string]any{"thinkingLevel": "LOW"}
		case flash, gemma:
			return map[string]any{"thinkingLevel": "MINIMAL"}
		default:
			return map[string]any{"thinkingBudget": 0}
		}
	}
	level := strings.ToUpper(c.Thinking)
	switch {
	case pro && low:
		level = "LOW"
	case gemma && low:
		level = "MINIMAL"
	case pro, gemma:
		level = "HIGH"
	case flash:
	default:
		return map[string]any{"includeThoughts": true, "thinkingBudget": googleBudget(id, c.Thinking)}
	}
	return map[string]any{"includeThoughts": true, "thinkingLevel": level}
}

// googleLevels asks by the model's own table of levels, as newer versions do.
func googleLevels(c *Call, id string) map[string]any {
	leveled := geminiThree(id, "pro") || geminiThree(id, "flash") || id == "gemini-flash-latest" || id == "gemini-flash-lite-latest" ||
		strings.Contains(id, "gemma4") || strings.Contains(id, "gemma-4")
	level := config.Clamp(c.Persona, c.Model, c.Thinking)
	word := strings.ToUpper(config.Effort(c.Model, level))
	switch {
	case c.Thinking == "off" && (!leveled || level == "off"):
		return map[string]any{"thinkingBudget": 0}
	case c.Thinking == "off":
		return map[string]any{"thinkingLevel": word}
	case leveled:
		return map[string]any{"includeThoughts": true, "thinkingLevel": word}
	default:
		return map[string]any{"includeThoughts": true, "thinkingBudget": googleBudget(id, strings.ToLower(word))}
	}
}

// geminiMajor is the generation of a Gemini model, 0 for others.
func geminiMajor(id string) int {
	_, rest, _ := strings.Cut(strings.ToLower(id), "gemini-")
	major := 0
	for i := 0; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
		major = major*10 + int(rest[i]-'0')
	}
	return major
}

// geminiThree reports whether an id is of the third Gemini generation and of a
// size: gemini-3-pro, gemini-3.1-pro-preview and so on.
func geminiThree(id, size string) bool {
	_, rest, ok := strings.Cut(id, "gemini-3")
	if !ok {
		return false
	}
	if minor, cut := strings.CutPrefix(rest, "."); cut {
		rest = strings.TrimLeft(minor, "0123456789")
	}
	return strings.HasPrefix(rest, "-"+size)
}

func googleBudget(id, level string) int {
	budgets := map[string]int{"minimal": 128, "low": 2048, "medium": 8192, "high": 24576}
	switch {
	case strings.Contains(id, "2.5-pro"):
		budgets["high"] = 32768
	case strings.Contains(id, "2.5-flash-lite"):
		budgets["minimal"] = 512
	case strings.Contains(id, "2.5-flash"):
	default:
		return -1
	}
	return budgets[level]
}

func googleContents(c *Call) []googleContent {
	var out []googleContent
	ids := googleWantsIDs(c.Persona, c.Model)
	add := func(role string, parts []googlePart) {
		if len(parts) > 0 {
			out = append(out, googleContent{parts, role})
		}
	}
	for _, message := range c.Messages {
		switch m := message.(type) {
		case *chat.User:
			add("user", googleUser(m.Content))
		case *chat.Assistant:
			add("model", googleAnswer(m, ids))
		case *chat.ToolResult:
			key := "output"
			if m.IsError {
				key = "error"
			}
			response := &googleFunction{Name: m.ToolName, Response: map[string]string{key: chat.PlainText(m.Content, "\n")}}
			if ids {
				response.ID = m.ToolCallID
			}
			part := googlePart{FunctionResponse: response}
			if n := len(out); n > 0 && out[n-1].Parts[0].FunctionResponse != nil {
				out[n-1].Parts = append(out[n-1].Parts, part)
			} else {
				add("user", []googlePart{part})
			}
		}
	}
	return out
}

func googleUser(content []chat.Block) []googlePart {
	var parts []googlePart
	for _, block := range content {
		switch b := block.(type) {
		case *chat.Text:
			parts = append(parts, googlePart{Text: &b.Text})
		case *chat.Image:
			parts = append(parts, googlePart{InlineData: map[string]string{"mimeType": b.MIMEType, "data": b.Data}})
		}
	}
	return parts
}

func googleAnswer(m *chat.Assistant, ids bool) []googlePart {
	var parts []googlePart
	for _, block := range m.Content {
		switch b := block.(type) {
		case *chat.Text:
			if strings.TrimSpace(b.Text) != "" {
				parts = append(parts, googlePart{Text: &b.Text, ThoughtSignature: b.Signature})
			}
		case *chat.Thinking:
			if strings.TrimSpace(b.Thinking) != "" {
				parts = append(parts, googlePart{Thought: true, Text: &b.Thinking, ThoughtSignature: b.Signature})
			}
		case *chat.ToolCall:
			call := &googleFunction{Name: b.Name, Args: b.Arguments}
			if ids {
				call.ID = b.ID
			}
			parts = append(parts, googlePart{FunctionCall: call})
		}
	}
	return parts
}
