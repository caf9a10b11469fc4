package pirpc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// RefusedError is a command that Pi answered with success:false.
type RefusedError struct{ Command, Text string }

// Error gives Pi's own words.
func (e *RefusedError) Error() string { return e.Text }

// EndedError says that Pi ended before it answered.
type EndedError struct {
	Stderr string // its last words
	Late   bool   // it was stopped because it never answered
	Cause  error
}

// Error says how it ended.
func (e *EndedError) Error() string {
	what := "pi ended before it answered"
	if e.Late {
		what = "pi did not answer in time"
	}
	if e.Stderr != "" {
		what += ": " + e.Stderr
	}
	return what
}

// Unwrap gives the error of the pipe.
func (e *EndedError) Unwrap() error { return e.Cause }

// line is one line of Pi's output: a response or an event.
type line struct {
	Type    string          `json:"type"`
	ID      string          `json:"id"`
	Command string          `json:"command"`
	Success bool            `json:"success"`
	Error   string          `json:"error"`
	Data    json.RawMessage `json:"data"`

	WillRetry bool            `json:"willRetry"`
	Message   json.RawMessage `json:"message"`
	Update    *update         `json:"assistantMessageEvent"`
	ToolName  string          `json:"toolName"`
	ToolID    string          `json:"toolCallId"`
	IsError   bool            `json:"isError"`
}

type update struct {
	Type  string `json:"type"`
	Delta string `json:"delta"`
}

// call sends a command and waits for its response. Events that come in between
// belong to no turn and are dropped.
func (c *Client) call(command string, fields map[string]any, data any) error {
	id, err := c.command(command, fields)
	if err != nil {
		return err
	}
	for {
		l, err := c.read()
		if err != nil {
			return err
		}
		if l.answers(id, command) {
			return l.response(command, data)
		}
	}
}

// command sends one command under a fresh id.
func (c *Client) command(command string, fields map[string]any) (id string, err error) {
	c.lastID++
	id = strconv.Itoa(c.lastID)
	req := map[string]any{"id": id, "type": command}
	for name, value := range fields {
		req[name] = value
	}
	return id, c.send(req)
}

// answers says whether a line is the response to a command. Old releases leave
// the id out of some failures.
func (l *line) answers(id, command string) bool {
	return l.Type == "response" && (l.ID == id || l.ID == "" && l.Command == command)
}

func (l *line) response(command string, data any) error {
	if !l.Success {
		return &RefusedError{Command: command, Text: l.Error}
	}
	if data == nil {
		return nil
	}
	if err := json.Unmarshal(l.Data, data); err != nil {
		return fmt.Errorf("decode pi's answer to %s: %w", command, err)
	}
	return nil
}

func (c *Client) send(req any) error {
	text, err := json.Marshal(req)
	if err != nil {
		return fmt.Errorf("encode a command for pi: %w", err)
	}
	c.inMu.Lock()
	defer c.inMu.Unlock()
	// A pipe that Pi closed shows as the end of its output, with the reason.
	if !c.closed {
		c.process.Stdin.Write(append(text, '\n'))
	}
	return nil
}

// read gives the next line. What is no JSON object is not Pi's.
func (c *Client) read() (*line, error) {
	for {
		text, err := c.out.ReadBytes('\n')
		if text = bytes.TrimSpace(text); len(text) > 0 && text[0] == '{' {
			var l line
			if json.Unmarshal(text, &l) == nil {
				c.starting.Stop()
				return &l, nil
			}
		}
		if err != nil {
			c.wait() // so that its last words have arrived
			return nil, &EndedError{Stderr: c.process.Stderr(), Late: c.late.Load(), Cause: err}
		}
	}
}
