package pitest

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// patience is how long a test waits for something that never comes.
const patience = 30 * time.Second

// Options say how to start a Pi.
type Options struct {
	Binary  string            // built command
	Args    []string          // default: --mode rpc
	Env     []string          // beside HOME and PATH
	Files   map[string]string // below the home folder, such as ".pi/agent/auth.json"
	Sidecar flight.Sidecar    // Records is filled in
}

// Pi is a running process.
type Pi struct {
	Home    string
	Process *os.Process

	t       testing.TB
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	records string
	stderr  strings.Builder

	mu    sync.Mutex
	lines []Line
	more  chan struct{} // closed and replaced when a line comes, or the end
	ended bool
}

// Line is one line of stdout, decoded.
type Line map[string]any

// Text returns the string at a path of names, "" if there is none.
func (l Line) Text(path ...string) string {
	text, _ := l.At(path...).(string)
	return text
}

// At returns what is at a path of names.
func (l Line) At(path ...string) any {
	var at any = map[string]any(l)
	for _, name := range path {
		m, _ := at.(map[string]any)
		at = m[name]
	}
	return at
}

// Start starts a Pi in a home of its own. It is killed when the test ends.
func Start(t testing.TB, o Options) *Pi {
	t.Helper()
	home := t.TempDir()
	work := filepath.Join(home, "work")
	must(t, os.Mkdir(work, 0o755))
	for path, content := range o.Files {
		path = filepath.Join(home, path)
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte(content), 0o600))
	}
	o.Sidecar.Records = filepath.Join(home, "records")
	exe, err := Install(filepath.Join(home, "bin"), o.Binary, o.Sidecar)
	must(t, err)
	if o.Args == nil {
		o.Args = []string{"--mode", "rpc", "--no-themes"}
	}
	p := &Pi{Home: home, t: t, records: o.Sidecar.Records, more: make(chan struct{})}
	p.cmd = exec.Command(exe, o.Args...)
	p.cmd.Dir = work
	p.cmd.Env = append([]string{"HOME=" + home, "PATH=/usr/bin:/bin"}, o.Env...)
	p.cmd.Stderr = &p.stderr
	p.stdin, err = p.cmd.StdinPipe()
	must(t, err)
	stdout, out, err := os.Pipe()
	must(t, err)
	p.cmd.Stdout = out
	must(t, p.cmd.Start())
	must(t, out.Close())
	p.Process = p.cmd.Process
	go p.read(stdout)
	t.Cleanup(func() { _ = p.Process.Kill() }) // it has ended long ago, or it must now
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *Pi) read(stdout io.ReadCloser) {
	defer stdout.Close()
	in := bufio.NewReader(stdout)
	for {
		text, err := in.ReadString('\n')
		var line Line
		if text != "" && json.Unmarshal([]byte(text), &line) != nil {
			line = Line{"type": "garbage", "text": text}
		}
		p.mu.Lock()
		if line != nil {
			p.lines = append(p.lines, line)
		}
		p.ended = err != nil
		close(p.more)
		p.more = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Send writes one line.
func (p *Pi) Send(line string) {
	p.t.Helper()
	p.SendRaw(line + "\n")
}

// SendRaw writes a text as it is, be it several lines or part of one.
func (p *Pi) SendRaw(text string) {
	p.t.Helper()
	_, err := io.WriteString(p.stdin, text)
	must(p.t, err)
}

// Next returns the line of stdout that comes after the first n.
func (p *Pi) Next(n int) Line {
	p.t.Helper()
	return p.awaitFrom(n, func(Line) bool { return true })
}

// Call sends a command and returns its response.
func (p *Pi) Call(command map[string]any) Line {
	p.t.Helper()
	from := len(p.Lines())
	text, err := json.Marshal(command)
	must(p.t, err)
	p.Send(string(text))
	return p.awaitFrom(from, func(l Line) bool { return l.Text("type") == "response" && l.Text("command") == command["type"] })
}

// Prompt sends a message and returns all lines up to the end of the run.
func (p *Pi) Prompt(message string) []Line {
	p.t.Helper()
	from := len(p.Lines())
	if r := p.Call(map[string]any{"type": "prompt", "message": message}); r.At("success") != true {
		p.t.Fatalf("prompt: %v", r)
	}
	p.awaitFrom(from, func(l Line) bool { return l.Text("type") == "agent_end" && l.At("willRetry") == false })
	return p.Lines()[from:]
}

// Await returns the first line so far, or to come, that ok accepts.
func (p *Pi) Await(ok func(Line) bool) Line {
	p.t.Helper()
	return p.awaitFrom(0, ok)
}

func (p *Pi) awaitFrom(from int, ok func(Line) bool) Line {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		p.mu.Lock()
		for ; from < len(p.lines); from++ {
			if ok(p.lines[from]) {
				defer p.mu.Unlock()
				return p.lines[from]
			}
		}
		more, ended := p.more, p.ended
		p.mu.Unlock()
		if ended {
			p.t.Fatalf("pi ended before what the test waits for; stdout %v", p.Lines())
		}
		select {
		case <-more:
		case <-timeout:
			p.t.Fatalf("nothing after %v; stdout %v", patience, p.Lines())
		}
	}
}

// Lines returns what stdout has had so far.
func (p *Pi) Lines() []Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines[:len(p.lines):len(p.lines)]
}

// Close closes stdin, waits for the end and returns the exit code.
func (p *Pi) Close() int {
	p.t.Helper()
	_ = p.stdin.Close() // it may have ended already
	return p.Wait()
}

// Wait waits for the end and returns the exit code, -1 for an end by a signal.
func (p *Pi) Wait() int {
	p.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	timeout := time.After(patience)
	select {
	case <-done:
	case <-timeout:
		p.t.Fatalf("pi has not ended after %v", patience)
	}
	for { // what it said last may still be on its way
		p.mu.Lock()
		more, ended := p.more, p.ended
		p.mu.Unlock()
		if ended {
			return p.cmd.ProcessState.ExitCode()
		}
		select {
		case <-more:
		case <-timeout:
			p.t.Fatalf("pi has ended, but somebody still holds its stdout after %v", patience)
		}
	}
}

// Stderr returns what was printed there, once the process has ended.
func (p *Pi) Stderr() string { return p.stderr.String() }

// Read returns what a file below the home folder holds now.
func (p *Pi) Read(path string) string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.Home, path))
	must(p.t, err)
	return string(text)
}

// Record reads the flight record of the process.
func (p *Pi) Record() flight.Record {
	p.t.Helper()
	records, err := flight.ReadDir(p.records)
	must(p.t, err)
	for _, r := range records {
		if r.PID == p.Process.Pid {
			return r
		}
	}
	p.t.Fatalf("no flight record of process %d among %d", p.Process.Pid, len(records))
	return flight.Record{}
}
