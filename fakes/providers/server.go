package providers

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// maxBody is the largest request body that providers take.
const maxBody = 32 << 20

// Server plays all providers; the Host header says which. Its methods are safe
// for concurrent use.
type Server struct {
	calls journal.Journal[Call]
	hosts map[string][]endpoint
	now   func() time.Time

	mu     sync.Mutex
	script Script
	count  int // of requests, which ids are made from
}

// Option changes how a Server is made.
type Option func(*Server)

// WithClock replaces the clock that answers and the journal are dated by.
func WithClock(now func() time.Time) Option { return func(s *Server) { s.now = now } }

// New returns providers that accept no key until they have a script.
func New(options ...Option) *Server {
	s := &Server{hosts: publicHosts(), now: time.Now}
	for _, option := range options {
		option(s)
	}
	return s
}

// Play replaces the script. Requests under way go on by the one they began with.
func (s *Server) Play(script Script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = script
}

// Route says who plays a target, host and port: the Server if it is a public
// provider by TLS or one of the script's gateways, and otherwise why nobody
// does. It has the shape that an egress proxy asks for.
func (s *Server) Route(hostport string) (http.Handler, string) {
	s.mu.Lock()
	gateways := s.script.Gateways
	s.mu.Unlock()
	if known, reason := s.known(hostport, gateways); !known {
		return nil, reason
	}
	return s, ""
}

// Journal returns the calls so far, in order of arrival.
func (s *Server) Journal() []Call { return s.calls.All() }

// Settle waits until no call is being answered.
func (s *Server) Settle(ctx context.Context) error { return s.calls.Settle(ctx) }

// Reset forgets calls and script, starts ids again and ends stalled answers.
func (s *Server) Reset() {
	s.mu.Lock()
	s.script, s.count = Script{}, 0
	s.mu.Unlock()
	s.calls.Reset()
}

// ServeHTTP plays one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := s.now()
	// A body that cannot be read is judged like any other that makes no sense.
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody))

	s.mu.Lock()
	script := s.script
	s.count++
	id := letters(s.count)
	s.mu.Unlock()

	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	host := bare(r.Host, scheme)
	place := s.locate(host, r.URL.Path, script.Gateways)
	question := read(body, place)
	call := Call{
		At:     arrived,
		Scheme: scheme,
		Host:   host,
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.RawQuery,
		Header: journal.Headers(r.Header),
		Key:    anyKey(r.Header),
		Body:   string(body),
		Model:  question.model,
		Stream: question.stream,
	}
	if place.endpoint.dialect != nil {
		call.Dialect = place.endpoint.dialect.name()
	}

	entry := s.calls.Open(call)
	defer entry.Close() // also when a fault panics to break the connection
	if script.OnRequest != nil {
		script.OnRequest(call)
	}
	e := &exchange{
		w: w, r: r, entry: entry, script: script, place: place, question: question,
		host: host, id: id, key: call.Key, created: arrived.Unix(),
	}
	e.play()
}

// bare is the host in lower case, without the port if it is the scheme's own.
func bare(host, scheme string) string {
	host = strings.ToLower(host)
	if name, port, err := net.SplitHostPort(host); err == nil {
		if port == "443" && scheme == "https" || port == "80" && scheme == "http" {
			return name
		}
	}
	return host
}

// anyKey is the credential of a request to whatever dialect.
func anyKey(h http.Header) string {
	if key := h.Get("X-Goog-Api-Key"); key != "" {
		return key
	}
	return either(h)
}

// letters writes n with consonants alone: an id must not hold a number that a
// client could take for a status, nor a word for a kind of failure.
func letters(n int) string {
	const alphabet, width = "bcdfghjkmnpqrstvwxz", 20
	id := []byte(strings.Repeat(alphabet[:1], width))
	for i := width - 1; n > 0; i-- {
		id[i] = alphabet[n%len(alphabet)]
		n /= len(alphabet)
	}
	return string(id)
}
