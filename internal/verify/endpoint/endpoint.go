package endpoint

import (
	"io"
	"net/http"
	"sync"

	"github.com/agenta-ai/conform/internal/verify/input"
)

// maxBody is the largest request body that is kept.
const maxBody = 16 << 20

// Request is one request that arrived.
type Request struct {
	Step   int                 `json:"step"` // of the input, by its index
	Method string              `json:"method"`
	Scheme string              `json:"scheme"`
	Host   string              `json:"host"`
	Target string              `json:"target"` // path and query as they were sent
	Header map[string][]string `json:"header"`
	Body   string              `json:"body"`
}

// Endpoint is the provider. Its methods are safe for concurrent use.
type Endpoint struct {
	mu       sync.Mutex
	step     int
	replies  []input.Reply
	held     chan struct{} // closed when answers may begin; nil when nothing holds them
	arrived  chan struct{} // closed at the first request of a step
	seen     int           // requests of the step
	requests []Request
	over     chan struct{}
}

// New returns a provider that answers politely until it is told otherwise.
func New() *Endpoint {
	return &Endpoint{arrived: make(chan struct{}), over: make(chan struct{})}
}

// Begin says what comes of the requests of a step. With hold the first answer
// waits for Release.
func (e *Endpoint) Begin(step int, replies []input.Reply, hold bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.step, e.replies, e.seen = step, replies, 0
	e.arrived = make(chan struct{})
	e.held = nil
	if hold {
		e.held = make(chan struct{})
	}
}

// Release lets a held answer go.
func (e *Endpoint) Release() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.held != nil {
		close(e.held)
		e.held = nil
	}
}

// Arrived is closed when the step has had a request.
func (e *Endpoint) Arrived() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.arrived
}

// Requests returns what has arrived.
func (e *Endpoint) Requests() []Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests[:len(e.requests):len(e.requests)]
}

// Close ends all answers that wait.
func (e *Endpoint) Close() { close(e.over) }

// ServeHTTP answers one request.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody)) // what was read is what is compared
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	reply, held := e.take(Request{
		Method: r.Method, Scheme: scheme, Host: r.Host, Target: r.RequestURI, Header: r.Header, Body: string(body),
	})
	if held != nil {
		select {
		case <-held:
		case <-r.Context().Done():
			panic(http.ErrAbortHandler) // no answer at all, not an empty one
		case <-e.over:
			panic(http.ErrAbortHandler)
		}
	}
	if reply.Status != 0 {
		document(w, reply)
		return
	}
	e.stream(w, r, string(body), reply)
}

// take records a request and finds its reply.
func (e *Endpoint) take(r Request) (input.Reply, <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r.Step = e.step
	e.requests = append(e.requests, r)
	e.seen++
	var held <-chan struct{}
	if e.seen == 1 {
		close(e.arrived)
		held = e.held
	}
	if len(e.replies) == 0 {
		return input.Reply{Blocks: []input.Block{{Text: "As you like."}}, Usage: true}, held
	}
	return e.replies[min(e.seen, len(e.replies))-1], held
}

func document(w http.ResponseWriter, reply input.Reply) {
	kind := reply.Type
	if kind == "" {
		kind = "application/json"
	}
	if reply.Body != "" {
		w.Header().Set("Content-Type", kind)
	} else {
		w.Header()["Content-Type"] = nil // none is guessed either
	}
	if reply.Retry != "" {
		w.Header().Set("Retry-After", reply.Retry)
	}
	w.WriteHeader(reply.Status)
	_, _ = io.WriteString(w, reply.Body) // a client that has gone is compared by what it says
}

// stream answers piece by piece.
func (e *Endpoint) stream(w http.ResponseWriter, r *http.Request, body string, reply input.Reply) {
	speak := dialectOf(r.URL.Path)
	if speak == nil {
		document(w, input.Reply{Status: http.StatusNotFound, Body: `{"error":{"message":"no such path"}}`})
		return
	}
	frames := speak(question(body, r.URL.Path), reply)
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	flush := http.NewResponseController(w).Flush
	for _, f := range spoil(frames, reply.Fault) {
		if _, err := io.WriteString(w, f.text); err != nil {
			return
		}
	}
	if flush() != nil {
		return
	}
	switch reply.Fault {
	case input.Cut:
		panic(http.ErrAbortHandler) // net/http's way to break a connection
	case input.Stall:
		select {
		case <-r.Context().Done():
		case <-e.over:
		}
	}
}
