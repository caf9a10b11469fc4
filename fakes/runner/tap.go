package runner

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// maxKept bounds what is kept of a request or a reply. More than that still
// passes, and the call says that it was cut.
const maxKept = 16 << 20

// Tap stands between the service half and the runner half. Its methods are safe
// for concurrent use.
type Tap struct {
	calls     journal.Journal[Call]
	transport *http.Transport

	mu       sync.Mutex
	upstream *url.URL // nil: the tap answers by itself
	reply    Reply
}

// New returns a tap that answers by itself.
func New() *Tap {
	return &Tap{transport: &http.Transport{
		DisableCompression:  true, // would add a header of its own and unpack the reply
		MaxIdleConnsPerHost: 4,
		Proxy:               nil, // the runner is next door
	}}
}

// Forward makes the tap hand requests on to the runner at baseURL.
func (t *Tap) Forward(baseURL string) error {
	upstream, err := url.Parse(baseURL)
	if err != nil {
		return err // names the URL
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.upstream = upstream
	return nil
}

// Answer makes the tap play a runner that gives this reply.
func (t *Tap) Answer(reply Reply) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.upstream, t.reply = nil, reply
}

// Journal returns the calls so far, in order of arrival.
func (t *Tap) Journal() []Call { return t.calls.All() }

// Settle waits until no call is being answered.
func (t *Tap) Settle(ctx context.Context) error { return t.calls.Settle(ctx) }

// Reset forgets the calls, ends those under way and makes the tap answer by
// itself again.
func (t *Tap) Reset() {
	t.Answer(Reply{})
	t.calls.Reset()
}

// Close lets go of connections to the runner.
func (t *Tap) Close() { t.transport.CloseIdleConnections() }

// ServeHTTP records the request and answers it or hands it on.
func (t *Tap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	body, err := io.ReadAll(r.Body)
	call := Call{
		At:     at,
		Method: r.Method,
		Path:   r.URL.RequestURI(),
		Header: journal.Headers(r.Header),
		Body:   string(body[:min(len(body), maxKept)]),
	}
	if len(body) > maxKept {
		call.Error = "request body cut"
	}

	t.mu.Lock()
	upstream, reply := t.upstream, t.reply
	t.mu.Unlock()
	call.Forwarded = upstream != nil

	entry := t.calls.Open(call)
	defer entry.Close()
	if err != nil {
		note(entry, "reading the request: "+err.Error())
		return
	}
	out := &recorder{ResponseWriter: w, entry: entry}
	defer out.finish()
	if upstream == nil {
		reply.serve(out, r, body)
		return
	}
	t.forward(out, r, upstream, body)
}

func note(entry *journal.Entry[Call], text string) {
	entry.Update(func(c *Call) { c.Error = text })
}
