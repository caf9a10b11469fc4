package jsonrpc

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// The error codes of the protocol.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeMethodNotFound = -32601
	codeInvalidParams  = -32602
	codeFailed         = -32000
)

// Handler answers one call. With order it is called in the order of the
// messages; the function that it returns then runs beside others. A nil
// function means that the result is there already.
type Handler func(ctx context.Context, method string, params json.RawMessage) (result any, later func() (any, error), err error)

// ErrMethod says that there is no such method.
var ErrMethod = errors.New("no such method")

// ParamsError says that the parameters of a call make no sense.
type ParamsError struct{ Cause error }

// Error gives the reason.
func (e *ParamsError) Error() string { return "invalid params: " + e.Cause.Error() }

// Unwrap gives the reason.
func (e *ParamsError) Unwrap() error { return e.Cause }

type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

type response struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result"`
}

type failure struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Error   rpcError        `json:"error"`
}

type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

type server struct {
	mu  sync.Mutex // guards out
	out io.Writer
}

// Serve answers calls until the input ends or the handler gives io.EOF as its
// error, and waits for those that still run.
func Serve(ctx context.Context, in io.Reader, out io.Writer, handle Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	s := &server{out: out}
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if done := s.handle(ctx, line, handle, &running); done {
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a message: %w", err)
		}
	}
}

func (s *server) handle(ctx context.Context, line []byte, handle Handler, running *sync.WaitGroup) (done bool) {
	var m message
	if err := json.Unmarshal(line, &m); err != nil {
		s.write(failure{"2.0", json.RawMessage("null"), rpcError{codeParse, "not a JSON-RPC message"}})
		return false
	}
	if m.Version != "2.0" || m.Method == "" {
		s.fail(m.ID, codeInvalidRequest, "not a JSON-RPC 2.0 request")
		return false
	}
	result, later, err := handle(ctx, m.Method, m.Params)
	if later != nil && err == nil {
		running.Go(func() {
			result, err := later()
			s.answer(m.ID, result, err)
		})
		return false
	}
	if errors.Is(err, io.EOF) {
		s.answer(m.ID, nil, nil)
		return true
	}
	s.answer(m.ID, result, err)
	return false
}

// answer writes the outcome of a call; a notification gets none.
func (s *server) answer(id json.RawMessage, result any, err error) {
	var params *ParamsError
	switch {
	case len(id) == 0:
	case err == nil:
		s.write(response{"2.0", id, result})
	case errors.Is(err, ErrMethod):
		s.fail(id, codeMethodNotFound, err.Error())
	case errors.As(err, &params):
		s.fail(id, codeInvalidParams, err.Error())
	default:
		s.fail(id, codeFailed, err.Error())
	}
}

func (s *server) fail(id json.RawMessage, code int, text string) {
	if len(id) == 0 {
		id = json.RawMessage("null")
	}
	s.write(failure{"2.0", id, rpcError{code, text}})
}

func (s *server) write(v any) {
	line, err := json.Marshal(v)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Write(append(line, '\n'))
}
