package chat

import (
	"math"
	"unicode/utf16"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// Tokens estimates a message: a token for every four characters.
func Tokens(message Message) float64 {
	const imageChars, charsPerToken = 4800, 4
	chars := 0
	count := func(text string) { chars += len(utf16.Encode([]rune(text))) }
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
	return math.Ceil(float64(chars) / charsPerToken)
}

// systemTokens estimates the instructions by their sections and the tools that
// they bring.
func systemTokens(m *System) float64 {
	const charsPerToken = 4
	length := func(text string) int { return len(utf16.Encode([]rune(text))) }
	chars := length(m.Content)
	if v, err := jsval.Parse(string(m.Sections)); err == nil {
		for _, section := range v.Members() {
			chars += length(section.Value.String())
		}
	}
	chars += length(string(m.ToolsAdded))
	return math.Ceil(float64(chars) / charsPerToken)
}
