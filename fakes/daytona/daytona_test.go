package daytona_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
)

// client speaks to a cloud in plain HTTP.
type client struct {
	t   testing.TB
	api string
	key string
}

// call makes a request and gives status and answer.
func (c client) call(method, path string, body any) (int, map[string]any) {
	c.t.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	return c.send(method, path, "application/json", text)
}

func (c client) send(method, path, kind string, body []byte) (int, map[string]any) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.api+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.key)
	r.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer := map[string]any{}
	_ = json.NewDecoder(resp.Body).Decode(&answer) // some answers are empty
	return resp.StatusCode, answer
}

// must makes a request that succeeds.
func (c client) must(method, path string, body any) map[string]any {
	c.t.Helper()
	status, answer := c.call(method, path, body)
	if status >= 300 {
		c.t.Fatalf("%s %s: %d %v", method, path, status, answer)
	}
	return answer
}

// box makes a sandbox and gives its id and its toolbox.
func (c client) box(body map[string]any) (string, client) {
	c.t.Helper()
	b := c.must("POST", "/sandbox", body)
	id := b["id"].(string)
	return id, client{c.t, b["toolboxProxyUrl"].(string) + "/" + id, c.key}
}

// upload sends files in one request, as pairs of path and content.
func (c client) upload(files ...string) (int, map[string]any) {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(files); i += 2 {
		_ = w.WriteField(fmt.Sprintf("files[%d].path", i/2), files[i])
		part, _ := w.CreateFormFile(fmt.Sprintf("files[%d].file", i/2), "x")
		_, _ = io.WriteString(part, files[i+1])
	}
	_ = w.Close()
	return c.send("POST", "/files/bulk-upload", w.FormDataContentType(), body.Bytes())
}

func TestErrors(t *testing.T) {
	_, api := cloud(t, daytona.Options{})
	c := client{t, api, key}
	_, tools := c.box(map[string]any{"name": "one"})
	for _, r := range []struct {
		name   string
		client client
		method string
		path   string
		body   any
		status int
		says   string
	}{
		{"wrong key", client{t, api, "wrong"}, "GET", "/sandbox", nil, 401, "Invalid credentials"},
		{"no such route", c, "POST", "/volumes", nil, 404, "Cannot POST /api/volumes"},
		{"no such method", c, "PATCH", "/sandbox", nil, 404, "Cannot PATCH /api/sandbox"},
		{"no such sandbox", c, "GET", "/sandbox/none", nil, 404, "Sandbox with ID or name none not found"},
		{"name taken", c, "POST", "/sandbox", map[string]any{"name": "one"}, 409, "Sandbox with name one already exists"},
		{"no such secret", c, "POST", "/sandbox", map[string]any{"secrets": []map[string]string{{"K": "none"}}}, 400, "Secret none not found"},
		{"not JSON", c, "POST", "/sandbox", "text", 400, "the request is not valid: json: cannot unmarshal string into Go value of type daytona.createRequest"},
		{"a URL for a host", c, "POST", "/secret", map[string]any{"name": "k", "value": "v", "hosts": []string{"https://a.example"}}, 400, `hosts: "https://a.example" is no host name`},
		{"no file", tools, "GET", "/files/info?path=/none", nil, 404, "file not found: /none"},
		{"no path", tools, "GET", "/files/info", nil, 400, "path is required"},
		{"no mode", tools, "POST", "/files/folder?path=/a&mode=9", nil, 400, `mode: "9" is not octal`},
		{"no session", tools, "POST", "/process/session/none/exec", map[string]any{"command": "true"}, 404, "session not found: none"},
		{"no port", c, "GET", "/sandbox/one/ports/0/preview-url", nil, 400, `"0" is no port`},
		{"late", tools, "POST", "/process/execute", map[string]any{"command": "sleep 60", "timeout": 0.01}, 408, "command execution timeout"},
	} {
		t.Run(r.name, func(t *testing.T) {
			status, answer := r.client.call(r.method, r.path, r.body)
			if status != r.status || answer["message"] != r.says || answer["statusCode"] != float64(r.status) {
				t.Errorf("%d %v, want %d %q", status, answer, r.status, r.says)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	s, api := cloud(t, daytona.Options{})
	c := client{t, api, key}
	t.Run("create", func(t *testing.T) {
		s.Break(daytona.Faults{Create: true})
		b := c.must("POST", "/sandbox", map[string]any{})
		if b["state"] != "error" || b["errorReason"] == "" {
			t.Errorf("got %v", b)
		}
	})
	t.Run("refuse", func(t *testing.T) {
		s.Break(daytona.Faults{Refuse: 429})
		if status, _ := c.call("POST", "/sandbox", map[string]any{}); status != 429 {
			t.Errorf("status %d", status)
		}
	})
	t.Run("second upload", func(t *testing.T) {
		s.Break(daytona.Faults{Upload: 2})
		_, tools := c.box(map[string]any{})
		status, answer := tools.upload("a", "1", "b", "2", "c", "3")
		if status != 500 || answer["message"] != "write b: no space left on device" {
			t.Errorf("%d %v", status, answer)
		}
		if status, _ := tools.call("GET", "/files/info?path=a", nil); status != 200 {
			t.Error("the file before it is not there")
		}
		if status, _ := tools.call("GET", "/files/info?path=b", nil); status != 404 {
			t.Error("the failed file is there")
		}
	})
	t.Run("upload by name", func(t *testing.T) {
		s.Break(daytona.Faults{UploadOf: []string{"models.json"}})
		_, tools := c.box(map[string]any{})
		if status, _ := tools.upload("/x/auth.json", "1"); status != 200 {
			t.Errorf("auth.json: %d", status)
		}
		if status, _ := tools.upload("/x/models.json", "1"); status != 500 {
			t.Errorf("models.json: %d", status)
		}
	})
	t.Run("killed command", func(t *testing.T) {
		s.Break(daytona.Faults{Kill: 2})
		_, tools := c.box(map[string]any{})
		tools.must("POST", "/process/session", map[string]any{"sessionId": "s"})
		id := tools.must("POST", "/process/session/s/exec", map[string]any{"command": "cat", "runAsync": true})["cmdId"].(string)
		input := "/process/session/s/command/" + id + "/input"
		tools.must("POST", input, map[string]any{"data": "a\n"})
		if status, _ := tools.call("POST", input, map[string]any{"data": "b\n"}); status != 410 {
			t.Errorf("status %d", status)
		}
		if got := tools.must("GET", "/process/session/s/command/"+id, nil)["exitCode"]; got != float64(137) {
			t.Errorf("exit code %v", got)
		}
	})
	t.Run("not new", func(t *testing.T) {
		s.Break(daytona.Faults{Before: map[string]string{"/home/sandbox/.pi/agent/models.json": "{}"}})
		_, tools := c.box(map[string]any{})
		if status, _ := tools.call("GET", "/files/info?path=.pi/agent/models.json", nil); status != 200 {
			t.Errorf("status %d", status)
		}
	})
	t.Run("slow", func(t *testing.T) {
		s.Break(daytona.Faults{Slow: 20 * time.Millisecond})
		id, tools := c.box(map[string]any{})
		if status, answer := tools.call("GET", "/files", nil); status != 400 || !strings.Contains(fmt.Sprint(answer["message"]), "sandbox is in state creating") {
			t.Errorf("%d %v", status, answer)
		}
		for c.must("GET", "/sandbox/"+id, nil)["state"] != "started" {
			time.Sleep(time.Millisecond)
		}
	})
	t.Run("deleted while it is made", func(t *testing.T) {
		s.Break(daytona.Faults{Slow: 20 * time.Millisecond})
		id, _ := c.box(map[string]any{})
		c.must("DELETE", "/sandbox/"+id, nil)
		if status, _ := c.call("GET", "/sandbox/"+id, nil); status != 404 {
			t.Errorf("status %d", status)
		}
	})
}

// TestMachineThatCannotBeMade is the cloud's own trouble: the path of its
// machines needs quotes.
func TestMachineThatCannotBeMade(t *testing.T) {
	s, api := cloud(t, daytona.Options{Authority: authority(t), Machines: process.Maker{Dir: filepath.Join(t.TempDir(), "a b")}})
	b := client{t, api, key}.must("POST", "/sandbox", map[string]any{})
	if b["state"] != "error" || s.Trouble() == nil || !strings.Contains(s.Trouble().Error(), "sandbox-1: make a machine: the path") {
		t.Errorf("state %v, trouble %v", b["state"], s.Trouble())
	}
	s.Reset()
	if err := s.Trouble(); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}

// TestSecretsLeaveForTheirHostsOnly sends a placeholder to three hosts.
func TestSecretsLeaveForTheirHostsOnly(t *testing.T) {
	s, api := cloud(t, daytona.Options{Authority: authority(t)})
	var got []string
	s.Route(func(hostport string) (http.Handler, string) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = append(got, hostport+" "+r.Header.Get("Authorization"))
			fmt.Fprint(w, "ok")
		}), ""
	})
	c := client{t, api, key}
	secret := c.must("POST", "/secret", map[string]any{"name": "k", "value": "the-value", "hosts": []string{"api.example.com", "*.wild.example"}})
	placeholder := secret["placeholder"].(string)
	if _, shown := secret["value"]; shown || !strings.HasPrefix(placeholder, daytona.PlaceholderPrefix) {
		t.Errorf("secret %v", secret)
	}
	id, tools := c.box(map[string]any{"secrets": []map[string]string{{"API_KEY": "k"}}})
	out := tools.must("POST", "/process/execute", map[string]any{"command": `printf '%s %s' "$API_KEY" "$HTTPS_PROXY"`})
	seen, proxy, _ := strings.Cut(out["result"].(string), " ")
	if seen != placeholder {
		t.Fatalf("the sandbox sees %q", seen)
	}
	through, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(through), DisableKeepAlives: true}
	send := func(to string) int {
		r, _ := http.NewRequestWithContext(t.Context(), "GET", to, nil)
		r.Header.Set("Authorization", "Bearer "+seen)
		resp, err := (&http.Client{Transport: transport}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, to := range []string{"http://api.example.com:443/", "http://a.wild.example:443/", "http://other.example:443/", "http://api.example.com:8443/", "http://wild.example:443/"} {
		send(to)
	}
	want := []string{
		"api.example.com:443 Bearer the-value", "a.wild.example:443 Bearer the-value", "other.example:443 Bearer " + placeholder,
		"api.example.com:8443 Bearer " + placeholder, "wild.example:443 Bearer " + placeholder,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what left (-want +got):\n%s", diff)
	}
	c.must("POST", "/sandbox/"+id+"/network-settings", map[string]any{"domainAllowList": "other.example"})
	if a, b := send("http://api.example.com:443/"), send("http://other.example:443/"); a != 403 || b != 200 {
		t.Errorf("with a domain list: %d %d", a, b)
	}
	c.must("POST", "/sandbox/"+id+"/network-settings", map[string]any{"networkBlockAll": true})
	if status := send("http://other.example:443/"); status != 403 {
		t.Errorf("with a blocked network: %d", status)
	}
	if n := len(s.Egress()); n != 8 {
		t.Errorf("%d calls in the egress journal", n)
	}
}

func TestEventsAskForTheKey(t *testing.T) {
	_, api := cloud(t, daytona.Options{})
	for token, want := range map[string]string{key: `40{"sid":"events"}`, "wrong": `44{"message":"Unauthorized"}`} {
		conn, resp, err := websocket.Dial(t.Context(), api+"/socket.io/?EIO=4&transport=websocket", nil)
		if err != nil {
			t.Fatal(err, resp)
		}
		_, open, err := conn.Read(t.Context())
		if err != nil || open[0] != '0' {
			t.Fatalf("%s %v", open, err)
		}
		_ = conn.Write(t.Context(), websocket.MessageText, []byte(`40{"token":"`+token+`"}`))
		if _, got, err := conn.Read(t.Context()); err != nil || string(got) != want {
			t.Errorf("%s: %s %v", token, got, err)
		}
		conn.CloseNow()
	}
}

func TestJournalAndReset(t *testing.T) {
	s, api := cloud(t, daytona.Options{Machines: process.Maker{Dir: t.TempDir()}})
	c := client{t, api, key}
	id, tools := c.box(map[string]any{"env": map[string]string{"A": "b"}})
	tools.upload("/home/sandbox/a", "content")
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	calls := s.Journal()
	last := calls[len(calls)-1]
	want := []daytona.Upload{{Path: "/home/sandbox/a", Size: 7, Sum: "ed7002b439e9ac84", Content: "content"}}
	if diff := cmp.Diff(want, last.Files); diff != "" || last.Sandbox != id || last.Plane != "toolbox" || last.Path != "/"+id+"/files/bulk-upload" || last.Status != 200 {
		t.Errorf("journal %+v %s", last, diff)
	}
	s.Reset()
	if len(s.Journal()) != 0 || len(s.Sandboxes()) != 0 {
		t.Error("something is left")
	}
	if status, _ := tools.call("GET", "/files", nil); status != 404 {
		t.Errorf("status %d after the reset", status)
	}
}

func TestDeleteEndsAStreamedCommand(t *testing.T) {
	s, api := cloud(t, daytona.Options{})
	c := client{t, api, key}
	id, tools := c.box(map[string]any{})
	tools.must("POST", "/process/session", map[string]any{"sessionId": "s"})
	command := tools.must("POST", "/process/session/s/exec", map[string]any{"command": "echo hello; cat", "runAsync": true})["cmdId"].(string)
	conn, _, err := websocket.Dial(t.Context(), tools.api+"/process/session/s/command/"+command+"/logs?follow=true",
		&websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + key}}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if _, frame, err := conn.Read(t.Context()); err != nil || string(frame) != "\x01\x01\x01hello\n" {
		t.Fatalf("%q %v", frame, err)
	}
	c.must("DELETE", "/sandbox/"+id, nil)
	if _, _, err := conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		t.Errorf("the stream ended with %v", err)
	}
	if got := s.Sandboxes()[0].State; got != daytona.Destroyed {
		t.Errorf("state %s", got)
	}
}
