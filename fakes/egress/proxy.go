package egress

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// Route finds who plays a host, given as lower-case host and port. Without a
// handler the attempt is refused for the reason that is returned instead.
type Route func(hostport string) (handler http.Handler, reason string)

// Proxy is the HTTP proxy of one lane. Serve it on the lane's listener. Its
// methods are safe for concurrent use.
type Proxy struct {
	authority *Authority
	calls     journal.Journal[Call]
	tunnels   *tunnels

	mu    sync.Mutex
	route Route
}

// New returns a proxy that refuses everything until it has a route. What goes
// wrong in a tunnel for reasons that are no client's doing is logged to logger;
// nil discards it.
func New(authority *Authority, logger *slog.Logger) *Proxy {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	p := &Proxy{authority: authority}
	p.tunnels = newTunnels(http.HandlerFunc(p.inside), logger)
	return p
}

// Route replaces the proxy's route. It holds at once, for open tunnels too.
func (p *Proxy) Route(route Route) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.route = route
}

// Journal returns the calls so far, in order of arrival.
func (p *Proxy) Journal() []Call { return p.calls.All() }

// Settle waits until no call is being answered. A tunnel counts as answered
// once it is open.
func (p *Proxy) Settle(ctx context.Context) error { return p.calls.Settle(ctx) }

// Reset forgets calls and route. Open tunnels stay, refused by the missing
// route: a client that keeps connections alive is free to use them in the next
// case.
func (p *Proxy) Reset() {
	p.Route(nil)
	p.calls.Reset()
}

// Close ends all tunnels and waits for their requests. The proxy refuses
// tunnels from then on.
func (p *Proxy) Close() { p.tunnels.close() }

// ServeHTTP opens tunnels, answers plain requests that name a whole URL, and
// refuses the rest.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := r.Host
	entry := p.calls.Open(Call{At: time.Now(), Method: r.Method, Host: asked})
	defer entry.Close()

	if r.Method == http.MethodConnect {
		p.connect(w, entry, asked)
		return
	}
	if r.URL.Scheme != "http" || r.URL.Host == "" {
		refuse(w, entry, "not a request to a proxy")
		return
	}
	handler, reason := p.find(hostport(asked, "80"))
	if handler == nil {
		refuse(w, entry, reason)
		return
	}
	entry.Update(func(c *Call) { c.Allowed = true })
	entry.Close() // its answer is the business of whoever plays the host
	handler.ServeHTTP(w, origin(r))
}

// find asks the route.
func (p *Proxy) find(target string) (http.Handler, string) {
	p.mu.Lock()
	route := p.route
	p.mu.Unlock()
	if route == nil {
		return nil, "no host is known"
	}
	handler, reason := route(target)
	if handler == nil && reason == "" {
		reason = "unknown host"
	}
	return handler, reason
}

// origin is r as the host itself would see it.
func origin(r *http.Request) *http.Request {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host = "", ""
	out.RequestURI = out.URL.RequestURI()
	for _, name := range []string{"Proxy-Connection", "Proxy-Authorization"} {
		out.Header.Del(name)
	}
	return out
}

// hostport is the target in lower case, with the scheme's port if it has none.
func hostport(target, port string) string {
	target = strings.ToLower(target)
	if _, _, err := net.SplitHostPort(target); err == nil {
		return target
	}
	return net.JoinHostPort(strings.Trim(target, "[]"), port)
}

// refuse answers 403 and says why, to the client and in the journal.
func refuse(w http.ResponseWriter, entry *journal.Entry[Call], reason string) {
	entry.Update(func(c *Call) { c.Reason = reason })
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, refusal(entry.Value().Host, reason)) // a client that is gone needs no answer
}

func refusal(host, reason string) string {
	text, err := json.Marshal(map[string]string{"error": "egress refused", "host": host, "reason": reason})
	if err != nil {
		return "" // strings always marshal
	}
	return string(text)
}
