package egress

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lane is a proxy on a listener and a client that uses it.
type lane struct {
	proxy  *Proxy
	server *httptest.Server
	client *http.Client
}

func start(t testing.TB, route Route) lane {
	t.Helper()
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	proxy := New(authority, nil)
	proxy.Route(route)
	server := httptest.NewServer(proxy)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{
		Proxy:           http.ProxyURL(address),
		TLSClientConfig: &tls.Config{RootCAs: authority.Pool()},
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		proxy.Close()
	})
	return lane{proxy, server, &http.Client{Transport: transport}}
}

// only is a route to one target.
func only(target string, handler http.HandlerFunc) Route {
	return func(hostport string) (http.Handler, string) {
		if hostport == target {
			return handler, ""
		}
		return nil, ""
	}
}

func describe(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s tls=%t %s", r.Method, r.Host, r.RequestURI, r.TLS != nil, body)
}

func (l lane) journal(t testing.TB) []Call {
	t.Helper()
	if err := l.proxy.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	calls := l.proxy.Journal()
	for i := range calls {
		if calls[i].At.IsZero() {
			t.Error("a call without a time")
		}
		calls[i].At = time.Time{}
	}
	return calls
}

func get(t testing.TB, client *http.Client, url string) string {
	t.Helper()
	resp, err := client.Post(url, "text/plain", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTLSThroughATunnel(t *testing.T) {
	l := start(t, only("openrouter.ai:443", describe))
	for range 2 { // the second request finds the tunnel open
		got := get(t, l.client, "https://openrouter.ai/a/b?c=d")
		if want := "POST openrouter.ai /a/b?c=d tls=true body"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	want := []Call{{Method: "CONNECT", Host: "openrouter.ai:443", Allowed: true}}
	if diff := cmp.Diff(want, l.journal(t)); diff != "" {
		t.Error(diff)
	}
}

func TestPlainRequest(t *testing.T) {
	l := start(t, only("10.20.30.40:8080", describe))
	got := get(t, l.client, "http://10.20.30.40:8080/v1/x?y=z")
	if want := "POST 10.20.30.40:8080 /v1/x?y=z tls=false body"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want := []Call{{Method: "POST", Host: "10.20.30.40:8080", Allowed: true}}
	if diff := cmp.Diff(want, l.journal(t)); diff != "" {
		t.Error(diff)
	}
}

// Node's proxy agent opens a tunnel for plain HTTP as well.
func TestPlainRequestThroughATunnel(t *testing.T) {
	l := start(t, only("gateway.example:80", describe))
	conn := dial(t, l, "gateway.example:80", http.StatusOK)
	fmt.Fprint(conn, "GET /v1 HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if want := "GET gateway.example /v1 tls=false "; string(text) != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

// dial opens a tunnel by hand.
func dial(t *testing.T, l lane, target string, status int) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", l.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target)
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != status {
		t.Fatalf("CONNECT %s: %s", target, resp.Status)
	}
	return conn
}

func TestRefusals(t *testing.T) {
	l := start(t, func(hostport string) (http.Handler, string) {
		if hostport == "why.example:80" {
			return nil, "because"
		}
		return nil, ""
	})
	for url, body := range map[string]string{
		"http://evil.example/": `{"error":"egress refused","host":"evil.example","reason":"unknown host"}`,
		"http://why.example/":  `{"error":"egress refused","host":"why.example","reason":"because"}`,
	} {
		if got := get(t, l.client, url); got != body {
			t.Errorf("got %s, want %s", got, body)
		}
	}
	if _, err := l.client.Get("https://evil.example/"); err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Errorf("a tunnel to an unknown host: %v", err)
	}
	resp, err := http.Get(l.server.URL + "/direct")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a request to the proxy itself: %s", resp.Status)
	}
	for _, call := range l.journal(t) {
		if call.Allowed || call.Reason == "" {
			t.Errorf("journal %+v", call)
		}
	}
	if n := len(l.journal(t)); n != 4 {
		t.Errorf("%d calls", n)
	}
}

func TestAnotherHostInsideATunnel(t *testing.T) {
	l := start(t, only("openrouter.ai:443", describe))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://openrouter.ai/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "api.openai.com"
	resp, err := l.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	want := []Call{
		{Method: "CONNECT", Host: "openrouter.ai:443", Allowed: true},
		{Method: "GET", Host: "api.openai.com", Reason: "sent through the tunnel of openrouter.ai:443: api.openai.com"},
	}
	if diff := cmp.Diff(want, l.journal(t)); diff != "" || resp.StatusCode != http.StatusForbidden {
		t.Errorf("%s %s", resp.Status, diff)
	}
}

func TestRouteHoldsForOpenTunnels(t *testing.T) {
	l := start(t, only("openrouter.ai:443", describe))
	get(t, l.client, "https://openrouter.ai/")
	l.proxy.Reset()
	if got := get(t, l.client, "https://openrouter.ai/"); !strings.Contains(got, "no host is known") {
		t.Errorf("got %s", got)
	}
	l.proxy.Route(only("openrouter.ai:443", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "second") }))
	if got := get(t, l.client, "https://openrouter.ai/"); got != "second" {
		t.Errorf("got %s", got)
	}
}

func TestFailedHandshakeIsJournalled(t *testing.T) {
	l := start(t, only("openrouter.ai:443", describe))
	l.client.Transport.(*http.Transport).TLSClientConfig.RootCAs = x509.NewCertPool()
	if _, err := l.client.Get("https://openrouter.ai/"); err == nil {
		t.Fatal("a client that trusts nobody was content")
	}
	calls := l.journal(t)
	if len(calls) != 1 || !calls[0].Allowed || !strings.HasPrefix(calls[0].Reason, "tls: ") {
		t.Errorf("journal %+v", calls)
	}
}

func TestUnusedTunnelIsNoFailure(t *testing.T) {
	l := start(t, only("openrouter.ai:443", describe))
	dial(t, l, "openrouter.ai:443", http.StatusOK).Close()
	want := []Call{{Method: "CONNECT", Host: "openrouter.ai:443", Allowed: true}}
	if diff := cmp.Diff(want, l.journal(t)); diff != "" {
		t.Error(diff)
	}
}

func TestHandlerSeesTheClientGo(t *testing.T) {
	arrived, gone := make(chan struct{}), make(chan struct{})
	l := start(t, only("openrouter.ai:443", func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
		close(gone)
	}))
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://openrouter.ai/", nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if resp, err := l.client.Do(req); err == nil {
			resp.Body.Close()
			t.Error("the client saw a reply")
		}
	}()
	<-arrived
	cancel()
	<-gone
	<-done
}

func TestCloseEndsTunnels(t *testing.T) {
	arrived := make(chan struct{})
	l := start(t, only("openrouter.ai:443", func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	}))
	silent := dial(t, l, "openrouter.ai:443", http.StatusOK) // a tunnel in which nobody speaks
	failed := make(chan error)
	go func() {
		resp, err := l.client.Get("https://openrouter.ai/")
		if err == nil {
			resp.Body.Close()
		}
		failed <- err
	}()
	<-arrived
	l.proxy.Close()
	if err := <-failed; err == nil {
		t.Error("the request outlived the proxy")
	}
	if _, err := io.ReadAll(silent); err != nil {
		t.Logf("silent tunnel: %v", err) // closed or reset, either is fine
	}
	l.proxy.Close() // a second time does nothing
	if _, err := l.client.Get("https://openrouter.ai/"); err == nil {
		t.Error("a closed proxy opened a tunnel")
	}
}

func TestAuthorityReusesCertificates(t *testing.T) {
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	a, err := authority.Config("openrouter.ai")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := authority.Config("openrouter.ai"); a != b {
		t.Error("a second certificate for one host")
	}
	if !x509.NewCertPool().AppendCertsFromPEM(authority.PEM()) {
		t.Error("the PEM does not load")
	}
	for _, host := range []string{"openrouter.ai", "10.20.30.40", "::1"} {
		config, err := authority.Config(host)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := config.Certificates[0].Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: authority.Pool()}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// BenchmarkNewTunnel is what a case pays for its first request.
func BenchmarkNewTunnel(b *testing.B) {
	l := start(b, only("openrouter.ai:443", describe))
	l.client.Transport.(*http.Transport).DisableKeepAlives = true
	for b.Loop() {
		get(b, l.client, "https://openrouter.ai/")
	}
}

// BenchmarkOpenTunnel is what it pays for each further one.
func BenchmarkOpenTunnel(b *testing.B) {
	l := start(b, only("openrouter.ai:443", describe))
	for b.Loop() {
		get(b, l.client, "https://openrouter.ai/")
	}
}
