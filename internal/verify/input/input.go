package input

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Placeholders that stand in inputs for what only exists while one is played.
const (
	Base = "{BASE}" // http://127.0.0.1:PORT of the provider
	Home = "{HOME}" // the home folder; the working directory is "work" below it
)

// Input is one configuration.
type Input struct {
	Files []File   `json:"files,omitempty"` // below the home folder
	Env   []string `json:"env,omitempty"`   // NAME=value, beside what every Pi is given
	Args  []Arg    `json:"args"`
	Steps []Step   `json:"steps,omitempty"` // none for a Pi that is not asked for RPC
}

// File is one file.
type File struct {
	Path string `json:"path"`
	Text string `json:"text,omitempty"`
	Tree *Node  `json:"tree,omitempty"` // instead of a text: JSON with parts
}

// Content is what the file holds.
func (f File) Content() string {
	if f.Tree != nil {
		return f.Tree.String()
	}
	return f.Text
}

// Arg is an option with its values.
type Arg []string

// Kind says how a step is known to be over.
type Kind string

// The kinds of steps.
const (
	Call   Kind = "call"   // one response
	Prompt Kind = "prompt" // a response and, if it is a success, the end of the run
	Silent Kind = "silent" // nothing is answered
	Last   Kind = "last"   // the line is not ended; stdin is closed after it
	End    Kind = "end"    // the Pi ends: Line is EOF, SIGTERM or SIGHUP, or a line that kills it
)

// What a step of kind End can say beside a line.
const (
	EOF     = "EOF"
	SIGTERM = "SIGTERM"
	SIGHUP  = "SIGHUP"
)

// Step is one thing that is done to a running Pi.
type Step struct {
	Kind    Kind     `json:"kind"`
	Line    string   `json:"line"`
	Replies []Reply  `json:"replies,omitempty"` // of the provider, in order; the last one repeats
	During  []During `json:"during,omitempty"`  // done while the provider holds its first reply back
}

// During is a line that is sent, or an end that comes, in the middle of a run.
type During string

// Fault is how a stream of an answer goes wrong.
type Fault string

// The faults.
const (
	Cut       Fault = "cut"       // the connection breaks after half of it
	Early     Fault = "early"     // it ends in good order, without its last part
	Stall     Fault = "stall"     // one piece, then silence until the client goes
	Malformed Fault = "malformed" // a broken line of JSON in the middle
	ErrorMid  Fault = "error"     // the dialect's own error in the middle
	Nothing   Fault = "nothing"   // an empty stream
)

// Reply is one answer of the provider: an HTTP error or document if there is a
// status, and otherwise a stream in the dialect of the request.
type Reply struct {
	Status int    `json:"status,omitempty"`
	Type   string `json:"type,omitempty"` // of the content; JSON if empty
	Body   string `json:"body,omitempty"`
	Retry  string `json:"retry,omitempty"` // Retry-After

	Blocks []Block `json:"blocks,omitempty"`
	Finish string  `json:"finish,omitempty"` // as openai-completions names it; stop if empty
	Usage  bool    `json:"usage,omitempty"`
	Cached int     `json:"cached,omitempty"` // tokens of the prompt that were cached
	Model  string  `json:"model,omitempty"`  // that answers, if not the one that was asked
	Fault  Fault   `json:"fault,omitempty"`
	Error  string  `json:"error,omitempty"` // text of ErrorMid
}

// Block is a part of an answer: exactly one member is set.
type Block struct {
	Text  string   `json:"text,omitempty"`
	Think string   `json:"think,omitempty"`
	Tool  *ToolUse `json:"tool,omitempty"`
}

// ToolUse is a tool that the model calls.
type ToolUse struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Args string `json:"args"` // JSON
}

// RPC reports whether the input is a conversation.
func (in Input) RPC() bool { return len(in.Steps) > 0 }

// Hash names the content of the input.
func (in Input) Hash() string {
	text, err := json.Marshal(in)
	if err != nil {
		panic(fmt.Sprintf("input: %v", err)) // plain data
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}
