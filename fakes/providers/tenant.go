package providers

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// Tenant is a share of a Server with a script, a journal, ids and counters of
// its own, so that those who use the Server at the same time never see each
// other. Its methods are safe for concurrent use.
type Tenant struct {
	name   string
	server *Server
	scope  Scope
	calls  journal.Journal[Call]

	mu    sync.Mutex
	play  *play
	count int // of requests, which ids are made from
}

// Scope is which requests belong to a tenant: those that fit any of its members.
type Scope struct {
	Prefix string   `json:"prefix,omitempty" yaml:"prefix"` // first part of the path, such as /case-7; it is taken off
	Hosts  []string `json:"hosts,omitempty" yaml:"hosts"`   // as in Call.Host, beside the public ones
	Keys   []string `json:"keys,omitempty" yaml:"keys"`     // credentials
}

// Name is what the tenant was made with, "" for the Server's own.
func (t *Tenant) Name() string { return t.name }

// Play replaces the script. Requests under way go on by the one they began with.
// It panics if the script has a pattern that is none; Script.Check says so
// beforehand.
func (t *Tenant) Play(script Script) {
	p, err := compile(script)
	if err != nil {
		panic("providers: " + err.Error())
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.play = p
}

// Script is what is being played.
func (t *Tenant) Script() Script { return t.playing().Script }

func (t *Tenant) playing() *play {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.play
}

// Journal returns the calls so far, in order of arrival.
func (t *Tenant) Journal() []Call { return t.calls.All() }

// Settle waits until no call is being answered.
func (t *Tenant) Settle(ctx context.Context) error { return t.calls.Settle(ctx) }

// Wait waits until at least n calls that fit have ended, and returns all that do.
// On ctx's end it returns those there are and the error.
func (t *Tenant) Wait(ctx context.Context, n int, fits func(Call) bool) ([]Call, error) {
	return t.calls.Wait(ctx, n, func(c Call) bool { return c.End != "" && (fits == nil || fits(c)) })
}

// Reset forgets calls and script, starts ids again and ends stalled answers.
func (t *Tenant) Reset() {
	t.mu.Lock()
	t.play, t.count = &play{}, 0
	t.mu.Unlock()
	t.Forget()
}

// Forget forgets the calls and ends stalled answers; the script stays.
func (t *Tenant) Forget() {
	for _, c := range t.calls.Take() {
		c.retire()
	}
}

// claims is a copy of the scope.
func (t *Tenant) claims() Scope {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Scope{t.scope.Prefix, slices.Clone(t.scope.Hosts), slices.Clone(t.scope.Keys)}
}

// gateways are the hosts that the tenant plays beside the public ones.
func (t *Tenant) gateways(p *play) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.scope.Hosts) == 0 {
		return p.Gateways
	}
	return slices.Concat(p.Gateways, t.scope.Hosts)
}

// enter gives a call its number and opens its entry in the journal, so that both
// have one order.
func (t *Tenant) enter(call *Call) *journal.Entry[Call] {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
	call.N = t.count
	return t.calls.Open(*call)
}

// tenants finds the one that a request belongs to.
type tenants struct {
	mu   sync.RWMutex
	list []*Tenant
}

// Admit makes a tenant, or replaces the scope of the one of that name. Its script
// accepts no key until it has one.
func (s *Server) Admit(name string, scope Scope) *Tenant {
	scope.Prefix = strings.TrimSuffix(scope.Prefix, "/")
	s.others.mu.Lock()
	defer s.others.mu.Unlock()
	for _, t := range s.others.list {
		if t.name == name {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.scope = scope
			return t
		}
	}
	t := &Tenant{name: name, server: s, scope: scope, play: &play{}}
	t.calls.Limit, t.calls.Dropped = s.calls.Limit, Call.retire
	s.others.list = append(s.others.list, t)
	return t
}

// Tenants are all tenants, the Server's own first.
func (s *Server) Tenants() []*Tenant {
	s.others.mu.RLock()
	defer s.others.mu.RUnlock()
	return append([]*Tenant{s.Tenant}, s.others.list...)
}

// Dismiss ends a tenant and reports whether there was one of that name.
func (s *Server) Dismiss(name string) bool {
	s.others.mu.Lock()
	defer s.others.mu.Unlock()
	for i, t := range s.others.list {
		if t.name == name {
			s.others.list = append(s.others.list[:i:i], s.others.list[i+1:]...)
			t.Reset()
			return true
		}
	}
	return false
}

// owner is the tenant that a request belongs to, and its path without the
// tenant's prefix. A prefix says more than a host, and a host more than a key.
func (s *Server) owner(host, path, key string) (*Tenant, string) {
	s.others.mu.RLock()
	defer s.others.mu.RUnlock()
	if len(s.others.list) == 0 {
		return s.Tenant, path
	}
	var best *Tenant
	for _, t := range s.others.list {
		rest, ok := strings.CutPrefix(path, t.scope.Prefix)
		if t.scope.Prefix != "" && ok && strings.HasPrefix(rest, "/") && (best == nil || len(t.scope.Prefix) > len(best.scope.Prefix)) {
			best = t
		}
	}
	if best != nil {
		return best, path[len(best.scope.Prefix):]
	}
	for _, t := range s.others.list {
		if slices.Contains(t.scope.Hosts, host) {
			return t, path
		}
	}
	for _, t := range s.others.list {
		if slices.Contains(t.scope.Keys, key) {
			return t, path
		}
	}
	return s.Tenant, path
}
