package daytona

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/coder/websocket"
)

// sessionExec runs a command in a session, or starts it.
func (s *Server) sessionExec(r *request, m machine.Machine) (answer, error) {
	in, err := r.sandbox.sessions.find(r.PathValue("session"))
	if err != nil {
		return answer{}, err
	}
	var q struct {
		Command  string `json:"command"`
		RunAsync bool   `json:"runAsync"`
		Async    bool   `json:"async"`
	}
	if err := r.read(&q); err != nil {
		return answer{}, err
	}
	if q.Command == "" {
		return answer{}, fail(http.StatusBadRequest, "command is required")
	}
	in.mu.Lock()
	c := &command{id: fmt.Sprintf("%s-%d", in.id, len(in.commands)+1), line: q.Command, book: newLogbook(), ended: make(chan struct{})}
	in.commands = append(in.commands, c)
	in.mu.Unlock()

	env := s.environ(r.sandbox, nil)
	if q.RunAsync || q.Async {
		return answer{http.StatusAccepted, map[string]any{"cmdId": c.id}}, c.background(m, in, env)
	}
	in.running.Lock()
	defer in.running.Unlock()
	if err := c.start(m, in, env); err != nil {
		return answer{}, err
	}
	c.finish()
	return ok(map[string]any{"cmdId": c.id, "exitCode": c.code, "output": c.book.text(0), "stdout": c.book.text(1), "stderr": c.book.text(2)})
}

// background starts a command without waiting for its end: at once, or after
// the command that the session is busy with.
func (c *command) background(m machine.Machine, in *session, env map[string]string) error {
	begin := func() error {
		err := c.start(m, in, env)
		if err != nil {
			in.running.Unlock()
			return err
		}
		go func() {
			defer in.running.Unlock()
			c.finish()
		}()
		return nil
	}
	if in.running.TryLock() {
		return begin()
	}
	go func() {
		in.running.Lock()
		_ = begin() // its end and exit code tell
	}()
	return nil
}

func (c *command) start(m machine.Machine, in *session, env map[string]string) error {
	p, err := m.Start(machine.Command{Line: in.remembering(c.line), Env: env, Stdout: c.book.stream(1), Stderr: c.book.stream(2)})
	if err != nil {
		c.code = 127
		c.book.close()
		close(c.ended)
		return fail(http.StatusBadRequest, "start the command: %v", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proc = p
	return nil
}

func (c *command) finish() {
	c.code = c.proc.Wait()
	c.book.close()
	close(c.ended)
}

// commandInput writes to a command's standard input.
func (s *Server) commandInput(r *request, _ machine.Machine) (answer, error) {
	c, err := spoken(r)
	if err != nil {
		return answer{}, err
	}
	var q struct {
		Data string `json:"data"`
	}
	if err := r.read(&q); err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	kill := s.faults.Kill
	s.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inputs++; kill > 0 && c.inputs == kill {
		c.proc.Kill()
		<-c.ended
	}
	select {
	case <-c.ended:
		return answer{}, fail(http.StatusGone, "command has completed: %s", c.id)
	default:
	}
	if c.proc == nil {
		return answer{}, fail(http.StatusBadRequest, "command has not started: %s", c.id)
	}
	if _, err := io.WriteString(c.proc.Input(), q.Data); err != nil {
		return answer{}, fail(http.StatusGone, "command takes no input: %v", err)
	}
	return answer{status: http.StatusNoContent}, nil
}

// commandLogs answers with the output so far, or streams it to its end.
func commandLogs(r *request, _ machine.Machine) (answer, error) {
	c, err := spoken(r)
	if err != nil {
		return answer{}, err
	}
	if r.URL.Query().Get("follow") != "true" {
		return ok(map[string]any{"output": c.book.text(0), "stdout": c.book.text(1), "stderr": c.book.text(2)})
	}
	conn, err := websocket.Accept(r.w, r.Request, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return answer{}, nil // it has been told
	}
	r.entry.Update(func(call *Call) { call.Status = http.StatusSwitchingProtocols })
	r.entry.Close()
	defer conn.CloseNow()
	follow(conn.CloseRead(r.Context()), conn, c.book)
	return answer{}, nil
}

// follow sends a command's output as it comes. Each frame says with three equal
// bytes which stream it goes on with.
func follow(ctx context.Context, conn *websocket.Conn, book *logbook) {
	for n := 0; ; {
		chunks, closed, changed := book.since(n)
		n += len(chunks)
		for _, c := range chunks {
			frame := append([]byte{c.stream, c.stream, c.stream}, c.data...)
			if conn.Write(ctx, websocket.MessageBinary, frame) != nil {
				return
			}
		}
		if closed {
			_ = conn.Close(websocket.StatusNormalClosure, "")
			return
		}
		if len(chunks) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}
