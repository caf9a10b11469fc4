package protocol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Conn is the harness's end of the conversation with a driver. Calls may be
// made from several goroutines; answers are matched by id, in any order.
type Conn struct {
	out    io.Writer
	writes chan struct{} // holds one token: the right to write
	tap    Tap

	mu      sync.Mutex
	next    int64
	waiting map[int64]chan Frame
	err     error // why the conversation ended

	ended chan struct{}
}

// Tap sees every message as it crosses, without its newline. It must not keep
// the slice, and it runs on the path of the message.
type Tap func(dir Direction, line []byte)

// Direction says who sent a message.
type Direction string

// The directions.
const (
	ToDriver   Direction = "to driver"
	FromDriver Direction = "from driver"
)

// NewConn starts to read from in. The conversation ends when in does. tap may
// be nil.
func NewConn(in io.Reader, out io.Writer, tap Tap) *Conn {
	c := &Conn{out: out, tap: tap, waiting: map[int64]chan Frame{}, ended: make(chan struct{}), writes: make(chan struct{}, 1)}
	c.writes <- struct{}{}
	go c.read(newLines(in))
	return c
}

// Ended is closed when nothing more can be read.
func (c *Conn) Ended() <-chan struct{} { return c.ended }

// Err is why the conversation ended; io.EOF when the driver closed its side.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// TimeoutError is a call that had no answer in its time.
type TimeoutError struct {
	Method string
	After  time.Duration
}

// Error names the method and the time.
func (e *TimeoutError) Error() string {
	// Rounded, so that two calls with one limit give one text.
	after := e.After.Round(10 * time.Millisecond)
	if after > time.Second {
		after = after.Round(100 * time.Millisecond)
	}
	return fmt.Sprintf("no answer to %s within %s", e.Method, after)
}

// Call sends a request and waits for its answer. Cancelling ctx gives up
// waiting; the driver is not told.
func (c *Conn) Call(ctx context.Context, method string, params, result any) error {
	start := time.Now()
	id, answer, err := c.expect()
	if err != nil {
		return err
	}
	defer c.forget(id)
	if err := c.send(ctx, &id, method, params); err != nil {
		return expired(ctx, err, method, start)
	}
	select {
	case f := <-answer:
		return unpack(f, method, result)
	case <-c.ended:
		select { // the answer may have come just before the end
		case f := <-answer:
			return unpack(f, method, result)
		default:
			return c.Err()
		}
	case <-ctx.Done():
		return expired(ctx, ctx.Err(), method, start)
	}
}

// Notify sends a notification.
func (c *Conn) Notify(ctx context.Context, method string, params any) error {
	return c.send(ctx, nil, method, params)
}

// expired turns a passed deadline into a TimeoutError and leaves other errors alone.
func expired(ctx context.Context, err error, method string, start time.Time) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return err
	}
	after := time.Since(start)
	if deadline, ok := ctx.Deadline(); ok {
		after = deadline.Sub(start)
	}
	return &TimeoutError{Method: method, After: after}
}

func unpack(f Frame, method string, result any) error {
	if f.Error != nil {
		return f.Error
	}
	if result == nil {
		return nil
	}
	if len(f.Result) == 0 || string(f.Result) == "null" {
		return &GarbageError{Line: "", Reason: "an answer to " + method + " without a result"}
	}
	if err := json.Unmarshal(f.Result, result); err != nil {
		return garbage(f.Result, "result of "+method+": "+err.Error())
	}
	return nil
}

func (c *Conn) expect() (int64, chan Frame, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return 0, nil, c.err
	}
	c.next++
	answer := make(chan Frame, 1)
	c.waiting[c.next] = answer
	return c.next, answer, nil
}

func (c *Conn) forget(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}

// send writes one message. A driver that does not read its stdin blocks the
// write; ctx frees the caller, and the writer ends when the pipe is closed.
func (c *Conn) send(ctx context.Context, id *int64, method string, params any) error {
	f := Frame{ID: id, Method: method}
	if params != nil {
		raw, err := json.Marshal(params)
		if err != nil {
			return fmt.Errorf("encode %s: %w", method, err)
		}
		f.Params = raw
	}
	line, err := encode(f)
	if err != nil {
		return fmt.Errorf("encode %s: %w", method, err)
	}
	select {
	case <-c.writes:
	case <-ctx.Done():
		return ctx.Err()
	}
	if c.tap != nil {
		c.tap(ToDriver, line[:len(line)-1])
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.out.Write(line)
		c.writes <- struct{}{}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read hands answers to who waits for them until the stream ends or carries
// something that is no message.
func (c *Conn) read(in lines) {
	err := c.readAll(in)
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
	close(c.ended)
}

func (c *Conn) readAll(in lines) error {
	for {
		line, err := in.next()
		if err != nil {
			return err
		}
		if c.tap != nil {
			c.tap(FromDriver, line)
		}
		f, err := decode(line)
		if err != nil {
			return err
		}
		if f.Method != "" || f.ID == nil {
			continue // drivers may notify; nothing of that is in this version
		}
		c.mu.Lock()
		answer := c.waiting[*f.ID]
		delete(c.waiting, *f.ID)
		c.mu.Unlock()
		if answer != nil { // an answer that nobody waits for any more came too late
			answer <- f
		}
	}
}
