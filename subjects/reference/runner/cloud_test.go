package runner_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agenta-ai/conform/subjects/reference/internal/pistub"
	"github.com/agenta-ai/conform/subjects/reference/runner"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// sky is a stand-in for the sandbox cloud: as much of it as the runner uses. A
// sandbox is a folder, and its one command is the stand-in for Pi. It is no
// model of the real cloud; that is what conform's own fake is for.
type sky struct {
	t    *testing.T
	pi   string
	root string
	fail string // begins the "METHOD path" of the request that fails

	mu      sync.Mutex
	calls   []string
	created map[string]any
	secrets []map[string]any
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     io.ReadCloser
	states  []string // told one after another; then started
}

func newSky(t *testing.T, pi string) (*sky, string) {
	s := &sky{t: t, pi: pi, root: t.TempDir()}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

func (s *sky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	what := r.Method + " " + r.URL.Path
	s.mu.Lock()
	s.calls = append(s.calls, what)
	s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer cloud-key" {
		http.Error(w, `{"message":"Invalid credentials"}`, http.StatusUnauthorized)
		return
	}
	if s.fail != "" && strings.HasPrefix(what, s.fail) {
		http.Error(w, `{"message":"no space left, says cloud-key"}`, http.StatusInternalServerError)
		return
	}
	switch path := r.URL.Path; {
	case path == "/api/sandbox":
		s.mu.Lock()
		json.NewDecoder(r.Body).Decode(&s.created)
		s.mu.Unlock()
		s.tell(w, r)
	case path == "/api/sandbox/box" && r.Method == http.MethodGet:
		s.tell(w, r)
	case path == "/api/secret":
		var q map[string]any
		json.NewDecoder(r.Body).Decode(&q)
		s.mu.Lock()
		s.secrets = append(s.secrets, q)
		s.mu.Unlock()
		fmt.Fprint(w, `{"id":"k1"}`)
	case path == "/tools/box/files/bulk-upload":
		s.upload(r)
	case path == "/tools/box/files/folder":
		os.MkdirAll(s.inside(r.URL.Query().Get("path")), 0o700)
	case path == "/tools/box/files" && r.Method == http.MethodDelete:
		os.RemoveAll(s.inside(r.URL.Query().Get("path")))
	case strings.HasSuffix(path, "/exec"):
		s.start(r)
		fmt.Fprint(w, `{"cmdId":"c1"}`)
	case strings.HasSuffix(path, "/logs"):
		s.stream(w, r)
	case strings.HasSuffix(path, "/input"):
		var q struct{ Data string }
		json.NewDecoder(r.Body).Decode(&q)
		io.WriteString(s.in, q.Data)
	case r.Method == http.MethodDelete && s.in != nil:
		s.in.Close()
	}
}

func (s *sky) inside(path string) string { return filepath.Join(s.root, path) }

func (s *sky) tell(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	state := "started"
	if len(s.states) > 0 {
		state, s.states = s.states[0], s.states[1:]
	}
	s.mu.Unlock()
	fmt.Fprintf(w, `{"id":"box","state":%q,"errorReason":"no runner","toolboxProxyUrl":"http://%s/tools"}`, state, r.Host)
}

func (s *sky) upload(r *http.Request) {
	r.ParseMultipartForm(1 << 20)
	for i := 0; r.FormValue(fmt.Sprintf("files[%d].path", i)) != ""; i++ {
		f, _, err := r.FormFile(fmt.Sprintf("files[%d].file", i))
		if err != nil {
			s.t.Error(err)
			return
		}
		text, _ := io.ReadAll(f)
		os.WriteFile(s.inside(r.FormValue(fmt.Sprintf("files[%d].path", i))), text, 0o600)
	}
}

// start runs Pi with the environment that the sandbox was created with.
func (s *sky) start(r *http.Request) {
	var q struct{ Command string }
	json.NewDecoder(r.Body).Decode(&q)
	if !strings.HasPrefix(q.Command, "cd '/home/sandbox/agenta-work' && exec pi '--mode' 'rpc'") {
		s.t.Errorf("command %s", q.Command)
	}
	s.cmd = exec.Command(s.pi, "--mode", "rpc")
	for name, value := range s.created["env"].(map[string]any) {
		if name == "PI_CODING_AGENT_DIR" {
			value = s.inside(value.(string))
		}
		s.cmd.Env = append(s.cmd.Env, name+"="+value.(string))
	}
	if bound, ok := s.created["secrets"].([]any); ok {
		for name := range bound[0].(map[string]any) {
			s.cmd.Env = append(s.cmd.Env, name+"=placeholder")
		}
	}
	s.in, _ = s.cmd.StdinPipe()
	s.out, _ = s.cmd.StdoutPipe()
	if err := s.cmd.Start(); err != nil {
		s.t.Error(err)
	}
}

// stream sends Pi's output in frames of a WebSocket, each in two pieces.
func (s *sky) stream(w http.ResponseWriter, r *http.Request) {
	conn, both, err := w.(http.Hijacker).Hijack()
	if err != nil {
		s.t.Error(err)
		return
	}
	defer conn.Close()
	fmt.Fprintf(both, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		accepted(r.Header.Get("Sec-WebSocket-Key")))
	frame := func(op byte, data []byte) {
		both.Write([]byte{0x80 | op})
		if len(data) < 126 {
			both.Write([]byte{byte(len(data))})
		} else {
			both.Write([]byte{126, byte(len(data) >> 8), byte(len(data))})
		}
		both.Write(data)
		both.Flush()
	}
	frame(2, []byte("\x02\x02\x02a word on the side\n\x01\x01\x01"))
	frame(9, []byte("ping"))
	buf := make([]byte, 1000)
	for {
		n, err := s.out.Read(buf)
		half := bytes.Clone(buf[:n/2])
		if len(half) > 0 {
			frame(2, half)
		}
		if n > 0 {
			frame(2, buf[n/2:n])
		}
		if err != nil {
			break
		}
	}
	s.cmd.Wait()
	frame(8, nil)
}

func inCloud(t *testing.T, b pistub.Behaviour, change func(*runner.Config)) (*bench, *sky) {
	t.Helper()
	x := newBench(t, b)
	s, url := newSky(t, x.pi.Command)
	config := x.Config
	config.Daytona = runner.Daytona{API: url + "/api", Key: "cloud-key", PlainSecrets: true}
	if change != nil {
		change(&config)
	}
	r, err := runner.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	x.Runner = r
	return x, s
}

func away(model string) wire.Request {
	req := managed(model)
	req.Sandbox = "daytona"
	return req
}

// ended holds that the sandbox was deleted, last of all but secrets.
func (s *sky) ended(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.calls, "DELETE /api/sandbox/box") {
		t.Errorf("the sandbox is still there: %v", s.calls)
	}
	for i := range s.secrets {
		if n := len(s.calls) - 1; s.calls[n-i] != "DELETE /api/secret/k1" {
			t.Errorf("a secret is still there: %v", s.calls)
		}
	}
}

func TestCloudRunIsALocalRun(t *testing.T) {
	x, s := inCloud(t, pistub.Behaviour{Reply: []string{"Hel", "lo"}}, nil)
	req := managed("acme/new")
	req.Endpoint = &wire.Endpoint{BaseURL: "http://gw:8080/v1"}
	req.Skills, req.SystemPrompt = []wire.Skill{{Name: "s", Content: "c"}}, "Answer briefly."
	os.WriteFile(filepath.Join(x.operator, "auth.json"), []byte("{}"), 0o600)
	var seen []pistub.Start
	for _, place := range []string{"local", "daytona"} {
		req.Sandbox = place
		reply := x.Run(t.Context(), req, nil)
		if !reply.OK || reply.Output != "Hello" || reply.Model != "openrouter/acme/new" {
			t.Fatalf("%s: %+v", place, reply)
		}
		starts := x.pi.Starts(t)
		seen = append(seen, starts[len(starts)-1])
	}
	local, cloud := seen[0], seen[1]
	for name, content := range local.Files {
		if cloud.Files[name] != content {
			t.Errorf("%s: %q in the sandbox, %q on this machine", name, cloud.Files[name], content)
		}
	}
	if len(cloud.Files) != len(local.Files) {
		t.Errorf("%d files in the sandbox, %d on this machine", len(cloud.Files), len(local.Files))
	}
	if key, _ := cloud.Var("OPENROUTER_API_KEY"); key != "sk-vault-key" {
		t.Errorf("key %q", key)
	}
	if dir, _ := cloud.Var("PI_CODING_AGENT_DIR"); dir != s.inside("/home/sandbox/.pi/agent") {
		t.Errorf("folder %s", dir)
	}
	for _, name := range []string{"HOME", "GROQ_API_KEY", "AGENTA_RUNNER_TOKEN"} {
		if _, ok := cloud.Var(name); ok {
			t.Errorf("%s goes to the sandbox", name)
		}
	}
	s.ended(t)
}

func TestKeyIsBoundToItsHost(t *testing.T) {
	for _, r := range []struct{ address, host string }{
		{"https://gw.example/v1", "gw.example"},
		{"https://gw.example:443/v1", "gw.example"},
		{"https://gw.example:8443/v1", ""},
		{"http://gw.example/v1", ""},
		{"https://10.1.2.3/v1", ""},
		{"https://gateway/v1", ""},
	} {
		t.Run(r.address, func(t *testing.T) {
			x, s := inCloud(t, pistub.Behaviour{Reply: []string{"ok"}}, func(c *runner.Config) { c.Daytona.PlainSecrets = false })
			req := away("acme/new")
			req.Endpoint = &wire.Endpoint{BaseURL: r.address}
			if reply := x.Run(t.Context(), req, nil); !reply.OK {
				t.Fatalf("reply %+v", reply)
			}
			env := s.created["env"].(map[string]any)
			if r.host == "" {
				if len(s.secrets) != 0 || env["OPENROUTER_API_KEY"] != "sk-vault-key" {
					t.Errorf("secrets %v, environment %v", s.secrets, env)
				}
				return
			}
			if len(s.secrets) != 1 || s.secrets[0]["value"] != "sk-vault-key" || fmt.Sprint(s.secrets[0]["hosts"]) != "["+r.host+"]" {
				t.Errorf("secrets %v", s.secrets)
			}
			if _, raw := env["OPENROUTER_API_KEY"]; raw {
				t.Errorf("environment %v", env)
			}
			s.ended(t)
		})
	}
}

func TestSelfManagedCloudRunTakesTheLogin(t *testing.T) {
	x, s := inCloud(t, pistub.Behaviour{Reply: []string{"ok"}}, nil)
	req := away("claude-x")
	req.Provider, req.CredentialMode, req.Secrets = "anthropic", "runtime_provided", nil
	if reply := x.Run(t.Context(), req, nil); !reply.OK || reply.Model != "anthropic/claude-x" {
		t.Errorf("reply %+v", reply)
	}
	starts := x.pi.Starts(t)
	if auth := starts[len(starts)-1].Files["auth.json"]; !strings.Contains(auth, "sk-operator-a") {
		t.Errorf("auth.json = %s", auth)
	}
	managed := away("known/m")
	if reply := x.Run(t.Context(), managed, nil); !reply.OK {
		t.Errorf("reply %+v", reply)
	}
	starts = x.pi.Starts(t)
	if auth := starts[len(starts)-1].Files["auth.json"]; strings.Contains(auth, "sk-operator") {
		t.Errorf("a managed run took the login along: %s", auth)
	}
	s.ended(t)
}

func TestCloudFailures(t *testing.T) {
	for _, r := range []struct {
		name, fail string
		states     []string
		made       bool
		want       string
	}{
		{"create", "POST /api/sandbox", nil, false, "pi_core: create a sandbox: the sandbox cloud answered 500: no space left, says [redacted]"},
		{"state", "", []string{"creating", "error"}, true, "pi_core: create a sandbox: it is in state error: no runner"},
		{"upload", "POST /tools/box/files/bulk-upload", nil, true, "pi_core: upload the run's files: the sandbox cloud answered 500: no space left, says [redacted]"},
		{"session", "POST /tools/box/process/session", nil, true, "pi_core: open a session: the sandbox cloud answered 500: no space left, says [redacted]"},
		{"logs", "GET /tools/box/process/session", nil, true, "pi_core: follow a command's output: open a stream: the sandbox cloud answered 500: no space left, says [redacted]"},
	} {
		t.Run(r.name, func(t *testing.T) {
			x, s := inCloud(t, pistub.Behaviour{Reply: []string{"ok"}}, nil)
			s.fail, s.states = r.fail, r.states
			reply := x.Run(t.Context(), away("known/m"), nil)
			if reply.OK || reply.Error != r.want {
				t.Errorf("error %q, want %q", reply.Error, r.want)
			}
			if r.made {
				s.ended(t)
			}
		})
	}
	t.Run("slow", func(t *testing.T) {
		x, s := inCloud(t, pistub.Behaviour{Reply: []string{"ok"}}, nil)
		s.states = []string{"creating", "starting"}
		if reply := x.Run(t.Context(), away("known/m"), nil); !reply.OK {
			t.Errorf("reply %+v", reply)
		}
	})
	t.Run("crash", func(t *testing.T) {
		x, s := inCloud(t, pistub.Behaviour{}, nil)
		x.pi.Behave(t, pistub.Behaviour{Crash: "boom"})
		if reply := x.Run(t.Context(), away("known/m"), nil); reply.OK || reply.Error != "pi_core: pi ended before it answered: a word on the side" {
			t.Errorf("error %q", reply.Error)
		}
		s.ended(t)
	})
}

func TestAbortDeletesTheSandbox(t *testing.T) {
	x, s := inCloud(t, pistub.Behaviour{}, nil)
	x.pi.Behave(t, pistub.Behaviour{BuiltIn: map[string][]string{"openrouter": {"known/m"}}, Hang: true})
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(200*time.Millisecond, func() { cancel(errors.New("the caller is gone")) })
	if reply := x.Run(ctx, away("known/m"), nil); reply.OK {
		t.Errorf("reply %+v", reply)
	}
	s.ended(t)
}

// accepted is a server's answer to a WebSocket's key.
func accepted(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
