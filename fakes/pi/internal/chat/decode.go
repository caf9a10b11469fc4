package chat

import "github.com/agenta-ai/conform/fakes/pi/internal/jsval"

// Decode reads a message as a session file has it. A message of an unknown role
// is false: it never reaches a model.
func Decode(v jsval.Value) (Message, bool) {
	at, _ := v.Get("timestamp").Float()
	timestamp := int64(at)
	switch role := v.Get("role").String(); role {
	case "system":
		return &System{role, v.Get("content").String(), v.Get("sections").Append(nil), timestamp, v.Get("toolsAdded").Append(nil)}, true
	case "user":
		return &User{role, Blocks(v.Get("content")), timestamp}, true
	case "assistant":
		return &Assistant{
			Role: role, Content: Blocks(v.Get("content")), API: v.Get("api").String(), Provider: v.Get("provider").String(),
			Model: v.Get("model").String(), Usage: usage(v.Get("usage")), StopReason: v.Get("stopReason").String(), Timestamp: timestamp,
			ResponseID: v.Get("responseId").String(), ResponseModel: v.Get("responseModel").String(), ErrorMessage: v.Get("errorMessage").String(),
			RawStopReason: v.Get("rawStopReason").String(),
		}, true
	case "toolResult":
		failed, _ := v.Get("isError").Bool()
		return &ToolResult{
			Role: role, ToolCallID: v.Get("toolCallId").String(), ToolName: v.Get("toolName").String(),
			Content: Blocks(v.Get("content")), IsError: failed, Timestamp: timestamp,
		}, true
	default:
		return nil, false
	}
}

// Blocks reads a content: text, or a list of blocks.
func Blocks(v jsval.Value) []Block {
	if v.Kind() == jsval.String {
		return []Block{NewText(v.String())}
	}
	blocks := []Block{}
	for _, item := range v.Items() {
		switch kind := item.Get("type").String(); kind {
		case "text":
			blocks = append(blocks, &Text{kind, item.Get("text").String(), item.Get("textSignature").String()})
		case "thinking":
			redacted, _ := item.Get("redacted").Bool()
			blocks = append(blocks, &Thinking{kind, item.Get("thinking").String(), item.Get("thinkingSignature").String(), redacted})
		case "toolCall":
			blocks = append(blocks, &ToolCall{kind, item.Get("id").String(), item.Get("name").String(), item.Get("arguments").Append(nil)})
		case "image":
			blocks = append(blocks, &Image{kind, item.Get("data").String(), item.Get("mimeType").String()})
		}
	}
	return blocks
}

func usage(v jsval.Value) Usage {
	num := func(v jsval.Value) float64 { n, _ := v.Float(); return n }
	maybe := func(v jsval.Value) *float64 {
		if n, ok := v.Float(); ok {
			return &n
		}
		return nil
	}
	cost := v.Get("cost")
	return Usage{
		Reasoning: maybe(v.Get("reasoning")), CacheWrite1h: maybe(v.Get("cacheWrite1h")),
		Input: num(v.Get("input")), Output: num(v.Get("output")), CacheRead: num(v.Get("cacheRead")),
		CacheWrite: num(v.Get("cacheWrite")), TotalTokens: num(v.Get("totalTokens")),
		Cost: Cost{num(cost.Get("input")), num(cost.Get("output")), num(cost.Get("cacheRead")), num(cost.Get("cacheWrite")), num(cost.Get("total"))},
	}
}
