package chat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/words"
)

// Told is a conversation as models are told it: summaries and commands of the client
// are messages of the user, but for commands that are kept from models.
func Told(messages []Message) []Message {
	var out []Message
	for _, message := range messages {
		switch m := message.(type) {
		case *CompactionSummary:
			out = append(out, m.asUser())
		case *BashExecution:
			if !m.ExcludeFromContext {
				out = append(out, m.asUser())
			}
		default:
			out = append(out, m)
		}
	}
	return out
}

// ForModel prepares what models are told to be sent to one of them: failed answers are
// left out, pictures become a remark for models without eyes, the reasoning of
// other models becomes text, the ids of their tool calls are renamed, and a tool
// call that nobody answered gets an answer.
func ForModel(messages []Message, m catalog.Model, rename func(id string, by *Assistant) string) []Message {
	var out []Message
	renamed := map[string]string{}
	var open []*ToolCall
	closeCalls := func() {
		for _, call := range open {
			out = append(out, &ToolResult{Role: "toolResult", ToolCallID: call.ID, ToolName: call.Name,
				Content: []Block{NewText("No result provided")}, IsError: true})
		}
		open = nil
	}
	for _, message := range messages {
		switch msg := message.(type) {
		case *System:
			if len(out) > 0 { // else they are told before everything
				closeCalls()
				out = append(out, msg)
			}
		case *User:
			closeCalls()
			out = append(out, &User{msg.Role, visible(msg.Content, m, "(image omitted: model does not support images)"), msg.Timestamp})
		case *Assistant:
			closeCalls()
			if msg.StopReason == Error || msg.StopReason == Aborted {
				continue
			}
			same := msg.Provider == m.Provider && msg.API == m.API && msg.Model == m.ID
			answer := *msg
			answer.Content = replayable(msg.Content, same)
			if !same {
				answer.Content = renameCalls(msg, answer.Content, renamed, rename)
			}
			open = calls(answer.Content)
			out = append(out, &answer)
		case *ToolResult:
			result := *msg
			if id, ok := renamed[msg.ToolCallID]; ok {
				result.ToolCallID = id
			}
			open = slices.DeleteFunc(open, func(c *ToolCall) bool { return c.ID == result.ToolCallID })
			result.Content = visible(msg.Content, m, "(tool image omitted: model does not support images)")
			out = append(out, &result)
		}
	}
	closeCalls()
	return out
}

// asUser is how a summary is told to the model. The sentence before it is not
// Pi's, but as long.
func (c *CompactionSummary) asUser() *User {
	text := words.Fit("What was said before this is summed up here:", 84) + "\n\n<summary>\n" + c.Summary + "\n</summary>"
	return &User{"user", []Block{NewText(text)}, c.Timestamp}
}

func (b *BashExecution) asUser() *User {
	return &User{"user", []Block{NewText(b.text())}, b.Timestamp}
}

// ForSummary are the messages as somebody who sums them up is told of them: what
// is not said by the user, the model or a tool becomes something that the user
// said.
func ForSummary(messages []Message) []Message {
	var out []Message
	for _, message := range messages {
		switch msg := message.(type) {
		case *CompactionSummary:
			out = append(out, msg.asUser())
		case *BashExecution:
			if !msg.ExcludeFromContext {
				out = append(out, msg.asUser())
			}
		case *System:
		default:
			out = append(out, message)
		}
	}
	return out
}

// text is how a command of the client is told to the model.
func (b *BashExecution) text() string {
	text := "Ran `" + b.Command + "`\n"
	if b.Output == "" {
		text += "(no output)"
	} else {
		text += "```\n" + b.Output + "\n```"
	}
	switch {
	case b.Cancelled:
		text += "\n\n(command cancelled)"
	case b.ExitCode != nil && *b.ExitCode != 0:
		text += "\n\nCommand exited with code " + strconv.Itoa(*b.ExitCode)
	}
	return text
}

func visible(content []Block, m catalog.Model, remark string) []Block {
	if slices.Contains(m.Input, "image") {
		return content
	}
	var out []Block
	remarked := false
	for _, block := range content {
		if _, ok := block.(*Image); !ok {
			out, remarked = append(out, block), false
		} else if !remarked {
			out, remarked = append(out, NewText(remark)), true
		}
	}
	return out
}

func replayable(content []Block, same bool) []Block {
	var out []Block
	for _, block := range content {
		switch b := block.(type) {
		case *Thinking:
			switch {
			case same && (b.Signature != "" || strings.TrimSpace(b.Thinking) != ""):
				out = append(out, b)
			case !same && !b.Redacted && strings.TrimSpace(b.Thinking) != "":
				out = append(out, NewText(b.Thinking))
			}
		case *Text:
			if !same {
				b = NewText(b.Text)
			}
			out = append(out, b)
		default:
			out = append(out, b)
		}
	}
	return out
}

// renameCalls gives the tool calls of a content other ids, and remembers them.
func renameCalls(by *Assistant, content []Block, renamed map[string]string, rename func(id string, by *Assistant) string) []Block {
	out := slices.Clone(content)
	for i, block := range out {
		call, ok := block.(*ToolCall)
		if !ok {
			continue
		}
		if id := rename(call.ID, by); id != call.ID {
			other := *call
			renamed[call.ID], other.ID = id, id
			out[i] = &other
		}
	}
	return out
}

// calls returns the tool calls of a content.
func calls(content []Block) []*ToolCall {
	var out []*ToolCall
	for _, block := range content {
		if call, ok := block.(*ToolCall); ok {
			out = append(out, call)
		}
	}
	return out
}

// Calls returns the tool calls of an answer.
func (a *Assistant) Calls() []*ToolCall { return calls(a.Content) }

// PlainText joins the text blocks of a content.
func PlainText(content []Block, sep string) string {
	var texts []string
	for _, block := range content {
		if t, ok := block.(*Text); ok {
			texts = append(texts, t.Text)
		}
	}
	return strings.Join(texts, sep)
}
