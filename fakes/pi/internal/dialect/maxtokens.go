package dialect

import (
	"math"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
)

// maxTokens limits an answer to what the model allows and its context leaves.
// The instructions and tools of the fake are shorter than Pi's, so where the
// context is nearly filled by the answer alone, a first request has some
// hundred tokens more than Pi's would.
func (c *Call) maxTokens() float64 {
	const reserve = 4096
	if c.Model.ContextWindow <= 0 {
		return max(1, c.Model.MaxTokens)
	}
	return min(c.Model.MaxTokens, max(1, c.Model.ContextWindow-c.tokens()-reserve))
}

// tokens estimates the request: what the last answer reported, and a token for
// every four characters of what is not in that.
func (c *Call) tokens() float64 {
	tokens := 0.0
	for i := len(c.Messages) - 1; i >= 0; i-- {
		if m, ok := c.Messages[i].(*chat.Assistant); ok && m.Usage.TotalTokens > 0 && m.StopReason != chat.Error && m.StopReason != chat.Aborted {
			return tokens + m.Usage.TotalTokens
		}
		tokens += chat.Tokens(c.Messages[i])
	}
	chars := len(c.System)
	for _, tool := range c.Tools {
		chars += len(tool.Name) + len(tool.Description) + len(tool.Parameters)
	}
	return tokens + math.Ceil(float64(chars)/4)
}
