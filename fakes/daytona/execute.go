package daytona

import (
	"bytes"
	"net/http"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// executeLimit is how long a command may take when nothing else is said.
const executeLimit = 10 * time.Minute

// joined is output of two streams in one.
type joined struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *joined) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *joined) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

// execute runs one command to its end.
func (s *Server) execute(r *request, m machine.Machine) (answer, error) {
	var q struct {
		Command string            `json:"command"`
		Cwd     string            `json:"cwd"`
		Envs    map[string]string `json:"envs"`
		Timeout float64           `json:"timeout"` // seconds
	}
	if err := r.read(&q); err != nil {
		return answer{}, err
	}
	if q.Command == "" {
		return answer{}, fail(http.StatusBadRequest, "command is required")
	}
	limit := executeLimit
	if q.Timeout > 0 {
		limit = time.Duration(q.Timeout * float64(time.Second))
	}
	out := &joined{}
	p, err := m.Start(machine.Command{Line: q.Command, Dir: q.Cwd, Env: s.environ(r.sandbox, q.Envs), Stdout: out, Stderr: out})
	if err != nil {
		return answer{}, fail(http.StatusBadRequest, "start the command: %v", err)
	}
	p.Input().Close()
	ended := make(chan int, 1)
	go func() { ended <- p.Wait() }()
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case code := <-ended:
		return ok(map[string]any{"exitCode": code, "result": out.String()})
	case <-late.C:
		p.Kill()
		return answer{}, fail(http.StatusRequestTimeout, "command execution timeout")
	case <-r.Context().Done():
		p.Kill()
		return answer{}, nil
	}
}
