package play

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"
)

// maxOutput bounds what is kept of one stream.
const maxOutput = 64 << 20

// process is a running Pi.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stderr limited
	ended  chan struct{} // closed when it has ended and all it said is read

	mu    sync.Mutex
	lines []line
	rest  []byte
	more  chan struct{} // closed and replaced when there is something new
}

// line is one line of stdout, with what is asked of it most.
type line struct {
	text    string
	Type    string          `json:"type"`
	ID      json.RawMessage `json:"id"`
	Again   bool            `json:"willRetry"`
	Success bool            `json:"success"`
	Data    json.RawMessage `json:"data"`
	Event   struct {
		Type string `json:"type"`
	} `json:"assistantMessageEvent"`
}

func (g *game) start(ctx context.Context) (*process, error) {
	p := &process{ended: make(chan struct{}), more: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, g.pi.Command[0], g.arguments()...)
	p.cmd.Dir, p.cmd.Env = g.work, g.environ()
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Cancel = func() error { return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
	p.cmd.WaitDelay = time.Second
	p.cmd.Stderr, p.cmd.Stdout = &p.stderr, p
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // how it ended stands in ProcessState
		close(p.ended)
	}()
	return p, nil
}

// Write takes stdout.
func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rest = append(p.rest, text...)
	for {
		at := bytes.IndexByte(p.rest, '\n')
		if at < 0 {
			break
		}
		l := line{text: string(p.rest[:at])}
		p.rest = p.rest[at+1:]
		_ = json.Unmarshal([]byte(l.text), &l) // what is no JSON is compared as it is
		p.lines = append(p.lines, l)
	}
	close(p.more)
	p.more = make(chan struct{})
	if len(p.rest) > maxOutput {
		return 0, errors.New("a line without end")
	}
	return len(text), nil
}

// send writes a line as it is.
func (p *process) send(text string) { _, _ = io.WriteString(p.stdin, text) } // one that has ended is seen by its silence

// await looks for lines from the given index until ok has accepted one, and
// returns the index behind it. It gives up when time is over or the process has
// ended.
func (p *process) await(ctx context.Context, from int, limit time.Duration, ok func(line) bool) (next int, found bool) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		p.mu.Lock()
		for ; from < len(p.lines); from++ {
			if ok(p.lines[from]) {
				p.mu.Unlock()
				return from + 1, true
			}
		}
		more := p.more
		p.mu.Unlock()
		select {
		case <-more:
		case <-p.ended:
			// Whatever it said last is there by now.
			p.mu.Lock()
			defer p.mu.Unlock()
			for ; from < len(p.lines); from++ {
				if ok(p.lines[from]) {
					return from + 1, true
				}
			}
			return from, false
		case <-timer.C:
			return from, false
		case <-ctx.Done():
			return from, false
		}
	}
}

func (p *process) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.lines)
}

// since returns lines.
func (p *process) since(from, to int) []line {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.lines[from:to])
}

// said returns lines as text.
func (p *process) said(from, to int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, l := range p.lines[from:to] {
		out = append(out, l.text)
	}
	return out
}

// over waits for the end.
func (p *process) over(ctx context.Context, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-p.ended:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// kill ends it and all that it started.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // it may have ended
	<-p.ended
}

// exit is the exit code, 128 and more for a signal, -1 if it had to be killed.
func (p *process) exit() int {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		if status.Signal() == syscall.SIGKILL {
			return -1
		}
		return 128 + int(status.Signal())
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) signal(s os.Signal) { _ = p.cmd.Process.Signal(s) } // it may have ended

// limited keeps the beginning of what is written to it.
type limited struct{ bytes.Buffer }

func (l *limited) Write(text []byte) (int, error) {
	if room := maxOutput - l.Len(); room > 0 {
		l.Buffer.Write(text[:min(room, len(text))])
	}
	return len(text), nil
}
