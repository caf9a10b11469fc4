package chat

import (
	"math"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/words"
)

// TextTokens estimates a text of so many characters: a token for every four.
func TextTokens(chars int) float64 { return math.Ceil(float64(chars) / 4) }

// Sum is all tokens of a request and its answer.
func (u Usage) Sum() float64 {
	if u.TotalTokens != 0 {
		return u.TotalTokens
	}
	return u.Input + u.Output + u.CacheRead + u.CacheWrite
}

// Tokens estimates a message.
func Tokens(message Message) float64 {
	const imageChars = 4800
	chars := 0
	count := func(text string) { chars += words.Len(text) }
	var content []Block
	switch m := message.(type) {
	case *System:
		return systemTokens(m)
	case *User:
		content = m.Content
	case *Assistant:
		content = m.Content
	case *ToolResult:
		content = m.Content
	case *BashExecution:
		count(m.Command + m.Output)
	case *CompactionSummary:
		count(m.Summary)
	}
	for _, block := range content {
		switch b := block.(type) {
		case *Text:
			count(b.Text)
		case *Thinking:
			count(b.Thinking)
		case *ToolCall:
			count(b.Name + string(b.Arguments))
		case *Image:
			chars += imageChars
		}
	}
	return TextTokens(chars)
}

// systemTokens estimates the instructions by their sections and the tools that
// they bring.
func systemTokens(m *System) float64 {
	chars := words.Len(m.Content)
	if v, err := jsval.Parse(string(m.Sections)); err == nil {
		for _, section := range v.Members() {
			chars += words.Len(section.Value.String())
		}
	}
	chars += words.Len(string(m.ToolsAdded))
	return TextTokens(chars)
}
