package pirpc

import (
	"bufio"
	"context"
	"io"
	"sync"
	"sync/atomic"
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

// Args make a Pi speak RPC and keep nothing of its own.
func Args(more ...string) []string {
	return append([]string{"--mode", "rpc", "--no-themes", "--no-session"}, more...)
}

// Process is a Pi that was started somewhere.
type Process struct {
	Stdin  io.WriteCloser // closing it asks Pi to end
	Stdout io.Reader
	Stderr func() string // its last words
	Kill   func()        // ends Pi and what it started, at once; may be called at any time
	Wait   func() error  // waits for the end, after Stdout has ended
}

// Client is one Pi process.
type Client struct {
	process Process
	out     *bufio.Reader
	detach  func() bool // stops the abort on a cancelled context

	inMu   sync.Mutex // guards closed; may be held while Pi does not read
	closed bool

	wait     func() error // ends the process and waits, once
	lastID   int
	starting *time.Timer
	late     atomic.Bool // killed because the first answer did not come
}

// Attach makes a client of a process. When ctx is cancelled, the turn is aborted
// and the process ends; Close must be called in any case.
func Attach(ctx context.Context, p Process) *Client {
	c := &Client{process: p, out: bufio.NewReaderSize(p.Stdout, 32<<10)}
	c.wait = sync.OnceValue(c.end)
	c.starting = time.AfterFunc(startLimit, func() {
		c.late.Store(true)
		c.process.Kill()
	})
	c.detach = context.AfterFunc(ctx, c.abort)
	return c
}

// abort tells Pi to stop and to go, and sees to it that it does.
func (c *Client) abort() {
	time.AfterFunc(abortGrace, c.process.Kill) // first: a Pi that does not read blocks the rest
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
	limit := time.AfterFunc(closeGrace, c.process.Kill)
	defer limit.Stop()
	c.closeInput()
	io.Copy(io.Discard, c.out) // until Pi closes its side
	return c.process.Wait()
}

func (c *Client) closeInput() {
	c.inMu.Lock()
	defer c.inMu.Unlock()
	if !c.closed {
		c.closed = true
		c.process.Stdin.Close()
	}
}
