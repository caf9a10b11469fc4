package daytona

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// sandbox is one sandbox with what belongs to it. The embedded part is guarded
// by the server's lock; the machine has a lock of its own.
type sandbox struct {
	Sandbox
	spec     createRequest
	machine  machine.Machine // nil until made
	out      *wayOut         // nil if there is none
	uploads  int
	sessions sessions
	previews []*preview
	ending   sync.Once
	doomed   bool              // what is still being made for it is not wanted
	env      map[string]string // set after creation
}

// createRequest is the body of POST /sandbox.
type createRequest struct {
	Name             string              `json:"name"`
	Snapshot         string              `json:"snapshot"`
	User             string              `json:"user"`
	Env              map[string]string   `json:"env"`
	Labels           map[string]string   `json:"labels"`
	Public           bool                `json:"public"`
	Target           string              `json:"target"`
	CPU              int                 `json:"cpu"`
	Memory           int                 `json:"memory"`
	Disk             int                 `json:"disk"`
	AutoStop         *int                `json:"autoStopInterval"`
	AutoArchive      *int                `json:"autoArchiveInterval"`
	AutoDelete       *int                `json:"autoDeleteInterval"`
	NetworkBlockAll  bool                `json:"networkBlockAll"`
	NetworkAllowList string              `json:"networkAllowList"`
	DomainAllowList  string              `json:"domainAllowList"`
	Secrets          []map[string]string `json:"secrets"`
	BuildInfo        *struct {
		Dockerfile string `json:"dockerfileContent"`
	} `json:"buildInfo"`
}

func orDefault(p *int, value int) *int {
	if p == nil {
		return &value
	}
	return p
}

// create answers POST /sandbox.
func (s *Server) create(r *request) (answer, error) {
	var spec createRequest
	if err := r.read(&spec); err != nil {
		return answer{}, err
	}
	spec.AutoStop, spec.AutoArchive, spec.AutoDelete = orDefault(spec.AutoStop, 15), orDefault(spec.AutoArchive, 7*24*60), orDefault(spec.AutoDelete, -1)
	if spec.User == "" {
		spec.User = "sandbox"
	}
	if spec.Target == "" {
		spec.Target = "us"
	}
	b, faults, err := s.enlist(spec)
	if err != nil {
		return answer{}, err
	}
	r.entry.Update(func(c *Call) { c.Sandbox = b.ID })
	if faults.Slow > 0 {
		s.wg.Go(func() {
			time.Sleep(faults.Slow) // a slow cloud, on purpose
			s.boot(context.Background(), b, faults)
		})
	} else {
		s.boot(context.WithoutCancel(r.Context()), b, faults) // it is made, whether or not its caller waits
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(s.show(b))
}

// enlist makes the sandbox's entry.
func (s *Server) enlist(spec createRequest) (*sandbox, Faults, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Refuse != 0 {
		return nil, Faults{}, fail(s.faults.Refuse, "No available runners")
	}
	s.count++
	b := &sandbox{spec: spec, Sandbox: Sandbox{
		ID: fmt.Sprintf("sandbox-%d", s.count), Name: spec.Name, Snapshot: spec.Snapshot, State: Creating, Env: spec.Env, Labels: spec.Labels,
		Network: Network{spec.NetworkBlockAll, spec.NetworkAllowList, spec.DomainAllowList}, Created: time.Now(),
	}}
	if b.Name == "" {
		b.Name = b.ID
	}
	if s.find(b.Name) != nil {
		return nil, Faults{}, fail(http.StatusConflict, "Sandbox with name %s already exists", b.Name)
	}
	for _, pair := range spec.Secrets {
		for variable, name := range pair {
			if s.secret(name) == nil {
				return nil, Faults{}, fail(http.StatusBadRequest, "Secret %s not found", name)
			}
			if b.Secrets == nil {
				b.Secrets = map[string]string{}
			}
			b.Secrets[variable] = name
		}
	}
	s.sandboxes = append(s.sandboxes, b)
	return b, s.faults, nil
}

// find is the living sandbox of an id or name. The caller holds the lock.
func (s *Server) find(idOrName string) *sandbox {
	for _, b := range s.sandboxes {
		if b.State != Destroyed && (b.ID == idOrName || b.Name == idOrName) {
			return b
		}
	}
	return nil
}

// boot makes the machine and brings the sandbox to its first state.
func (s *Server) boot(ctx context.Context, b *sandbox, faults Faults) {
	if faults.Create {
		s.move(b, Failed, "the runner could not start the sandbox")
		return
	}
	if err := s.furnish(ctx, b, faults); err != nil {
		s.troubled(b, err)
		s.move(b, Failed, err.Error())
		return
	}
	s.move(b, Started, "")
}

// furnish makes the machine and the way out.
func (s *Server) furnish(ctx context.Context, b *sandbox, faults Faults) error {
	out := s.wayOut(b)
	m, err := s.options.Machines.Make(ctx, machine.Spec{ID: b.ID, Env: s.environment(b), Proxied: out != nil})
	if err != nil {
		out.close()
		return err
	}
	if out != nil {
		s.serve(out.server, m.Outgoing())
	}
	for path, content := range faults.Before {
		err = errors.Join(err, m.Write(path, strings.NewReader(content)))
	}
	s.mu.Lock()
	unwanted := b.doomed // deleted while it was being made
	if !unwanted {
		b.machine, b.out, b.Machine = m, out, m.Name()
	}
	s.mu.Unlock()
	if unwanted {
		out.close()
		return errors.Join(err, m.Remove())
	}
	return err
}

// environment is what processes of the sandbox see: placeholders, not secrets.
func (s *Server) environment(b *sandbox) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	env := maps.Clone(b.Env)
	if env == nil {
		env = map[string]string{}
	}
	for variable, name := range b.Secrets {
		if secret := s.secret(name); secret != nil {
			env[variable] = secret.Placeholder
		}
	}
	return env
}

// move changes the state and tells those who listen. A destroyed sandbox stays
// that.
func (s *Server) move(b *sandbox, to State, reason string) {
	s.mu.Lock()
	from := b.State
	if from == Destroyed || from == to {
		s.mu.Unlock()
		return
	}
	b.State, b.Reason = to, reason
	if to == Destroyed {
		b.Ended = time.Now()
	}
	shown := s.show(b)
	s.mu.Unlock()
	s.events.tell("sandbox.state.updated", map[string]any{"sandbox": shown, "oldState": from, "newState": to})
}

// destroy ends a sandbox and all that belongs to it.
func (s *Server) destroy(ctx context.Context, b *sandbox) {
	b.ending.Do(func() {
		s.mu.Lock()
		b.doomed = true
		m, out, previews := b.machine, b.out, b.previews
		s.mu.Unlock()
		if m != nil {
			s.troubled(b, m.Err())
			s.troubled(b, m.Stop(ctx))
		}
		for _, p := range previews {
			p.close()
		}
		out.close()
		if m != nil {
			s.troubled(b, m.Remove())
		}
		s.move(b, Destroyed, "")
	})
}

// machineOf is the sandbox's machine, nil while there is none.
func (s *Server) machineOf(b *sandbox) machine.Machine {
	s.mu.Lock()
	defer s.mu.Unlock()
	return b.machine
}
