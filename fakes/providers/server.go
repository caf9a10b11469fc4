package providers

import (
	"context"
	"net/http"
	"sync"
	"time"
	"unsafe"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// maxBody is the largest request body that providers take.
const maxBody = 64 << 20

// Server plays all providers; the Host header says which. It is its own first
// tenant, to which all requests belong that no other tenant claims. Its methods
// are safe for concurrent use.
type Server struct {
	*Tenant
	hosts  map[string][]endpoint
	now    func() time.Time
	alone  bool
	spill  spill
	others tenants
	meter  *meter
	// streams are buffers of answers that were sent.
	streams sync.Pool
}

// Option changes how a Server is made.
type Option func(*Server)

// WithClock replaces the clock that answers and the journal are dated by. How
// long things take is always measured.
func WithClock(now func() time.Time) Option { return func(s *Server) { s.now = now } }

// WithBodiesIn keeps request bodies larger than limit bytes in files of a folder
// instead of in memory; Call.BodyFile names them. They go with their call.
func WithBodiesIn(folder string, limit int) Option {
	return func(s *Server) { s.spill = spill{folder, limit} }
}

// WithJournalOf keeps about n calls of each tenant and forgets the oldest beyond
// them. Without it all are kept.
func WithJournalOf(n int) Option {
	return func(s *Server) { s.calls.Limit = n }
}

// Alone makes a Server that is reached at an address of its own instead of at
// the providers' names: the path then says which provider is meant. /api/v1 is
// OpenRouter, /v1/messages Anthropic, what has a key of Google's or its operations
// Google, other /v1 OpenAI; and each provider stands behind its name, as in
// /mistral/v1/chat/completions.
func Alone() Option { return func(s *Server) { s.alone = true } }

// New returns providers that accept no key until they have a script.
func New(options ...Option) *Server {
	s := &Server{hosts: publicHosts(), now: time.Now}
	s.Tenant = &Tenant{server: s, play: &play{}}
	for _, option := range options {
		option(s)
	}
	s.calls.Dropped = Call.retire
	return s
}

// Route says who plays a target, host and port: the Server if it is a public
// provider by TLS or one of the script's gateways, and otherwise why nobody
// does. It has the shape that an egress proxy asks for.
func (s *Server) Route(hostport string) (http.Handler, string) {
	var gateways []string
	for _, t := range s.Tenants() {
		gateways = append(gateways, t.gateways(t.playing())...)
	}
	if known, reason := s.known(hostport, gateways); !known {
		return nil, reason
	}
	return s, ""
}

// Settle waits until no call of any tenant is being answered.
func (s *Server) Settle(ctx context.Context) error {
	for _, t := range s.Tenants() {
		if err := t.Settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// ServeHTTP plays one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began, arrived := time.Now(), s.now()
	body, file := s.spill.read(r)

	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	host, path := bare(r.Host, scheme), r.URL.Path
	key := anyKey(r.Header)
	t, path := s.owner(host, path, key)
	play := t.playing()
	gateways := t.gateways(play)
	if s.alone {
		host, path = s.meant(host, path, r.Header, gateways)
	}
	at := s.locate(host, path, gateways)
	question := read(body, at)
	call := Call{
		Tenant: t.name, At: arrived, Scheme: scheme, Proto: r.Proto, Host: host,
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Header: journal.Headers(r.Header), Key: key,
		BodyFile: file, Size: len(body),
		Model: question.model, Stream: question.stream,
	}
	if file == "" {
		call.Body = unsafe.String(unsafe.SliceData(body), len(body)) // nobody changes it any more
	}
	if at.endpoint.dialect != nil {
		call.Dialect = at.endpoint.dialect.name()
	}
	e := &exchange{
		w: w, r: r, server: s, tenant: t, play: play, place: at, question: question, path: path,
		host: host, key: key, created: arrived.Unix(), began: began, model: question.model,
		behaviour: play.Behaviour, pace: play.Pace,
	}
	call.Remarks = e.remarks()
	s.meter.begin()
	e.entry = t.enter(&call)
	e.n, e.id = call.N, letters(call.N, 20)
	defer e.close() // also when a fault panics to break the connection
	if play.OnRequest != nil {
		play.OnRequest(call)
	}
	e.serve()
}

// letters writes n with so many consonants: an id must not hold a number that a
// client could take for a status, nor a word for a kind of failure.
func letters(n, width int) string {
	const alphabet = "bcdfghjkmnpqrstvwxz"
	id := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		id[i] = alphabet[n%len(alphabet)]
		n /= len(alphabet)
	}
	return string(id)
}
