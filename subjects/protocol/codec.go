package protocol

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the longest message that is read. A driver that sends more on one
// line is broken, and must not be able to fill the harness's memory.
const MaxLine = 32 << 20

// The error codes that JSON-RPC 2.0 defines and drivers answer with.
const (
	CodeParse          = -32700
	CodeInvalidRequest = -32600
	CodeMethodNotFound = -32601
	CodeInvalidParams  = -32602
	CodeInternal       = -32603
)

// Frame is one JSON-RPC 2.0 message on the wire: a request (Method and ID), a
// notification (Method alone) or a response (ID with Result or Error).
type Frame struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      *int64          `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *RPCError       `json:"error,omitempty"`
}

// RPCError is an error that the driver answered.
type RPCError struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// Error gives code and message.
func (e *RPCError) Error() string {
	return fmt.Sprintf("the driver answered error %d: %s", e.Code, e.Message)
}

// GarbageError is a line that is no message of the protocol.
type GarbageError struct {
	Line   string // its first 200 bytes
	Reason string
}

// Error quotes the line.
func (e *GarbageError) Error() string {
	return fmt.Sprintf("the driver wrote a line that is no JSON-RPC message (%s): %q", e.Reason, e.Line)
}

// decode reads one line.
func decode(line []byte) (Frame, error) {
	var f Frame
	if err := json.Unmarshal(line, &f); err != nil {
		return f, garbage(line, err.Error())
	}
	if f.JSONRPC != "2.0" {
		return f, garbage(line, `"jsonrpc" is not "2.0"`)
	}
	if f.Method == "" && f.ID == nil && f.Error == nil {
		return f, garbage(line, "neither method nor id")
	}
	return f, nil
}

func garbage(line []byte, reason string) *GarbageError {
	if len(line) > 200 {
		line = line[:200]
	}
	return &GarbageError{Line: string(line), Reason: reason}
}

// encode writes one line, its newline included.
func encode(f Frame) ([]byte, error) {
	f.JSONRPC = "2.0"
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// lines cuts a stream into lines of at most MaxLine bytes and skips empty ones.
type lines struct{ r *bufio.Reader }

func newLines(r io.Reader) lines { return lines{bufio.NewReaderSize(r, 64<<10)} }

// next is the next line, valid until the following call.
func (l lines) next() ([]byte, error) {
	for {
		line, err := l.r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			line, err = l.long(line)
		}
		line = bytes.TrimSpace(line)
		if len(line) > 0 && (err == nil || errors.Is(err, io.EOF)) {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// long collects a line that is longer than the buffer.
func (l lines) long(head []byte) ([]byte, error) {
	whole := bytes.Clone(head)
	for {
		part, err := l.r.ReadSlice('\n')
		whole = append(whole, part...)
		if len(whole) > MaxLine {
			return nil, garbage(whole, fmt.Sprintf("a line of more than %d MiB", MaxLine>>20))
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return whole, err
		}
	}
}
