package daytona

import (
	"net/http"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// toolbox sets the routes of the toolbox, which each sandbox has below its id.
func (s *Server) toolbox() {
	on := func(method, path string, do func(*request, machine.Machine) (answer, error)) {
		s.handle("toolbox", method, toolboxBase, "/{sandbox}"+path, func(r *request) (answer, error) {
			b, err := s.named(r)
			if err != nil {
				return answer{}, err
			}
			r.sandbox = b
			s.mu.Lock()
			m, state := b.machine, b.State
			s.mu.Unlock()
			if state != Started {
				return answer{}, fail(http.StatusBadRequest, "bad request: failed to get runner info: sandbox is in state %s", state)
			}
			return do(r, m)
		})
	}
	dir := func(path func(machine.Machine) string) func(*request, machine.Machine) (answer, error) {
		return func(_ *request, m machine.Machine) (answer, error) { return ok(map[string]string{"dir": path(m)}) }
	}
	on("GET", "/user-home-dir", dir(machine.Machine.Home))
	on("GET", "/work-dir", dir(machine.Machine.Home))
	on("GET", "/version", func(*request, machine.Machine) (answer, error) { return ok(map[string]string{"version": "conform"}) })
	on("POST", "/env", s.setEnv)

	on("GET", "/files", listFiles)
	on("GET", "/files/info", fileInfo)
	on("DELETE", "/files", deleteFile)
	on("POST", "/files/folder", makeFolder)
	on("POST", "/files/move", moveFile)
	on("POST", "/files/permissions", setPermissions)
	on("POST", "/files/upload", s.uploadOne)
	on("POST", "/files/upload-v2", s.uploadOne)
	on("POST", "/files/bulk-upload", s.uploadMany)
	on("GET", "/files/download", downloadOne)
	on("POST", "/files/bulk-download", downloadMany)

	on("POST", "/process/execute", s.execute)
	on("GET", "/process/session", listSessions)
	on("POST", "/process/session", createSession)
	on("GET", "/process/session/{session}", getSession)
	on("DELETE", "/process/session/{session}", deleteSession)
	on("POST", "/process/session/{session}/exec", s.sessionExec)
	on("GET", "/process/session/{session}/command/{command}", getCommand)
	on("GET", "/process/session/{session}/command/{command}/logs", commandLogs)
	on("POST", "/process/session/{session}/command/{command}/input", s.commandInput)
}

// setEnv changes the environment of commands that start from now on.
func (s *Server) setEnv(r *request, _ machine.Machine) (answer, error) {
	var q struct {
		Set   map[string]string `json:"set"`
		Unset []string          `json:"unset"`
	}
	if err := r.read(&q); err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	env := map[string]string{}
	for name, value := range r.sandbox.env {
		env[name] = value
	}
	for name, value := range q.Set {
		env[name] = value
	}
	for _, name := range q.Unset {
		delete(env, name)
	}
	r.sandbox.env = env
	return ok(map[string]any{})
}

// environ is the environment that was set after creation, with a command's own.
func (s *Server) environ(b *sandbox, own map[string]string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	env := map[string]string{}
	for name, value := range b.env {
		env[name] = value
	}
	for name, value := range own {
		env[name] = value
	}
	return env
}
