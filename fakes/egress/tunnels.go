package egress

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// tunnels serves what comes through open tunnels. All tunnels of a proxy share
// one http.Server, which gets their connections through a listener of its own:
// that brings keep-alive and noticing clients that go away, and starting a
// server for each connection would cost more than the handshake.
type tunnels struct {
	server *http.Server
	conns  chan net.Conn
	closed chan struct{}
	served sync.WaitGroup // requests, tunnels being opened, and the server itself

	mu   sync.Mutex
	open map[*tunnel]struct{} // nil once closed
}

// targetKey finds the tunnel's target in a request's context.
type targetKey struct{}

func newTunnels(handler http.Handler, logger *slog.Logger) *tunnels {
	t := &tunnels{
		conns:  make(chan net.Conn),
		closed: make(chan struct{}),
		open:   map[*tunnel]struct{}{},
	}
	t.server = &http.Server{
		Handler:     t.counted(handler),
		ErrorLog:    slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		ConnContext: withTarget,
	}
	t.served.Go(func() { _ = t.server.Serve(t) }) // ends with http.ErrServerClosed and nothing else
	return t
}

// counted makes close wait for requests. A request is never added while close
// is waiting already: add refuses its connection, or the server has closed it.
func (t *tunnels) counted(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.mu.Lock()
		if t.open == nil {
			t.mu.Unlock()
			panic(http.ErrAbortHandler)
		}
		t.served.Add(1)
		t.mu.Unlock()
		defer t.served.Done()
		handler.ServeHTTP(w, r)
	})
}

func withTarget(ctx context.Context, conn net.Conn) context.Context {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	if tunnel, ok := conn.(*tunnel); ok {
		return context.WithValue(ctx, targetKey{}, tunnel.target)
	}
	return ctx
}

// add makes close end the connection and wait until its opener says t.served.Done.
// It reports false, and expects nothing, once it is too late.
func (t *tunnels) add(conn *tunnel) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		return false
	}
	t.open[conn] = struct{}{}
	t.served.Add(1)
	conn.gone = func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.open, conn)
	}
	return true
}

// serve hands a connection over.
func (t *tunnels) serve(conn net.Conn) {
	select {
	case t.conns <- conn:
	case <-t.closed:
		conn.Close()
	}
}

func (t *tunnels) close() {
	t.mu.Lock()
	open := t.open
	t.open = nil
	t.mu.Unlock()
	if open == nil {
		return
	}
	for conn := range open {
		conn.Conn.Close() // not Close, which takes the lock that others may wait for
	}
	t.server.Close() // closes the listener, that is t
	t.served.Wait()
}

// Accept is the server's end of serve.
func (t *tunnels) Accept() (net.Conn, error) {
	select {
	case conn := <-t.conns:
		return conn, nil
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

// Close makes Accept end. The server calls it exactly once.
func (t *tunnels) Close() error {
	close(t.closed)
	return nil
}

// Addr names the listener.
func (t *tunnels) Addr() net.Addr { return &net.UnixAddr{Name: "tunnels", Net: "tunnels"} }

// inside answers a request that came through a tunnel.
func (p *Proxy) inside(w http.ResponseWriter, r *http.Request) {
	target, _ := r.Context().Value(targetKey{}).(string)
	port := "80"
	if r.TLS != nil {
		port = "443"
	}
	if target == "" {
		p.plain(w, r)
		return
	}
	handler, reason := p.find(target)
	if handler != nil && hostport(r.Host, port) != target {
		handler, reason = nil, "sent through the tunnel of "+target+": "+r.Host
	}
	if handler == nil {
		entry := p.calls.Open(Call{At: time.Now(), Method: r.Method, Host: strings.ToLower(r.Host)})
		defer entry.Close()
		refuse(w, entry, reason)
		return
	}
	handler.ServeHTTP(w, r)
}
