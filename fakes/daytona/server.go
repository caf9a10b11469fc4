package daytona

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// The bases of the two planes below the server's own address.
const (
	controlBase = "/api"
	toolboxBase = "/toolbox"
)

// Options say what stands behind a cloud.
type Options struct {
	Machines machine.Maker
	// Authority signs for the hosts that sandboxes call. Without one they have no
	// way out that the cloud knows of.
	Authority *egress.Authority
	// Placeholder is the random part of a secret's placeholder; nil makes letters
	// that mean nothing.
	Placeholder func() string
	Log         *slog.Logger // nil is silent
}

// Server is the cloud: one account with one API key. Serve it on loopback; the
// API is below /api. Its methods are safe for concurrent use.
type Server struct {
	options Options
	mux     *http.ServeMux
	calls   journal.Journal[Call]
	events  hub

	mu        sync.Mutex
	key       string
	base      string // address by which clients came last
	faults    Faults
	route     egress.Route
	sandboxes []*sandbox // in order of creation, ended ones too
	secrets   []*Secret
	count     int
	trouble   error          // the first of our own
	wg        sync.WaitGroup // ways out and previews
}

// New returns a cloud that takes no key until it has one.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Placeholder == nil {
		o.Placeholder = func() string { return strings.ToLower(rand.Text()) }
	}
	s := &Server{options: o}
	s.mux = http.NewServeMux()
	s.control()
	s.toolbox()
	s.handle("", "", "", "/", func(r *request) (answer, error) {
		return answer{}, fail(http.StatusNotFound, "Cannot %s %s", r.Method, r.URL.Path)
	})
	return s
}

// Accept sets the account's API key.
func (s *Server) Accept(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key
}

// Break sets how the cloud misbehaves from now on.
func (s *Server) Break(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// Route says who plays the hosts that sandboxes call.
func (s *Server) Route(r egress.Route) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.route = r
}

// Journal returns the calls so far, in order of arrival.
func (s *Server) Journal() []Call { return s.calls.All() }

// Settle waits until no call is being answered.
func (s *Server) Settle(ctx context.Context) error { return s.calls.Settle(ctx) }

// Sandboxes returns all sandboxes, ended ones too, in order of creation.
func (s *Server) Sandboxes() []Sandbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Sandbox, len(s.sandboxes))
	for i, b := range s.sandboxes {
		all[i] = b.Sandbox
	}
	return all
}

// Secrets returns all secrets, deleted ones too, in order of creation.
func (s *Server) Secrets() []Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Secret, len(s.secrets))
	for i, secret := range s.secrets {
		all[i] = *secret
	}
	return all
}

// Egress returns what left the sandboxes, one sandbox after another.
func (s *Server) Egress() []egress.Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []egress.Call
	for _, b := range s.sandboxes {
		if b.out != nil {
			all = append(all, b.out.proxy.Journal()...)
		}
	}
	return all
}

// Inside writes a text as a process in its sandbox would: see [machine.Machine].
func (s *Server) Inside(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.sandboxes {
		if b.machine != nil {
			text = b.machine.Inside(text)
		}
	}
	return text
}

// Files are the files of a living sandbox, nil if it has none.
func (s *Server) Files(id string) machine.Files {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.find(id); b != nil && b.machine != nil {
		return b.machine
	}
	return nil
}

// Trouble is what went wrong in the cloud itself and is no fault that was asked
// for, such as a full disk or a machine that broke; nil if nothing did.
func (s *Server) Trouble() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.sandboxes {
		if s.trouble == nil && b.machine != nil && b.State != Destroyed {
			if err := b.machine.Err(); err != nil {
				return fmt.Errorf("%s: %w", b.ID, err)
			}
		}
	}
	return s.trouble
}

// troubled notes and logs what went wrong with a sandbox.
func (s *Server) troubled(b *sandbox, err error) {
	if err == nil {
		return
	}
	err = fmt.Errorf("%s: %w", b.ID, err)
	s.options.Log.Error("the cloud could not do its work", "error", err)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble == nil {
		s.trouble = err
	}
}

// Reset ends all sandboxes, forgets them, all secrets and calls, and is well
// again. The key stays.
func (s *Server) Reset() {
	s.mu.Lock()
	all := s.sandboxes
	s.mu.Unlock()
	for _, b := range all {
		s.destroy(context.Background(), b)
	}
	s.mu.Lock()
	s.sandboxes, s.secrets, s.faults, s.route, s.trouble = nil, nil, Faults{}, nil, nil
	s.mu.Unlock()
	s.calls.Reset()
}

// Close ends all sandboxes and event connections.
func (s *Server) Close() {
	s.Reset()
	s.events.close()
	s.wg.Wait()
}

// ServeHTTP answers both planes.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.base = "http://" + r.Host
	s.mu.Unlock()
	s.mux.ServeHTTP(w, r)
}

// authorized reports whether the key is the account's.
func (s *Server) authorized(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key != "" && key == s.key
}
