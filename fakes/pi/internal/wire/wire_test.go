package wire

import (
	"bufio"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestProxyFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env    []string
		target string
		want   string
	}{
		"none":                       {nil, "http://a/", ""},
		"http, loopback too":         {[]string{"HTTP_PROXY", "http://p:1"}, "http://127.0.0.1:9/", "http://p:1"},
		"lower case first":           {[]string{"HTTP_PROXY", "http://p:1", "http_proxy", "http://q:1"}, "http://a/", "http://q:1"},
		"https has its own":          {[]string{"HTTP_PROXY", "http://p:1", "HTTPS_PROXY", "http://s:1"}, "https://a/", "http://s:1"},
		"https falls back":           {[]string{"HTTP_PROXY", "http://p:1"}, "https://a/", "http://p:1"},
		"http ignores the https one": {[]string{"HTTPS_PROXY", "http://s:1"}, "http://a/", ""},
		"all proxy is not read":      {[]string{"ALL_PROXY", "http://s:1"}, "http://a/", ""},
		"excepted host":              {[]string{"HTTP_PROXY", "http://p:1", "NO_PROXY", "x, a"}, "http://a/", ""},
		"excepted port":              {[]string{"HTTP_PROXY", "http://p:1", "NO_PROXY", "a:81"}, "http://a:80/", "http://p:1"},
		"excepted domain":            {[]string{"HTTP_PROXY", "http://p:1", "NO_PROXY", "*.b.c"}, "http://a.b.c/", ""},
		"all excepted":               {[]string{"HTTP_PROXY", "http://p:1", "no_proxy", "*"}, "http://a/", ""},
		"not a suffix by letters":    {[]string{"HTTP_PROXY", "http://p:1", "NO_PROXY", "a"}, "http://aa/", "http://p:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, err := url.Parse(c.target)
			if err != nil {
				t.Fatal(err)
			}
			got, err := proxyFor(target, env(c.env...))
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			if got != nil {
				text = got.String()
			}
			if text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

// connectProxy is a proxy that knows only CONNECT, and sends everything to one
// address. It tells which targets it was asked for.
func connectProxy(t *testing.T, to string) (address string, asked chan string) {
	t.Helper()
	asked = make(chan string, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		asked <- r.Host
		up, err := net.Dial("tcp", to)
		if err != nil {
			t.Error(err)
			return
		}
		down, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(down, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(up, down); up.Close() }()
		_, _ = io.Copy(down, up)
		down.Close()
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

func TestPostThroughProxies(t *testing.T) {
	t.Parallel()
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Host+" "+r.Header.Get("x-a")+" "+string(body))
	})
	plain := httptest.NewServer(echo)
	t.Cleanup(plain.Close)
	secure := httptest.NewTLSServer(echo)
	t.Cleanup(secure.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(authority, block, 0o600); err != nil {
		t.Fatal(err)
	}
	viaPlain, plainAsked := connectProxy(t, plain.Listener.Addr().String())
	viaSecure, secureAsked := connectProxy(t, secure.Listener.Addr().String())

	for name, c := range map[string]struct {
		env   []string
		url   string
		asked chan string
		want  string
		err   error
	}{
		"straight":                 {nil, plain.URL + "/x", nil, strings.TrimPrefix(plain.URL, "http://") + " v body", nil},
		"http through CONNECT":     {[]string{"HTTP_PROXY", viaPlain}, "http://api.test/x", plainAsked, "api.test v body", nil},
		"https through CONNECT":    {[]string{"HTTPS_PROXY", viaSecure, "NODE_EXTRA_CA_CERTS", authority}, "https://example.com/x", secureAsked, "example.com v body", nil},
		"https, authority unknown": {[]string{"HTTPS_PROXY", viaSecure}, "https://example.com/x", nil, "", ErrConnection},
		"no URL":                   {nil, "not a url", nil, "", ErrURL},
		"relative":                 {nil, "/x", nil, "", ErrURL},
		"nobody there":             {nil, "http://127.0.0.1:1/", nil, "", ErrConnection},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			journal, err := flight.Create(flight.Sidecar{Records: dir}, flight.Record{})
			if err != nil {
				t.Fatal(err)
			}
			client := NewClient(env(c.env...), journal, 0)
			resp, err := client.Post(t.Context(), Request{Dialect: "d", URL: c.url, Header: Header{{"x-a", "v"}}, Body: []byte("body")})
			if c.err != nil {
				if !errors.Is(err, c.err) {
					t.Errorf("error %v, want %v", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil || string(body) != c.want || resp.Status != 200 {
				t.Errorf("got %d %q, %v; want %q", resp.Status, body, err, c.want)
			}
			if c.asked != nil {
				u, _ := url.Parse(c.url)
				if got := <-c.asked; got != net.JoinHostPort(u.Hostname(), portOf(u)) {
					t.Errorf("the proxy was asked for %s", got)
				}
			}
			if err := errors.Join(resp.Body.Close(), journal.Exit(flight.Exit{}, nil)); err != nil {
				t.Error(err)
			}
			records, err := flight.ReadDir(dir)
			if err != nil || len(records) != 1 || len(records[0].HTTP) != 1 {
				t.Fatalf("records %+v, %v", records, err)
			}
			if x := records[0].HTTP[0]; x.URL != c.url || x.Status != 200 || x.Header["x-a"] != "v" || x.Body != "body" || x.Dialect != "d" {
				t.Errorf("recorded %+v", x)
			}
		})
	}
}

// rawServer answers each connection with the same bytes and hangs up.
func rawServer(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.WriteString(conn, answer)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\n"
	for name, c := range map[string]struct {
		answer string
		body   string
		post   error // of Post
		read   error // of the body
	}{
		"length":                {ok + "Content-Length: 3\r\n\r\nabc", "abc", nil, nil},
		"length, cut":           {ok + "Content-Length: 9\r\n\r\nabc", "abc", nil, ErrTerminated},
		"until the end":         {ok + "\r\nabc", "abc", nil, nil},
		"chunks":                {ok + "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nTrailer: x\r\n\r\n", "abc", nil, nil},
		"chunks, cut within":    {ok + "Transfer-Encoding: chunked\r\n\r\n9\r\nab", "ab", nil, ErrTerminated},
		"chunks, cut between":   {ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "ab", nil, ErrTerminated},
		"chunk of nonsense":     {ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "", nil, ErrTerminated},
		"interim answer before": {"HTTP/1.1 103 Early\r\nA: b\r\n\r\n" + ok + "Content-Length: 1\r\n\r\nx", "x", nil, nil},
		"nothing":               {"", "", ErrConnection, nil},
		"not HTTP":              {"hello\r\n\r\n", "", ErrConnection, nil},
		"bad length":            {ok + "Content-Length: x\r\n\r\n", "", nil, ErrTerminated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := NewClient(env(), nil, 0).Post(t.Context(), Request{URL: rawServer(t, c.answer)})
			if !errors.Is(err, c.post) || err != nil != (c.post != nil) {
				t.Fatalf("error %v, want %v", err, c.post)
			}
			if err != nil {
				return
			}
			body, err := io.ReadAll(resp.Body)
			if string(body) != c.body || !errors.Is(err, c.read) {
				t.Errorf("got %q, %v; want %q, %v", body, err, c.body, c.read)
			}
			_ = resp.Body.Close()
		})
	}
}

func TestSilenceAndAbort(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 2)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	if _, err := NewClient(env(), nil, 20*time.Millisecond).Post(t.Context(), Request{URL: s.URL}); !errors.Is(err, ErrTimeout) {
		t.Errorf("silence: %v", err)
	}
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if _, err := NewClient(env(), nil, 0).Post(ctx, Request{URL: s.URL}); err == nil || ctx.Err() == nil {
		t.Errorf("abort: %v", err)
	}
}

func TestHeaderCannotBeSplit(t *testing.T) {
	t.Parallel()
	var h Header
	h.Set("X-Key", " sk\r\nx-evil: 1 ")
	if got := h.Get("x-key"); got != "skx-evil: 1" {
		t.Errorf("got %q", got)
	}
}
