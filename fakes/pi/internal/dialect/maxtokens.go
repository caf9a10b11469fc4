package dialect

import (
	"cmp"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/words"
)

// limit is how long the answer may be, 0 where the provider is told nothing.
func (c *Call) limit() float64 {
	if !c.Persona.MaxTokens {
		return c.Limit
	}
	return c.maxTokens()
}

// maxTokens limits an answer to what the model allows and its context leaves.
func (c *Call) maxTokens() float64 {
	const reserve = 4096
	most := cmp.Or(c.Limit, c.Model.MaxTokens)
	if c.Model.ContextWindow <= 0 {
		return max(1, most)
	}
	return min(most, max(1, c.Model.ContextWindow-c.tokens()-reserve))
}

// tokens estimates the request: what the last answer reported, and what is not
// in that.
func (c *Call) tokens() float64 {
	tokens, told := 0.0, false
	instructions := chat.TextTokens(words.Len(c.System)) + chat.TextTokens(words.Len(string(c.ToolText)))
	for i := len(c.History) - 1; i >= 0; i-- {
		if m, ok := c.History[i].(*chat.Assistant); ok && m.Usage.Sum() > 0 && m.StopReason != chat.Error && m.StopReason != chat.Aborted {
			return tokens + m.Usage.Sum()
		}
		if _, ok := c.History[i].(*chat.System); ok {
			tokens, told = tokens+instructions, true
			continue
		}
		tokens += chat.Tokens(c.History[i])
	}
	if !told { // they are no message of the conversation
		tokens += instructions
	}
	return tokens
}
