package dialect

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

type anthropicRequest struct {
	Model        string              `json:"model"`
	Messages     []anthropicMessage  `json:"messages"`
	MaxTokens    float64             `json:"max_tokens"`
	Stream       bool                `json:"stream"`
	System       []*anthropicBlock   `json:"system,omitempty"`
	Tools        []anthropicTool     `json:"tools,omitempty"`
	Thinking     map[string]any      `json:"thinking,omitempty"`
	OutputConfig map[string]string   `json:"output_config,omitempty"`
	Fallbacks    []anthropicFallback `json:"fallbacks,omitempty"`
}

type anthropicMessage struct {
	Role    string            `json:"role"`
	Content []*anthropicBlock `json:"content"`
}

type anthropicBlock struct {
	Type         string            `json:"type"`
	Text         *string           `json:"text,omitempty"`
	Thinking     *string           `json:"thinking,omitempty"`
	Signature    *string           `json:"signature,omitempty"`
	Data         string            `json:"data,omitempty"`
	Source       map[string]string `json:"source,omitempty"`
	ID           string            `json:"id,omitempty"`
	Name         string            `json:"name,omitempty"`
	Input        json.RawMessage   `json:"input,omitempty"`
	ToolUseID    string            `json:"tool_use_id,omitempty"`
	Content      any               `json:"content,omitempty"`
	IsError      *bool             `json:"is_error,omitempty"`
	CacheControl *cacheControl     `json:"cache_control,omitempty"`
}

type anthropicTool struct {
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	Eager        bool            `json:"eager_input_streaming,omitempty"`
	Strict       bool            `json:"strict,omitempty"`
	InputSchema  json.RawMessage `json:"input_schema"`
	CacheControl *cacheControl   `json:"cache_control,omitempty"`
	Deferred     bool            `json:"defer_loading,omitempty"`
}

// anthropicQuirk is how a provider's imitation of the API differs.
type anthropicQuirk struct {
	eager      bool   // streams the input of tools without a beta header
	cacheTools bool   // tools may be cached
	affinity   string // header that names the session
	adaptive   bool   // the model decides by itself how long it thinks
	strict     bool   // tools may be strict
	changes    bool   // tools may change within a conversation
	fallbacks  []anthropicFallback
	unsigned   bool // thinking without a signature stays thinking
}

// anthropicFallback is a model that may answer in the place of another.
type anthropicFallback struct {
	Model string `json:"model"`
}

// betas are the features to ask for by their names.
func (q anthropicQuirk) betas(c *Call) []string {
	var betas []string
	if len(c.Tools) > 0 && !q.eager {
		betas = append(betas, "fine-grained-tool-streaming-2025-05-14")
	}
	thinks := !c.Persona.ShyBetas || c.Model.Reasoning && c.Thinking != "off"
	if thinks && !q.adaptive { // adaptive models interleave by themselves
		betas = append(betas, "interleaved-thinking-2025-05-14")
	}
	if len(q.fallbacks) > 0 {
		betas = append(betas, "server-side-fallback-2026-07-01")
	}
	if q.changes {
		betas = append(betas, "mid-conversation-tool-changes-2026-07-01")
	}
	return betas
}

func anthropicQuirks(c *Call) anthropicQuirk {
	fireworks := c.Model.Provider == "fireworks" && !c.Persona.ShyBetas
	q := quirksOf(c)
	affinity := ""
	openrouter := c.Persona.SessionHeader && (c.Model.Provider == "openrouter" || strings.Contains(c.Model.BaseURL, "openrouter.ai"))
	if q.flag("sendSessionAffinityHeaders", fireworks || openrouter) {
		affinity = "x-session-affinity"
		if openrouter {
			affinity = "x-session-id"
		}
	}
	var fallbacks []anthropicFallback
	for _, item := range q.v.Get("allowedFallbackModels").Items() {
		fallbacks = append(fallbacks, anthropicFallback{item.Get("model").String()})
	}
	return anthropicQuirk{
		fallbacks:  fallbacks,
		affinity:   affinity,
		strict:     c.Persona.StrictTools && q.flag("supportsStrictTools", false),
		changes:    c.Persona.ToolChanges && len(c.Tools) > 0 && !c.laterInstructions() && q.flag("supportsMidConvoSystemMessages", false) && q.flag("supportsMidConvoToolChanges", false),
		unsigned:   q.flag("allowEmptySignature", false),
		eager:      q.flag("supportsEagerToolInputStreaming", !fireworks),
		cacheTools: q.flag("supportsCacheControlOnTools", !fireworks),
		adaptive:   q.flag("forceAdaptiveThinking", false),
	}
}

func anthropicBody(c *Call, q anthropicQuirk) anthropicRequest {
	mark := &cacheControl{"ephemeral"}
	if c.Uncached {
		mark = nil
	}
	body := anthropicRequest{Model: c.Model.ID, Messages: anthropicMessages(c), MaxTokens: cmp.Or(c.limit(), c.Model.MaxTokens), Stream: true}
	if n := len(body.Messages); n > 0 && body.Messages[n-1].Role != "assistant" {
		content := body.Messages[n-1].Content
		content[len(content)-1].CacheControl = mark
	}
	if isLoginToken(c.Key) {
		who := "You are Claude Code, Anthropic's official CLI for Claude."
		body.System = append(body.System, &anthropicBlock{Type: "text", Text: &who, CacheControl: mark})
	}
	if !c.laterInstructions() {
		body.System = append(body.System, &anthropicBlock{Type: "text", Text: &c.System, CacheControl: mark})
	}
	for _, tool := range c.Tools {
		schema := inputSchema(tool.Parameters)
		if q.strict {
			schema = tool.strict().Parameters
		}
		body.Tools = append(body.Tools, anthropicTool{
			Name: c.toolName(tool.Name), Description: tool.Description, Eager: q.eager, Strict: q.strict, InputSchema: schema,
		})
	}
	if n := len(body.Tools); n > 0 && q.cacheTools {
		body.Tools[n-1].CacheControl = mark
	}
	if q.changes { // reserves a place for tools that come later
		body.Tools = append(body.Tools, anthropicTool{
			Name: "__pi_deferred_placeholder__", Description: "Reserved placeholder. Never available. Never call this.",
			InputSchema: json.RawMessage(`{"type":"object","properties":{},"required":[]}`), Deferred: true,
		})
	}
	body.Fallbacks = q.fallbacks
	think(&body, c, q)
	return body
}

// toolName is what Pi calls a tool when it speaks as Claude Code, which writes
// the same names with a capital.
func (c *Call) toolName(name string) string {
	switch name {
	case "read", "bash", "edit", "write":
		if isLoginToken(c.Key) {
			return strings.ToUpper(name[:1]) + name[1:]
		}
	}
	return name
}

// ownToolName is the reverse.
func (c *Call) ownToolName(name string) string {
	for _, tool := range c.Tools {
		if isLoginToken(c.Key) && strings.EqualFold(tool.Name, name) {
			return tool.Name
		}
	}
	return name
}

// inputSchema is the part of a tool's schema that this API is given.
func inputSchema(parameters json.RawMessage) json.RawMessage {
	v, err := jsval.Parse(string(parameters))
	if err != nil {
		return parameters
	}
	return jsval.Value{}.With("type", jsval.Of("object")).
		With("properties", v.Get("properties")).With("required", v.Get("required")).Append(nil)
}

func think(body *anthropicRequest, c *Call, q anthropicQuirk) {
	if !c.Model.Reasoning {
		return
	}
	if c.Thinking == "off" {
		if off, listed := c.Model.ThinkingLevelMap["off"]; !listed || off != nil {
			body.Thinking = map[string]any{"type": "disabled"}
		}
		return
	}
	if q.adaptive {
		body.Thinking = map[string]any{"type": "adaptive", "display": "summarized"}
		body.OutputConfig = map[string]string{"effort": anthropicEffort(c)}
		return
	}
	const least = 1024 // for the thinking, and for the answer after it
	budget := map[string]float64{"minimal": 1024, "low": 2048, "medium": 8192}[c.Thinking]
	if budget == 0 {
		budget = 16384
	}
	if c.Limit > 0 { // what is asked for is the answer, without the thinking
		body.MaxTokens = min(body.MaxTokens+budget, c.Model.MaxTokens)
	}
	if body.MaxTokens <= budget || c.Persona.MaxTokens && body.MaxTokens-least < budget {
		budget = max(0, body.MaxTokens-least)
	}
	if budget == 0 {
		budget = least
	}
	body.Thinking = map[string]any{"type": "enabled", "budget_tokens": budget, "display": "summarized"}
}

func anthropicEffort(c *Call) string {
	if word := c.Model.ThinkingLevelMap[c.Thinking]; word != nil {
		return *word
	}
	switch c.Thinking {
	case "minimal", "low":
		return "low"
	case "medium":
		return "medium"
	default:
		return "high"
	}
}

func anthropicMessages(c *Call) []anthropicMessage {
	out := []anthropicMessage{}
	add := func(role string, content []*anthropicBlock) {
		if len(content) > 0 {
			out = append(out, anthropicMessage{role, content})
		}
	}
	var later []*anthropicBlock // instructions, which may stand only before an answer or at the end
	tell := func() {
		add("system", later)
		later = nil
	}
	afterResult := false // results of one answer travel together
	for _, message := range c.Messages {
		result, isResult := message.(*chat.ToolResult)
		switch m := message.(type) {
		case *chat.System:
			if text := m.Update(); c.laterInstructions() {
				later = append(later, &anthropicBlock{Type: "text", Text: &text})
			}
			continue
		case *chat.User:
			add("user", anthropicContent(m.Content))
		case *chat.Assistant:
			tell()
			add("assistant", anthropicAnswer(c, m))
		}
		if isResult {
			block := &anthropicBlock{Type: "tool_result", ToolUseID: result.ToolCallID, Content: resultContent(result), IsError: &result.IsError}
			if afterResult {
				last := &out[len(out)-1]
				last.Content = append(last.Content, block)
			} else {
				add("user", []*anthropicBlock{block})
			}
		}
		afterResult = isResult
	}
	tell()
	return out
}

func anthropicContent(content []chat.Block) []*anthropicBlock {
	var out []*anthropicBlock
	for _, block := range content {
		switch b := block.(type) {
		case *chat.Text:
			if strings.TrimSpace(b.Text) != "" {
				out = append(out, &anthropicBlock{Type: "text", Text: &b.Text})
			}
		case *chat.Image:
			source := map[string]string{"type": "base64", "media_type": b.MIMEType, "data": b.Data}
			out = append(out, &anthropicBlock{Type: "image", Source: source})
		}
	}
	return out
}

func anthropicAnswer(c *Call, m *chat.Assistant) []*anthropicBlock {
	unsigned := anthropicQuirks(c).unsigned
	var out []*anthropicBlock
	for _, block := range m.Content {
		switch b := block.(type) {
		case *chat.Text:
			if strings.TrimSpace(b.Text) != "" {
				out = append(out, &anthropicBlock{Type: "text", Text: &b.Text})
			}
		case *chat.Thinking:
			switch {
			case b.Redacted:
				out = append(out, &anthropicBlock{Type: "redacted_thinking", Data: b.Signature})
			case strings.TrimSpace(b.Thinking) == "":
			case strings.TrimSpace(b.Signature) == "" && unsigned:
				empty := ""
				out = append(out, &anthropicBlock{Type: "thinking", Thinking: &b.Thinking, Signature: &empty})
			case strings.TrimSpace(b.Signature) == "":
				out = append(out, &anthropicBlock{Type: "text", Text: &b.Thinking})
			default:
				out = append(out, &anthropicBlock{Type: "thinking", Thinking: &b.Thinking, Signature: &b.Signature})
			}
		case *chat.ToolCall:
			out = append(out, &anthropicBlock{Type: "tool_use", ID: b.ID, Name: c.toolName(b.Name), Input: b.Arguments})
		}
	}
	return out
}

// resultContent is text where a result is nothing else, and blocks otherwise.
func resultContent(r *chat.ToolResult) any {
	for _, block := range r.Content {
		if _, ok := block.(*chat.Text); !ok {
			return anthropicContent(r.Content)
		}
	}
	return chat.PlainText(r.Content, "\n")
}
