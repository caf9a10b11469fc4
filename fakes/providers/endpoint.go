package providers

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/egress"
)

// Listen is where an Endpoint listens.
type Listen struct {
	Addr    string // of plain HTTP, such as 127.0.0.1:0; "" for none
	TLSAddr string // of HTTPS with HTTP/2; "" for none
	// Authority signs a certificate for whatever host a client asks for; nil
	// makes one.
	Authority *egress.Authority
	Log       *slog.Logger // of the HTTP server's troubles; nil is silent
}

// Endpoint is a Server that listens at addresses of its own and is administered
// below AdminPath. Close it when done.
type Endpoint struct {
	*Server
	URL    string // of plain HTTP, without a slash at the end; "" if it does not listen so
	TLSURL string // of HTTPS

	authority *egress.Authority
	servers   []*http.Server
	mu        sync.Mutex
	source    string
}

// NewEndpoint starts an Endpoint on free loopback ports, for tests. It panics if
// there are none, as httptest does.
func NewEndpoint(script Script, options ...Option) *Endpoint {
	e, err := Start(Listen{Addr: "127.0.0.1:0", TLSAddr: "127.0.0.1:0"}, options...)
	if err != nil {
		panic("providers: " + err.Error())
	}
	e.Play(script)
	return e
}

// Start makes a Server with the option Alone and listens. Until it is told
// otherwise it takes any key and echoes.
func Start(l Listen, options ...Option) (*Endpoint, error) {
	e := &Endpoint{Server: New(append([]Option{Alone()}, options...)...), authority: l.Authority}
	e.meter = newMeter()
	e.Play(Echoing())
	if l.Addr == "" && l.TLSAddr == "" {
		return nil, errors.New("no address to listen at")
	}
	if e.authority == nil {
		var err error
		if e.authority, err = egress.NewAuthority(); err != nil {
			return nil, fmt.Errorf("make an authority: %w", err)
		}
	}
	for _, at := range []struct {
		addr, scheme string
		url          *string
	}{{l.Addr, "http", &e.URL}, {l.TLSAddr, "https", &e.TLSURL}} {
		if at.addr == "" {
			continue
		}
		listener, err := net.Listen("tcp", at.addr)
		if err != nil {
			return nil, errors.Join(err, e.Close())
		}
		*at.url = at.scheme + "://" + listener.Addr().String()
		e.serve(listener, at.scheme == "https", cmp.Or(l.Log, slog.New(slog.DiscardHandler)))
	}
	return e, nil
}

// maxStreams is how many answers one HTTP/2 connection carries at once.
const maxStreams = 5000

func (e *Endpoint) serve(listener net.Listener, secure bool, logger *slog.Logger) {
	server := &http.Server{
		Handler:           e.handler(),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(troubles{logger}, "", 0),
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
	}
	e.servers = append(e.servers, server)
	if !secure {
		go func() { _ = server.Serve(listener) }() // it ends with Close
		return
	}
	server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: e.certificate}
	go func() { _ = server.ServeTLS(listener, "", "") }()
}

// certificate is one for the name that a client asks for, or for the address
// that it came to if it names none.
func (e *Endpoint) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hello.ServerName
	if name == "" {
		host, _, err := net.SplitHostPort(hello.Conn.LocalAddr().String())
		if err != nil {
			return nil, err
		}
		name = host
	}
	config, err := e.authority.Config(name)
	if err != nil {
		return nil, err
	}
	return &config.Certificates[0], nil
}

func (e *Endpoint) handler() http.Handler {
	a := &admin{server: e.Server, source: e.Source, loaded: e.SetSource}
	administered := a.handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, AdminPath) {
			administered.ServeHTTP(w, r)
			return
		}
		e.Server.ServeHTTP(w, r)
	})
}

// Source is the text of the rules as they were loaded last, "" if none were.
func (e *Endpoint) Source() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.source
}

// SetSource says from which text the rules were loaded.
func (e *Endpoint) SetSource(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.source = text
}

// CA is the certificate of the authority that signs for all hosts, in PEM.
func (e *Endpoint) CA() []byte { return e.authority.PEM() }

// Client is a client that knows the authority and finds every host here, so that
// https://openrouter.ai/api/v1 can be asked for as it is.
func (e *Endpoint) Client() *http.Client {
	dialer := &net.Dialer{}
	here := strings.TrimPrefix(e.TLSURL, "https://")
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: e.authority.Pool(), MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if here == "" || "http://"+addr == e.URL {
				return dialer.DialContext(ctx, network, addr)
			}
			return dialer.DialContext(ctx, network, here)
		},
	}}
}

// Close ends all answers and stops listening.
func (e *Endpoint) Close() error {
	for _, t := range e.Tenants() {
		t.Forget() // ends those that wait on purpose
	}
	var all []error
	for _, s := range e.servers {
		all = append(all, s.Close())
	}
	return errors.Join(all...)
}

// troubles makes log lines of what net/http complains about.
type troubles struct{ log *slog.Logger }

func (t troubles) Write(line []byte) (int, error) {
	t.log.Warn(strings.TrimSpace(string(line)))
	return len(line), nil
}
