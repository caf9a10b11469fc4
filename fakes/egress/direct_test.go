package egress

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// straight is a client for which every name leads to the proxy's own address.
func straight(t *testing.T, l lane) *http.Client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- l.proxy.Direct(listener) }()
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: l.proxy.authority.Pool()},
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
		},
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		listener.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport}
}

func TestDirectPlaysThePublicNames(t *testing.T) {
	l := start(t, func(hostport string) (http.Handler, string) {
		if hostport == "openrouter.ai:443" || hostport == "llm.acme.example:80" {
			return http.HandlerFunc(describe), ""
		}
		return nil, "unknown host"
	})
	client := straight(t, l)
	for url, want := range map[string]string{
		"https://openrouter.ai/api/v1/models": "GET openrouter.ai /api/v1/models tls=true ",
		"http://llm.acme.example/team":        "GET llm.acme.example /team tls=false ",
		"http://elsewhere.example/":           `{"error":"egress refused","host":"elsewhere.example:80","reason":"unknown host"}`,
	} {
		resp, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		resp.Write(&got)
		resp.Body.Close()
		if !strings.HasSuffix(got.String(), "\r\n"+want) {
			t.Errorf("%s: got %q", url, got.String())
		}
	}
	if resp, err := client.Get("https://elsewhere.example/"); err == nil {
		resp.Body.Close()
		t.Error("a host that nobody plays was reached")
	}
	want := map[Call]bool{
		{Method: "CONNECT", Host: "openrouter.ai:443", Allowed: true, Direct: true}:              true,
		{Method: "GET", Host: "llm.acme.example:80", Allowed: true, Direct: true}:                true,
		{Method: "GET", Host: "elsewhere.example:80", Reason: "unknown host", Direct: true}:      true,
		{Method: "CONNECT", Host: "elsewhere.example:443", Reason: "unknown host", Direct: true}: true,
	}
	got := map[Call]bool{}
	for _, c := range l.journal(t) {
		got[c] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
