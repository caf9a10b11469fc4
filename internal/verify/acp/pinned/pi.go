package pinned

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

type object = map[string]any

// pi is the process and its RPC.
type pi struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	ended chan struct{} // closed when it has ended and all it said is handled

	mu      sync.Mutex
	waiting map[string]chan answer
}

// answer is Pi's response to a command.
type answer struct {
	Success bool            `json:"success"`
	Error   string          `json:"error"`
	Data    json.RawMessage `json:"data"`
}

// event is one line of Pi, as far as the adapter looks at it.
type event struct {
	Type    string          `json:"type"`
	ID      json.RawMessage `json:"id"`
	Message struct {
		Type     string   `json:"type"`
		Index    int      `json:"contentIndex"`
		Delta    string   `json:"delta"`
		ToolCall *call    `json:"toolCall"`
		Partial  *partial `json:"partial"`
	} `json:"assistantMessageEvent"`
	CallID   string          `json:"toolCallId"`
	ToolName string          `json:"toolName"`
	Args     json.RawMessage `json:"args"`
	Partial  json.RawMessage `json:"partialResult"`
	Result   json.RawMessage `json:"result"`
	IsError  bool            `json:"isError"`
	Attempt  int             `json:"attempt"`
	Attempts int             `json:"maxAttempts"`
	DelayMs  float64         `json:"delayMs"`
}

type call struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

type partial struct {
	Content []call `json:"content"`
}

// launch starts a Pi, which is killed when the context ends. All lines that are no
// answer to a command go to handle, one after another.
func launch(ctx context.Context, o Options, handle func(event)) (*pi, error) {
	p := &pi{ended: make(chan struct{}), waiting: map[string]chan answer{}}
	args := append(o.Command[1:len(o.Command):len(o.Command)], "--mode", "rpc", "--no-themes")
	p.cmd = exec.CommandContext(ctx, o.Command[0], args...)
	p.cmd.Env, p.cmd.Dir, p.cmd.Stderr = o.Env, o.Dir, o.Log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Cancel = func() error { return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
	p.cmd.WaitDelay = time.Second
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start Pi: %w", err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start Pi: %w", err)
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start Pi: %w", err)
	}
	go p.read(out, handle)
	return p, nil
}

func (p *pi) read(out io.Reader, handle func(event)) {
	defer close(p.ended)
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil && !p.answered(e, line) { // what is no JSON is put aside as a prelude
			handle(e)
		}
		if err != nil {
			return
		}
	}
}

// answered hands an answer to the command that waits for it.
func (p *pi) answered(e event, line []byte) bool {
	var id string
	if e.Type != "response" || json.Unmarshal(e.ID, &id) != nil {
		return false
	}
	p.mu.Lock()
	waiting := p.waiting[id]
	delete(p.waiting, id)
	p.mu.Unlock()
	if waiting == nil {
		return false
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		a.Error = err.Error()
	}
	waiting <- a
	return true
}

// call sends a command and waits for its answer.
func (p *pi) call(ctx context.Context, command string, fields object) (json.RawMessage, error) {
	id, message := rand.Text(), object{"type": command}
	for name, value := range fields {
		message[name] = value
	}
	message["id"] = id
	text, err := json.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("pi %s: %w", command, err)
	}
	waiting := make(chan answer, 1)
	p.mu.Lock()
	p.waiting[id] = waiting
	p.mu.Unlock()
	if _, err := p.stdin.Write(append(text, '\n')); err != nil {
		return nil, fmt.Errorf("pi %s: %w", command, err)
	}
	select {
	case a := <-waiting:
		if !a.Success {
			return nil, fmt.Errorf("pi %s failed: %s", command, a.Error)
		}
		return a.Data, nil
	case <-p.ended:
		return nil, fmt.Errorf("pi %s: the process has ended", command)
	case <-ctx.Done():
		return nil, fmt.Errorf("pi %s: %w", command, ctx.Err())
	}
}

// close ends the process as the adapter does, and returns its exit code: 128 and
// the number of the signal that ended it, where one did.
func (p *pi) close(ctx context.Context) (int, error) {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.ended:
	case <-ctx.Done():
		return 0, fmt.Errorf("waiting for Pi's end: %w", ctx.Err())
	}
	_ = p.cmd.Wait() // how it ended stands in ProcessState
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return p.cmd.ProcessState.ExitCode(), nil
}

// aboutCredentials reports whether the adapter takes an error for one that a login
// would mend.
func aboutCredentials(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{
		"api key", "apikey", "missing key", "no key", "not configured", "unauthorized", "authentication", "permission denied", "forbidden", "401", "403",
	} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
