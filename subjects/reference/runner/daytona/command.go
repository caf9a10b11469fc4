package daytona

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// endLimit is how long the cloud may take to end a command.
const endLimit = 30 * time.Second

// session is the one session of a sandbox.
const session = "run"

// Command is a command that runs in a sandbox.
type Command struct {
	sandbox *Sandbox
	id      string
	logs    io.ReadCloser
	stdout  *io.PipeReader
	end     func() error
}

// Start starts a shell command. Its stderr goes to a writer; Stdout must be read.
func (s *Sandbox) Start(ctx context.Context, line string, stderr io.Writer) (*Command, error) {
	base := s.tools + "/process/session"
	if err := s.client.call(ctx, "open a session", http.MethodPost, base, map[string]string{"sessionId": session}, nil); err != nil {
		return nil, err
	}
	var started struct {
		ID string `json:"cmdId"`
	}
	body := map[string]any{"command": line, "runAsync": true, "suppressInputEcho": true}
	if err := s.client.call(ctx, "start a command", http.MethodPost, base+"/"+session+"/exec", body, &started); err != nil {
		return nil, err
	}
	c := &Command{sandbox: s, id: started.ID}
	var err error
	if c.logs, err = s.client.follow(ctx, c.address()+"/logs?follow=true"); err != nil {
		return nil, fmt.Errorf("follow a command's output: %w", err)
	}
	var out *io.PipeWriter
	c.stdout, out = io.Pipe()
	c.end = sync.OnceValue(c.delete)
	go func() {
		out.CloseWithError(part(bufio.NewReader(c.logs), out, stderr))
		c.logs.Close()
	}()
	return c, nil
}

func (c *Command) address() string {
	return c.sandbox.tools + "/process/session/" + session + "/command/" + c.id
}

// Stdout is the command's output; it ends with the command.
func (c *Command) Stdout() io.Reader { return c.stdout }

// Write sends input to the command.
func (c *Command) Write(p []byte) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), endLimit)
	defer cancel()
	err := c.sandbox.client.call(ctx, "send input to a command", http.MethodPost, c.address()+"/input", map[string]string{"data": string(p)}, nil)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close ends the command: the cloud has no way to end its input alone.
func (c *Command) Close() error { return c.end() }

func (c *Command) delete() error {
	ctx, cancel := context.WithTimeout(context.Background(), endLimit)
	defer cancel()
	s := c.sandbox
	return gone(s.client.call(ctx, "end a session", http.MethodDelete, s.tools+"/process/session/"+session, nil, nil))
}

// Abandon stops reading, whatever the command does.
func (c *Command) Abandon() {
	c.logs.Close()
	c.stdout.Close()
}

// The bytes that say, three in a row, to which stream the output goes on.
const (
	onStdout = 1
	onStderr = 2
)

// part divides a command's output into its two streams. The marks may lie
// across the borders of frames, so they are looked for in the whole.
func part(in *bufio.Reader, stdout, stderr io.Writer) error {
	to := stdout
	for {
		first, err := in.Peek(1)
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if marked(first[0]) {
			if head, err := in.Peek(3); err == nil && head[1] == head[0] && head[2] == head[0] {
				to = stdout
				if head[0] == onStderr {
					to = stderr
				}
				in.Discard(3)
				continue
			}
		}
		text, _ := in.Peek(in.Buffered())
		n := unmarked(text)
		if _, err := to.Write(text[:n]); err != nil {
			return err
		}
		in.Discard(n)
	}
}

func marked(b byte) bool { return b == onStdout || b == onStderr }

// unmarked is how much of a text, at least one byte, comes before anything that
// may be a mark.
func unmarked(text []byte) int {
	for i := 1; i < len(text); i++ {
		if marked(text[i]) {
			return i
		}
	}
	return max(len(text), 1)
}
