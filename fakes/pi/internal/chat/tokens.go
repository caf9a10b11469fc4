package chat

import (
	"math"
	"unicode/utf16"
)

// Tokens estimates a message: a token for every four characters.
func Tokens(message Message) float64 {
	const imageChars, charsPerToken = 4800, 4
	chars := 0
	count := func(text string) { chars += len(utf16.Encode([]rune(text))) }
	var content []Block
	switch m := message.(type) {
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
