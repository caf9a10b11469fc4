package daytona

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// sessions are those of one sandbox.
type sessions struct {
	mu  sync.Mutex
	all []*session
}

// session is a shell that remembers its folder and exported variables from one
// command to the next.
type session struct {
	id       string
	state    string     // file that remembers
	running  sync.Mutex // commands run one after another
	mu       sync.Mutex
	commands []*command
}

// command is one command of a session.
type command struct {
	id     string
	line   string
	book   *logbook
	ended  chan struct{}
	mu     sync.Mutex
	proc   machine.Process
	inputs int
	code   int
}

// shown is a command as the API tells of it.
func (c *command) shown() map[string]any {
	v := map[string]any{"id": c.id, "command": c.line}
	select {
	case <-c.ended:
		v["exitCode"] = c.code
	default:
	}
	return v
}

func (s *session) shown() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []map[string]any{}
	for _, c := range s.commands {
		all = append(all, c.shown())
	}
	return map[string]any{"sessionId": s.id, "commands": all}
}

// forget drops the sessions of a sandbox that was stopped.
func (s *sessions) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = nil
}

func (s *sessions) find(id string) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.all, func(x *session) bool { return x.id == id }); i >= 0 {
		return s.all[i], nil
	}
	return nil, fail(http.StatusNotFound, "session not found: %s", id)
}

// spoken is the command that a request speaks of.
func spoken(r *request) (*command, error) {
	s, err := r.sandbox.sessions.find(r.PathValue("session"))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.commands {
		if c.id == r.PathValue("command") {
			return c, nil
		}
	}
	return nil, fail(http.StatusNotFound, "command not found: %s", r.PathValue("command"))
}

func createSession(r *request, _ machine.Machine) (answer, error) {
	var q struct {
		ID string `json:"sessionId"`
	}
	if err := r.read(&q); err != nil {
		return answer{}, err
	}
	if q.ID == "" || strings.ContainsAny(q.ID, "/' \t\n") {
		return answer{}, fail(http.StatusBadRequest, "sessionId: %q is no name", q.ID)
	}
	all := &r.sandbox.sessions
	all.mu.Lock()
	defer all.mu.Unlock()
	if slices.ContainsFunc(all.all, func(s *session) bool { return s.id == q.ID }) {
		return answer{}, fail(http.StatusConflict, "session already exists: %s", q.ID)
	}
	all.all = append(all.all, &session{id: q.ID, state: "/tmp/.session-" + q.ID})
	return answer{status: http.StatusCreated}, nil
}

func listSessions(r *request, _ machine.Machine) (answer, error) {
	all := &r.sandbox.sessions
	all.mu.Lock()
	defer all.mu.Unlock()
	shown := []map[string]any{}
	for _, s := range all.all {
		shown = append(shown, s.shown())
	}
	return ok(shown)
}

func getSession(r *request, _ machine.Machine) (answer, error) {
	s, err := r.sandbox.sessions.find(r.PathValue("session"))
	if err != nil {
		return answer{}, err
	}
	return ok(s.shown())
}

// endGrace is how long the commands of a deleted session may take to end.
const endGrace = 2 * time.Second

// deleteSession ends the session's commands.
func deleteSession(r *request, _ machine.Machine) (answer, error) {
	s, err := r.sandbox.sessions.find(r.PathValue("session"))
	if err != nil {
		return answer{}, err
	}
	all := &r.sandbox.sessions
	all.mu.Lock()
	all.all = slices.DeleteFunc(all.all, func(x *session) bool { return x == s })
	all.mu.Unlock()
	s.mu.Lock()
	commands := s.commands
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), endGrace)
	defer cancel()
	for _, c := range commands {
		c.mu.Lock()
		p := c.proc
		c.mu.Unlock()
		if p != nil {
			p.Stop(ctx)
		}
	}
	return answer{status: http.StatusNoContent}, nil
}

func getCommand(r *request, _ machine.Machine) (answer, error) {
	c, err := spoken(r)
	if err != nil {
		return answer{}, err
	}
	return ok(c.shown())
}

// remembering is a command line around which the session's state is kept.
func (s *session) remembering(line string) string {
	f := "'" + s.state + "'"
	return fmt.Sprintf("if [ -f %[1]s ]; then . %[1]s; fi\ntrap '{ export -p; echo \"cd \\\"$PWD\\\"\"; } >%[2]s' EXIT\n%[3]s\n", f, `"`+s.state+`"`, line)
}
