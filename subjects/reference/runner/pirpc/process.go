package pirpc

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// startLimit is how long Pi may take to its first answer; a loaded machine
	// needs seconds.
	startLimit = 60 * time.Second
	// closeGrace is how long Pi may take to end once its input is closed.
	closeGrace = 10 * time.Second
	// abortGrace is the same when nobody waits for its work any more.
	abortGrace = 2 * time.Second
)

// Command says how to start Pi.
type Command struct {
	Path string
	Args []string // after the ones that make it speak RPC
	Dir  string
	Env  []string
}

// Client is one Pi process.
type Client struct {
	cmd    *exec.Cmd
	out    *bufio.Reader
	stderr *tail
	detach func() bool // stops the abort on a cancelled context

	inMu   sync.Mutex // guards in and closed; may be held while Pi does not read
	in     io.WriteCloser
	closed bool

	groupMu sync.Mutex // guards ended
	ended   bool       // the process was waited for: its id is nobody's now

	wait     func() error // ends the process and waits, once
	lastID   int
	starting *time.Timer
	late     atomic.Bool // killed because the first answer did not come
}

// Start starts Pi. When ctx is cancelled, the turn is aborted and the process
// ends; Close must be called in any case.
func Start(ctx context.Context, command Command) (*Client, error) {
	cmd := exec.Command(command.Path, append([]string{"--mode", "rpc", "--no-themes", "--no-session"}, command.Args...)...)
	cmd.Dir, cmd.Env = command.Dir, command.Env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second // a child that keeps stderr open must not hold us
	c := &Client{cmd: cmd, stderr: &tail{}}
	cmd.Stderr = c.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start pi: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start pi: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start pi: %w", err)
	}
	c.in, c.out = in, bufio.NewReaderSize(out, 32<<10)
	c.wait = sync.OnceValue(c.end)
	c.starting = time.AfterFunc(startLimit, func() {
		c.late.Store(true)
		c.killGroup()
	})
	c.detach = context.AfterFunc(ctx, c.abort)
	return c, nil
}

// abort tells Pi to stop and to go, and sees to it that it does.
func (c *Client) abort() {
	time.AfterFunc(abortGrace, c.killGroup) // first: a Pi that does not read blocks the rest
	c.send(map[string]string{"type": "abort"})
	c.closeInput()
}

// Close ends the process and everything it started, and waits for it.
func (c *Client) Close() error {
	c.detach()
	return c.wait()
}

func (c *Client) end() error {
	c.starting.Stop()
	limit := time.AfterFunc(closeGrace, c.killGroup)
	defer limit.Stop()
	c.closeInput()
	io.Copy(io.Discard, c.out) // until Pi closes its side
	err := c.cmd.Wait()
	c.killGroup() // a tool that Pi left running
	c.groupMu.Lock()
	c.ended = true
	c.groupMu.Unlock()
	return err
}

func (c *Client) closeInput() {
	c.inMu.Lock()
	defer c.inMu.Unlock()
	if !c.closed {
		c.closed = true
		c.in.Close()
	}
}

// killGroup ends the process and its children.
func (c *Client) killGroup() {
	c.groupMu.Lock()
	defer c.groupMu.Unlock()
	if !c.ended {
		syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	}
}
