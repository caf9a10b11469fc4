package vault

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// Base is where a deployment of the platform has its API. The routes answer with
// and without it.
const Base = "/api"

// maxBody bounds what is kept of a request body; the list route takes none.
const maxBody = 1 << 20

// Server is the vault. Its methods are safe for concurrent use.
type Server struct {
	calls journal.Journal[Call]
	delay time.Duration

	mu              sync.Mutex
	records         map[string][]Record // by credential
	gateways        map[string]Gateway  // by credential
	fault           Fault
	runsAt, replica string // where sessions last ran
}

// Option changes how a Server is made.
type Option func(*Server)

// WithDelay replaces [Delay] for the fault [Slow].
func WithDelay(d time.Duration) Option { return func(s *Server) { s.delay = d } }

// New returns a vault that knows no caller.
func New(options ...Option) *Server {
	s := &Server{delay: Delay, records: map[string][]Record{}, gateways: map[string]Gateway{}}
	for _, option := range options {
		option(s)
	}
	return s
}

// Set makes the vault answer requests whose Authorization header is credential
// with these records. Without records the caller is known and has none.
func (s *Server) Set(credential string, records []Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[credential] = slices.Clone(records)
}

// Break makes the vault misbehave towards all known callers.
func (s *Server) Break(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// Journal returns the calls so far, in order of arrival.
func (s *Server) Journal() []Call { return s.calls.All() }

// Settle waits until no call is being answered.
func (s *Server) Settle(ctx context.Context) error { return s.calls.Settle(ctx) }

// Reset forgets calls, callers and fault, and ends answers under way.
func (s *Server) Reset() {
	s.mu.Lock()
	s.runsAt, s.replica = "", ""
	s.records, s.gateways, s.fault = map[string][]Record{}, map[string]Gateway{}, None
	s.mu.Unlock()
	s.calls.Reset()
}

// ServeHTTP answers GET /secrets/ and the few other routes that the service half
// asks, and refuses everything else.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent, _ := io.ReadAll(io.LimitReader(r.Body, maxBody))
	entry := s.calls.Open(Call{
		At:            time.Now(),
		Method:        r.Method,
		Path:          r.URL.EscapedPath(),
		Query:         r.URL.RawQuery,
		Authorization: r.Header.Get("Authorization"),
		Body:          string(sent),
	})
	defer entry.Close() // also when a fault panics to close the connection
	s.answer(&recorder{ResponseWriter: w, entry: entry}, r, entry.Ended())
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, ended <-chan struct{}) {
	// The texts are FastAPI's own: callers tell "no such route" from "no such
	// record" by them.
	route := strings.TrimPrefix(r.URL.EscapedPath(), Base)
	if route != "/secrets/" {
		s.platform(w, r, route)
		return
	}
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		detail(w, http.StatusMethodNotAllowed, "Method Not Allowed")
		return
	}

	s.mu.Lock()
	records, known := s.records[r.Header.Get("Authorization")]
	fault := s.fault
	s.mu.Unlock()

	if !known || r.Header.Get("Authorization") == "" {
		detail(w, http.StatusUnauthorized, "Unauthorized")
		return
	}
	if fault == Slow && !wait(r, ended, s.delay) {
		panic(http.ErrAbortHandler)
	}
	if fault.strike(w) {
		return
	}
	served := make([]Record, len(records)) // never null: no records are an empty list
	for i, record := range records {
		served[i] = record.served()
	}
	reply(w, http.StatusOK, served)
}

func detail(w http.ResponseWriter, status int, text string) {
	reply(w, status, map[string]string{"detail": text})
}

func reply(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil { // only an extra that no JSON can hold
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that is gone needs no answer
}

// recorder notes the status before the client can see it.
type recorder struct {
	http.ResponseWriter
	entry *journal.Entry[Call]
	wrote bool
}

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.wrote = true
		r.entry.Update(func(c *Call) { c.Status = status })
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if !r.wrote {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets a fault flush what it has written.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
