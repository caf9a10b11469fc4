package remote

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"time"

	"github.com/hashicorp/yamux"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// The questions.
const (
	opMake     = "make"
	opCall     = "call"
	opMkdir    = "mkdir"
	opWrite    = "write"
	opOpen     = "open"
	opStat     = "stat"
	opList     = "list"
	opDelete   = "delete"
	opMove     = "move"
	opChmod    = "chmod"
	opStart    = "start"
	opInput    = "input"
	opEndInput = "end-input"
	opKill     = "kill"
	opEnd      = "end"
	opDial     = "dial"
	opStop     = "stop"
	opRestart  = "restart"
)

// question is asked of a machine. Each op has its own use for the members.
type question struct {
	Op       string          `json:"op"`
	Spec     *machine.Spec   `json:"spec,omitempty"`
	Name     string          `json:"name,omitempty"` // of a call
	More     json.RawMessage `json:"more,omitempty"` // of a call, and of make
	Path     string          `json:"path,omitempty"`
	To       string          `json:"to,omitempty"`
	Mode     fs.FileMode     `json:"mode,omitempty"`
	All      bool            `json:"all,omitempty"`
	Command  *command        `json:"command,omitempty"`
	Process  int             `json:"process,omitempty"`
	Data     []byte          `json:"data,omitempty"`
	Patience time.Duration   `json:"patience,omitempty"` // 0 is none
	Port     int             `json:"port,omitempty"`
}

// command is a machine.Command without its writers.
type command struct {
	Line string            `json:"line"`
	Dir  string            `json:"dir,omitempty"`
	Env  map[string]string `json:"env,omitempty"`
}

// answer answers a question.
type answer struct {
	Fault   *fault          `json:"fault,omitempty"`
	Home    string          `json:"home,omitempty"`
	Info    *info           `json:"info,omitempty"`
	List    []info          `json:"list,omitempty"`
	Process int             `json:"process,omitempty"`
	More    json.RawMessage `json:"more,omitempty"`
}

// event is what a running command does. The last one has its exit code.
type event struct {
	Out  []byte `json:"out,omitempty"`
	Err  []byte `json:"err,omitempty"`
	Code *int   `json:"code,omitempty"`
}

// fault is an error on its way. Its kind is one of those that callers tell apart.
type fault struct {
	Text string `json:"text"`
	Kind string `json:"kind,omitempty"`
}

var kinds = map[string]error{"exist": fs.ErrExist, "not-exist": fs.ErrNotExist, "permission": fs.ErrPermission}

func faultOf(err error) *fault {
	if err == nil {
		return nil
	}
	f := &fault{Text: err.Error()}
	for name, kind := range kinds {
		if errors.Is(err, kind) {
			f.Kind = name
		}
	}
	return f
}

// Error is the text.
func (f *fault) Error() string { return f.Text }

// Is tells the kinds apart.
func (f *fault) Is(target error) bool { return f.Kind != "" && kinds[f.Kind] == target }

// info is a fs.FileInfo.
type info struct {
	FileName string      `json:"name"`
	FileSize int64       `json:"size"`
	FileMode fs.FileMode `json:"mode"`
	Modified time.Time   `json:"modified"`
}

func infoOf(i fs.FileInfo) info { return info{i.Name(), i.Size(), i.Mode(), i.ModTime()} }

func (i info) Name() string       { return i.FileName }
func (i info) Size() int64        { return i.FileSize }
func (i info) Mode() fs.FileMode  { return i.FileMode }
func (i info) ModTime() time.Time { return i.Modified }
func (i info) IsDir() bool        { return i.FileMode.IsDir() }
func (i info) Sys() any           { return nil }

// channel is one stream: lines of JSON, and what follows them.
type channel struct {
	net.Conn
	in *bufio.Reader
}

func newChannel(c net.Conn) *channel { return &channel{c, bufio.NewReader(c)} }

func (c *channel) Read(p []byte) (int, error) { return c.in.Read(p) }

func (c *channel) say(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = c.Write(append(text, '\n'))
	return err
}

func (c *channel) hear(v any) error {
	line, err := c.in.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, v)
}

// settings are those of both ends. Nobody is asked whether he still lives: the
// end of the stream beneath tells.
func settings() *yamux.Config {
	c := yamux.DefaultConfig()
	c.EnableKeepAlive = false
	c.ConnectionWriteTimeout = time.Minute // a machine that others use may be slow
	c.StreamOpenTimeout = 0
	c.LogOutput = io.Discard
	return c
}

// join copies between two connections until one direction has ended, and closes
// both. The end of what a reads is handed on to b first.
func join(a, b net.Conn) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(b, a) // ends with a
		if half, ok := b.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		} else {
			_ = b.Close()
		}
	}()
	_, _ = io.Copy(a, b)
	_ = a.Close()
	<-done
	_ = b.Close()
}

var errNoMachine = errors.New("there is no machine yet")

func unknown(op string) error { return fmt.Errorf("a machine knows no %q", op) }
