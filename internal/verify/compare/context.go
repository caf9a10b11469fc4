package compare

import (
	"encoding/json"
	"strings"
)

// briefing follows a conversation as far as it must be known whether Pi counts
// its instructions when it says how full the context is. The instructions are
// Pi's own text, and their length is the length of Pi's own paths too.
type briefing struct {
	tokens   float64 // of the instructions, 0 if the conversation has none
	answered bool    // an answer since then reported its usage, which Pi goes by
}

// hear reads one line of a Pi.
func (b *briefing) hear(text string) {
	var line struct {
		Type    string `json:"type"`
		Command string `json:"command"`
		Success bool   `json:"success"`
		Entry   struct {
			Type string `json:"type"`
		} `json:"entry"`
		Message struct {
			Role       string                     `json:"role"`
			Sections   map[string]json.RawMessage `json:"sections"`
			ToolsAdded json.RawMessage            `json:"toolsAdded"`
			StopReason string                     `json:"stopReason"`
			Usage      struct{ Input, Output, CacheRead, CacheWrite, TotalTokens float64 }
		} `json:"message"`
	}
	if json.Unmarshal([]byte(text), &line) != nil {
		return
	}
	m := line.Message
	switch {
	case line.Success && (line.Command == "new_session" || line.Command == "switch_session"):
		*b = briefing{}
	case line.Type == "entry_appended" && line.Entry.Type == "context_edit":
		b.answered = false
	case line.Type == "message_end" && m.Role == "system":
		chars := len(m.ToolsAdded)
		for _, section := range m.Sections {
			chars += len(section)
		}
		*b = briefing{tokens: float64(chars) / 4}
	case line.Type == "message_end" && m.Role == "assistant" && m.StopReason != "error" && m.StopReason != "aborted":
		u := m.Usage
		b.answered = b.answered || u.TotalTokens+u.Input+u.Output+u.CacheRead+u.CacheWrite > 0
	}
}

// usage replaces how full the context is where the instructions are part of it.
// A figure that is too small to hold them stays.
func (b *briefing) usage(line map[string]any) {
	data, _ := line["data"].(map[string]any)
	context, _ := data["contextUsage"].(map[string]any)
	tokens, ok := context["tokens"].(float64)
	const slack = 0.8 // escapes and placeholders make the text that is seen longer or shorter
	if line["command"] != "get_session_stats" || !ok || b.tokens == 0 || b.answered || tokens < slack*b.tokens {
		return
	}
	context["tokens"], context["percent"] = "<with the instructions>", "<with the instructions>"
}

// counted is a line after which the briefing may be another.
func counted(text string) bool {
	for _, mark := range []string{`"message_end"`, `"entry_appended"`, `_session"`} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}
