package runner

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) (*Tap, *httptest.Server) {
	t.Helper()
	tap := New()
	server := httptest.NewServer(tap)
	t.Cleanup(tap.Close)
	t.Cleanup(server.Close)
	t.Cleanup(server.Client().CloseIdleConnections)
	return tap, server
}

func post(t *testing.T, server *httptest.Server, path, accept, body string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	req.Header.Set("Authorization", "Bearer token")
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

func TestRecorderPlaysARunner(t *testing.T) {
	const done = `{"ok":true,"output":"hello","messages":[{"role":"assistant","content":"hello"}],"events":[{"type":"message","text":"hello"},{"type":"done"}],"usage":{"input":12,"output":8,"total":20,"cost":0},"stopReason":"end_turn","sessionId":"s1","model":"m"}` + "\n"
	const streamed = `{"kind":"event","event":{"type":"message","text":"hello"}}
{"kind":"event","event":{"type":"done"}}
{"kind":"result","result":{"ok":true,"output":"hello","messages":[{"role":"assistant","content":"hello"}],"events":[],"usage":{"input":12,"output":8,"total":20,"cost":0},"stopReason":"end_turn","sessionId":"s1","model":"m"}}
`
	const failed = `{"ok":false,"output":"","messages":[],"events":[{"type":"error","message":"boom"},{"type":"done"}],"usage":{"input":0,"output":0,"total":0,"cost":0},"sessionId":"s1","model":"m"}`
	tests := []struct {
		name, path, accept, body string
		reply                    Reply
		status                   int
		contentType, want        string
	}{
		{"one reply", "/run", "application/json", `{"model":"m","sessionId":"s1"}`, Reply{Output: "hello"}, 200, "application/json", done},
		{"a stream", "/run", "application/x-ndjson", `{"model":"m","sessionId":"s1"}`, Reply{Output: "hello"}, 200, "application/x-ndjson", streamed},
		{"the alias", "/stream", "application/json", `{"model":"x","sessionId":"s1"}`, Reply{Output: "hello", Model: "m"}, 200, "application/json", done},
		{"a failed turn", "/run", "*/*", `{"model":"m","sessionId":"s1"}`, Reply{Error: "boom"}, 500, "application/json",
			strings.Replace(failed, `"model":"m"`, `"model":"m","error":"boom"`, 1) + "\n"},
		{"no JSON", "/run", "*/*", `{`, Reply{}, 400, "application/json",
			`{"ok":false,"output":"","messages":null,"events":null,"usage":{"input":0,"output":0,"total":0,"cost":0},"error":"invalid JSON body"}` + "\n"},
		{"raw", "/run", "*/*", `{}`, Reply{Raw: "<html>", ContentType: "text/html", Status: 503}, 503, "text/html", "<html>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tap, server := start(t)
			tap.Answer(test.reply)
			resp, text := post(t, server, test.path, test.accept, test.body)
			if resp.StatusCode != test.status || text != test.want {
				t.Errorf("got %d %s", resp.StatusCode, text)
			}
			if err := tap.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			call := tap.Journal()[0]
			if call.Header["authorization"] != "Bearer token" {
				t.Errorf("headers %v", call.Header)
			}
			call.At, call.Header = time.Time{}, nil
			want := Call{Method: "POST", Path: test.path, Body: test.body, Status: test.status, ContentType: test.contentType, Reply: test.want}
			if diff := cmp.Diff(want, call); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRecorderIsHealthy(t *testing.T) {
	_, server := start(t)
	resp, err := server.Client().Get(server.URL + "/health")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); string(text) != `{"ok":true,"protocol":1}`+"\n" {
		t.Errorf("got %s", text)
	}
}

// behind starts a runner of the test's own with a tap before it.
func behind(t *testing.T, real http.HandlerFunc) (*Tap, *httptest.Server) {
	t.Helper()
	upstream := httptest.NewServer(real)
	t.Cleanup(upstream.Close)
	tap, server := start(t)
	if err := tap.Forward(upstream.URL + "/base/"); err != nil {
		t.Fatal(err)
	}
	return tap, server
}

func TestForwardPassesEverythingOn(t *testing.T) {
	var seen *http.Request
	var body string
	tap, server := behind(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		seen, body = r, string(text)
		w.Header().Set("X-Reply", "kept")
		w.Header().Set("Content-Type", "text/odd")
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	})
	resp, text := post(t, server, "/run?x=1", "application/json", `{"a": 1 }`)
	if resp.StatusCode != http.StatusTeapot || text != "short and stout" || resp.Header.Get("X-Reply") != "kept" {
		t.Errorf("got %d %q %v", resp.StatusCode, text, resp.Header)
	}
	if seen.URL.RequestURI() != "/base/run?x=1" || body != `{"a": 1 }` || seen.Header.Get("Authorization") != "Bearer token" {
		t.Errorf("the runner saw %s %q %v", seen.URL, body, seen.Header)
	}
	if err := tap.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	call := tap.Journal()[0]
	if !call.Forwarded || call.Status != 418 || call.Reply != "short and stout" || call.ContentType != "text/odd" || call.Path != "/run?x=1" {
		t.Errorf("journal %+v", call)
	}
}

func TestForwardDoesNotHoldRecordsBack(t *testing.T) {
	next := make(chan struct{})
	tap, server := behind(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		io.WriteString(w, "{\"n\":1}\n")
		w.(http.Flusher).Flush()
		<-next // the client has the first record before the second is made
		io.WriteString(w, "{\"n\":2}\n")
	})
	resp, err := server.Client().Post(server.URL+"/run", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	if !lines.Scan() || lines.Text() != `{"n":1}` {
		t.Fatalf("first record %q", lines.Text())
	}
	close(next)
	if !lines.Scan() || lines.Text() != `{"n":2}` {
		t.Fatalf("second record %q", lines.Text())
	}
	lines.Scan()
	if err := tap.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := tap.Journal()[0].Reply; got != "{\"n\":1}\n{\"n\":2}\n" {
		t.Errorf("recorded %q", got)
	}
}

// The runner's request ends when its caller goes, and when the case does.
func TestForwardCancels(t *testing.T) {
	for _, end := range []string{"client", "case"} {
		t.Run(end, func(t *testing.T) {
			arrived, cancelled := make(chan struct{}), make(chan struct{})
			tap, server := behind(t, func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body) // net/http looks out for the client only then
				w.(http.Flusher).Flush()
				close(arrived)
				<-r.Context().Done()
				close(cancelled)
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/run", strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := server.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			<-arrived
			if end == "client" {
				cancel()
			} else {
				tap.Reset()
			}
			<-cancelled
			if _, err := io.ReadAll(resp.Body); err == nil {
				t.Error("the client took a broken reply for a whole one")
			}
			if err := tap.Settle(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestForwardWithoutARunner(t *testing.T) {
	tap, server := start(t)
	if err := tap.Forward("http://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	resp, _ := post(t, server, "/run", "*/*", "{}")
	if resp.StatusCode != http.StatusBadGateway {
		t.Errorf("got %d", resp.StatusCode)
	}
	if err := tap.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if call := tap.Journal()[0]; !strings.Contains(call.Error, "did not answer") || !call.Forwarded {
		t.Errorf("journal %+v", call)
	}
}

func TestForwardShowsABrokenReply(t *testing.T) {
	tap, server := behind(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	resp, err := server.Client().Post(server.URL+"/run", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	if err := tap.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if call := tap.Journal()[0]; call.Reply != "half" || call.Error == "" {
		t.Errorf("journal %+v", call)
	}
}

func TestForwardRefusesABadAddress(t *testing.T) {
	if err := New().Forward("http://[::1"); err == nil {
		t.Error("accepted")
	}
}
