package compaction

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
	"github.com/agenta-ai/conform/fakes/pi/internal/words"
)

// System are the instructions for who sums up. The marks around a conversation are
// Pi's; its sentences are not, but as long.
func System() string {
	return words.Fit("You sum up conversations for another model. Say nothing but the summary.", 310)
}

func sumUp() string {
	return words.Fit("Sum up the conversation above: what is wanted, what is done, what comes next.", 879)
}

func update() string {
	return words.Fit("Bring the previous summary up to date with the conversation above.", 1257)
}

func begin(size int) string {
	return words.Fit("Above is the beginning of a turn whose end is kept. Sum up what its end needs.", size)
}

// HistoryPrompt asks for the summary of what is dropped. The focus is what the
// client wants it to attend to, "" for nothing.
func (p Plan) HistoryPrompt(focus string) string {
	text := marked(p.History)
	if p.Previous == "" {
		text += sumUp()
	} else {
		text += "<previous-summary>\n" + p.Previous + "\n</previous-summary>\n\n" + update()
	}
	if focus != "" {
		text += "\n\nAdditional focus: " + focus
	}
	return text
}

// PrefixPrompt asks for the summary of the beginning of a turn, in versions that give
// each part a heading under headings.
func (p Plan) PrefixPrompt(headings bool) string {
	if headings {
		return "# Conversation\n" + written(p.Prefix) + "\n\n# Instructions\n" + begin(664)
	}
	return marked(p.Prefix) + begin(440)
}

func marked(messages []chat.Message) string {
	return "<conversation>\n" + written(messages) + "\n</conversation>\n\n"
}

// Summary puts a summary together: of the history, of the beginning of a turn if one
// is cut in two, and the files that were read and changed.
func (p Plan) Summary(history, prefix string) string {
	text := history
	if len(p.Prefix) > 0 {
		text += "\n\n---\n\n**Turn Context (split turn):**\n\n" + prefix
	}
	for _, list := range []struct {
		mark  string
		files []string
	}{{"read-files", p.Files.Read}, {"modified-files", p.Files.Modified}} {
		if len(list.files) > 0 {
			text += fmt.Sprintf("\n\n<%s>\n%s\n</%[1]s>", list.mark, strings.Join(list.files, "\n"))
		}
	}
	return text
}

// Record is what the session keeps of a compaction.
func (p Plan) Record(summary string, before float64, usage *chat.Usage) session.Compaction {
	return session.Compaction{Summary: summary, FirstKept: p.FirstKept, TokensBefore: before, Details: p.Files, Usage: usage}
}

// NoHistory is the summary of nothing.
const NoHistory = "No prior history."

// written is a conversation as a text.
func written(messages []chat.Message) string {
	var parts []string
	add := func(who, text string) {
		if text != "" {
			parts = append(parts, "["+who+"]: "+text)
		}
	}
	for _, message := range chat.ForSummary(messages) {
		switch m := message.(type) {
		case *chat.User:
			add("User", chat.PlainText(m.Content, ""))
		case *chat.ToolResult:
			add("Tool result", shortened(chat.PlainText(m.Content, "")))
		case *chat.Assistant:
			parts = append(parts, answer(m)...)
		}
	}
	return strings.Join(parts, "\n\n")
}

// answer writes an answer of the model: its thoughts, its text and its calls, each
// of them also where it is empty.
func answer(m *chat.Assistant) []string {
	var thoughts, texts, calls []string
	for _, block := range m.Content {
		switch b := block.(type) {
		case *chat.Thinking:
			thoughts = append(thoughts, b.Thinking)
		case *chat.Text:
			texts = append(texts, b.Text)
		case *chat.ToolCall:
			calls = append(calls, b.Name+"("+arguments(b)+")")
		}
	}
	var out []string
	for _, part := range []struct {
		who   string
		texts []string
		sep   string
	}{{"Assistant thinking", thoughts, "\n"}, {"Assistant", texts, "\n"}, {"Assistant tool calls", calls, "; "}} {
		if len(part.texts) > 0 {
			out = append(out, "["+part.who+"]: "+strings.Join(part.texts, part.sep))
		}
	}
	return out
}

func arguments(call *chat.ToolCall) string {
	v, err := jsval.Parse(string(call.Arguments))
	if err != nil {
		return ""
	}
	var out []string
	for _, m := range v.Members() {
		out = append(out, m.Name+"="+m.Value.JSON())
	}
	return strings.Join(out, ", ")
}

// shortened keeps the beginning of what a tool said.
func shortened(text string) string {
	const most = 2000
	units := utf16.Encode([]rune(text))
	if len(units) <= most {
		return text
	}
	return fmt.Sprintf("%s\n\n[... %d more characters truncated]", string(utf16.Decode(units[:most])), len(units)-most)
}

// Limits of a summary, as shares of what is left free for an answer.
const (
	HistoryShare = 0.8
	PrefixShare  = 0.5
)

// Result is the answer to the command compact, and what compaction_end tells.
type Result struct {
	Summary        string          `json:"summary"`
	FirstKept      string          `json:"firstKeptEntryId"`
	TokensBefore   float64         `json:"tokensBefore"`
	EstimatedAfter *float64        `json:"estimatedTokensAfter,omitempty"`
	Usage          *chat.Usage     `json:"usage,omitempty"`
	Details        session.Details `json:"details"`
}
