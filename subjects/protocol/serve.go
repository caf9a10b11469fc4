package protocol

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// Handler answers one request of the harness. For a notification its result
// is dropped. An *RPCError is sent as it is, any other error as an internal
// one.
type Handler func(ctx context.Context, method string, params json.RawMessage) (any, error)

// Serve is the driver's end of the conversation, for drivers written in Go: it
// reads requests from in and answers them on out, each in a goroutine of its
// own, until in ends or shutdown has been answered.
func Serve(ctx context.Context, in io.Reader, out io.Writer, handle Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	defer running.Wait()
	w := &answers{out: out}
	requests := newLines(in)
	for {
		line, err := requests.next()
		if errors.Is(err, io.EOF) {
			return w.err()
		}
		if err != nil {
			return err
		}
		f, err := decode(line)
		if err != nil {
			w.send(Frame{Error: &RPCError{Code: CodeParse, Message: err.Error()}})
			continue
		}
		if f.Method == MethodShutdown {
			running.Wait()
			w.send(Frame{ID: f.ID, Result: json.RawMessage("null")})
			return w.err()
		}
		running.Go(func() {
			result, err := handle(ctx, f.Method, f.Params)
			if f.ID != nil {
				w.send(reply(*f.ID, result, err))
			}
		})
	}
}

func reply(id int64, result any, err error) Frame {
	f := Frame{ID: &id}
	if err == nil {
		f.Result, err = json.Marshal(result)
	}
	if err == nil {
		return f
	}
	f.Result = nil
	if rpc, ok := errors.AsType[*RPCError](err); ok {
		f.Error = rpc
	} else {
		f.Error = &RPCError{Code: CodeInternal, Message: err.Error()}
	}
	return f
}

// answers writes one line at a time and remembers the first failure.
type answers struct {
	mu     sync.Mutex
	out    io.Writer
	failed error
}

func (a *answers) send(f Frame) {
	line, err := encode(f)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil && a.failed == nil {
		_, err = a.out.Write(line)
	}
	if a.failed == nil {
		a.failed = err
	}
}

func (a *answers) err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failed
}
