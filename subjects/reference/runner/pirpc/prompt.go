package pirpc

import (
	"encoding/json"
	"strings"
)

// Handler hears what happens in a turn. Its methods are called in order, by the
// goroutine that called Prompt.
type Handler interface {
	MessageStart()                        // an answer begins
	Delta(text string)                    // a piece of it
	MessageEnd(Message)                   // the whole of it
	Tool(id, name string)                 // a tool starts
	ToolEnd(id, name string, failed bool) // a tool has ended
	Retry()                               // the attempt failed and Pi will try again
}

// Message is an answer of the model.
type Message struct {
	Role         string  `json:"role"`
	Content      Content `json:"content"`
	Provider     string  `json:"provider"`
	Model        string  `json:"model"`
	StopReason   string  `json:"stopReason"`
	ErrorMessage string  `json:"errorMessage"`
	Usage        Usage   `json:"usage"`
}

// Usage is what an answer consumed.
type Usage struct {
	Input  int `json:"input"`
	Output int `json:"output"`
	Total  int `json:"totalTokens"`
	Cost   struct {
		Total float64 `json:"total"`
	} `json:"cost"`
}

// Content is the text of a message. Pi writes it as text or as a list of blocks.
type Content string

// UnmarshalJSON joins the text blocks.
func (c *Content) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*c = Content(text)
		return nil
	}
	var blocks []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if err := json.Unmarshal(raw, &blocks); err != nil {
		return err
	}
	var all strings.Builder
	for _, b := range blocks {
		if b.Type == "text" {
			all.WriteString(b.Text)
		}
	}
	*c = Content(all.String())
	return nil
}

// Prompt runs one turn to its end. A model that fails is no error here: the
// handler hears it in the message.
func (c *Client) Prompt(text string, h Handler) error {
	id, err := c.command("prompt", map[string]any{"message": text})
	if err != nil {
		return err
	}
	for {
		l, err := c.read()
		if err != nil {
			return err
		}
		switch {
		case l.answers(id, "prompt"):
			if err := l.response("prompt", nil); err != nil {
				return err
			}
		case l.Type == "agent_end":
			// Not agent_settled: releases before 0.80.4 do not send it.
			if !l.WillRetry {
				return nil
			}
			h.Retry()
		default:
			l.tell(h)
		}
	}
}

func (l *line) tell(h Handler) {
	switch l.Type {
	case "message_start":
		if m, ok := l.assistant(); ok && m.Role == "assistant" {
			h.MessageStart()
		}
	case "message_update":
		if l.Update != nil && l.Update.Type == "text_delta" {
			h.Delta(l.Update.Delta)
		}
	case "message_end":
		if m, ok := l.assistant(); ok && m.Role == "assistant" {
			h.MessageEnd(m)
		}
	case "tool_execution_start":
		h.Tool(l.ToolID, l.ToolName)
	case "tool_execution_end":
		h.ToolEnd(l.ToolID, l.ToolName, l.IsError)
	}
}

func (l *line) assistant() (Message, bool) {
	var m Message
	return m, json.Unmarshal(l.Message, &m) == nil
}
