package acp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// Frame is one message of the adapter.
type Frame struct {
	Text   string          // as it came
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
	Params struct {
		Update struct {
			Kind string `json:"sessionUpdate"`
			Meta struct {
				Adapter struct {
					Running *bool `json:"running"`
				} `json:"piAcp"`
			} `json:"_meta"`
		} `json:"update"`
	} `json:"params"`
}

// Client speaks JSON-RPC with an adapter, a message a line.
type Client struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	ended chan struct{}

	mu     sync.Mutex
	frames []Frame
	more   chan struct{}
	next   int
}

// Start starts an adapter. It ends with the context.
func Start(ctx context.Context, command, env []string, dir string, log io.Writer) (*Client, error) {
	c := &Client{more: make(chan struct{}), ended: make(chan struct{})}
	c.cmd = exec.CommandContext(ctx, command[0], command[1:]...)
	c.cmd.Env, c.cmd.Dir, c.cmd.Stderr = env, dir, log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.cmd.Cancel = func() error { return syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) }
	c.cmd.WaitDelay = time.Second
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start the adapter: %w", err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the adapter: %w", err)
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the adapter: %w", err)
	}
	go c.read(out)
	return c, nil
}

func (c *Client) read(out io.Reader) {
	defer close(c.ended)
	in := bufio.NewReader(out)
	for {
		text, err := in.ReadString('\n')
		if text != "" {
			f := Frame{Text: text}
			_ = json.Unmarshal([]byte(text), &f) // what is no JSON is compared as it is
			c.mu.Lock()
			c.frames = append(c.frames, f)
			close(c.more)
			c.more = make(chan struct{})
			c.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// Send sends a request and returns its id, or a notification.
func (c *Client) Send(method string, params any, notification bool) (id string, err error) {
	message := map[string]any{"jsonrpc": "2.0", "method": method, "params": params}
	if !notification {
		c.next++
		id = fmt.Sprint(c.next)
		message["id"] = c.next
	}
	text, err := json.Marshal(message)
	if err != nil {
		return "", fmt.Errorf("send %s: %w", method, err)
	}
	if _, err := c.stdin.Write(append(text, '\n')); err != nil {
		return "", fmt.Errorf("send %s: %w", method, err)
	}
	return id, nil
}

// Await looks for a frame from the given index, and returns the index behind it.
func (c *Client) Await(ctx context.Context, from int, what string, ok func(Frame) bool) (int, Frame, error) {
	for {
		c.mu.Lock()
		for ; from < len(c.frames); from++ {
			if f := c.frames[from]; ok(f) {
				c.mu.Unlock()
				return from + 1, f, nil
			}
		}
		more := c.more
		c.mu.Unlock()
		select {
		case <-more:
		case <-c.ended:
			return from, Frame{}, fmt.Errorf("the adapter ended before %s", what)
		case <-ctx.Done():
			return from, Frame{}, fmt.Errorf("waiting for %s: %w", what, ctx.Err())
		}
	}
}

// Call sends a request and waits for its answer.
func (c *Client) Call(ctx context.Context, method string, params any) (Frame, error) {
	from := c.Count()
	id, err := c.Send(method, params, false)
	if err != nil {
		return Frame{}, err
	}
	_, f, err := c.Await(ctx, from, "the answer to "+method, func(f Frame) bool { return string(f.ID) == id && f.Method == "" })
	return f, err
}

// Count is how many frames have come.
func (c *Client) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.frames)
}

// Frames returns all frames.
func (c *Client) Frames() []Frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frames[:len(c.frames):len(c.frames)]
}

// Close closes stdin and waits for the end.
func (c *Client) Close(ctx context.Context) error {
	err := c.stdin.Close()
	select {
	case <-c.ended:
	case <-ctx.Done():
		return errors.Join(err, fmt.Errorf("waiting for the adapter's end: %w", ctx.Err()))
	}
	_ = c.cmd.Wait() // how it ends is its own affair
	return err
}
