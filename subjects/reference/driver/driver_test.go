package driver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/subjects/reference/driver"
	"github.com/agenta-ai/conform/subjects/reference/internal/pistub"
)

func TestMain(m *testing.M) {
	pistub.Play()
	if os.Getenv("REFERENCE_DRIVER") != "" {
		log := slog.New(slog.NewTextHandler(os.Stderr, nil))
		if err := driver.New(os.Environ(), log).Serve(context.Background(), os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// talk is a conversation with a driver in a process of its own.
type talk struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	next int
}

func start(t *testing.T, env ...string) *talk {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &talk{t: t, cmd: exec.Command(self)}
	c.cmd.Env = append([]string{"REFERENCE_DRIVER=1", "PATH=/bin", "HOME=" + t.TempDir(), "GROQ_API_KEY=ambient"}, env...)
	c.cmd.Stderr = os.Stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.out = bufio.NewReader(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.in.Close(); c.cmd.Process.Kill(); c.cmd.Wait() })
	return c
}

func (c *talk) send(method, params string) (id int) {
	c.next++
	fmt.Fprintf(c.in, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`+"\n", c.next, method, params)
	return c.next
}

type response struct {
	ID     int
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

func (c *talk) receive() response {
	c.t.Helper()
	line, err := c.out.ReadBytes('\n')
	var r response
	if err == nil {
		err = json.Unmarshal(line, &r)
	}
	if err != nil {
		c.t.Fatalf("%v: %s", err, line)
	}
	return r
}

// call expects a result and decodes it.
func (c *talk) call(method, params string, result any) {
	c.t.Helper()
	c.send(method, params)
	r := c.receive()
	if r.Error != nil {
		c.t.Fatalf("%s: %+v", method, r.Error)
	}
	if result != nil {
		if err := json.Unmarshal(r.Result, result); err != nil {
			c.t.Fatalf("%s: %v: %s", method, err, r.Result)
		}
	}
}

// world makes a vault and a stand-in for Pi and gives the parameters of prepare.
func world(t *testing.T, b pistub.Behaviour) (params, temp string, pi pistub.Pi) {
	t.Helper()
	vault := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `[{"kind":"custom_provider","header":{"name":"gw"},"data":{"kind":"openrouter","provider":{"key":"sk-vault-key"},"models":[{"slug":"acme/x"}]}}]`)
	}))
	t.Cleanup(vault.Close)
	b.BuiltIn = map[string][]string{"openrouter": {"known/m"}}
	pi, temp = pistub.Install(t, b), t.TempDir()
	raw, _ := json.Marshal(map[string]any{
		"edition": "2026-07-02", "api_base": vault.URL, "pi_command": pi.Command, "pi_agent_dir": t.TempDir(), "temp": temp,
	})
	return string(raw), temp, pi
}

func turn(id, llm string, stream bool) string {
	return fmt.Sprintf(`{"id":%q,"credential":"ApiKey a","harness":"pi_core","sandbox":"local","llm":%s,"messages":[{"role":"user","content":"hi"}],"stream":%t}`, id, llm, stream)
}

type outcome struct {
	OK           bool
	Status       int
	Reply, Model string
	Raw          string
	Deltas       []string
	Events       []json.RawMessage
	Error        *struct{ Class, Stage, Message string }
}

func TestConversation(t *testing.T) {
	c := start(t)
	var d struct {
		Name                 string
		Capabilities, Probes []string
	}
	c.call("describe", `{}`, &d)
	if d.Name != "reference" || len(d.Capabilities) != 5 || len(d.Probes) != 5 {
		t.Errorf("description = %+v", d)
	}
	params, temp, pi := world(t, pistub.Behaviour{Reply: []string{"Hel", "lo"}})
	var prepared struct {
		RunnerURL string `json:"runner_url"`
	}
	c.call("prepare", params, &prepared)
	if !strings.HasPrefix(prepared.RunnerURL, "http://127.0.0.1:") {
		t.Errorf("prepared = %+v", prepared)
	}
	for _, stream := range []bool{false, true} {
		var o outcome
		c.call("invoke", turn("t", `{"model":"acme/x","connection":{"slug":"gw"}}`, stream), &o)
		if !o.OK || o.Status != 200 || o.Reply != "Hello" || o.Model != "openrouter/acme/x" || (len(o.Deltas) == 2) != stream || len(o.Events) == 0 {
			t.Errorf("stream %t: %+v", stream, o)
		}
	}
	var o outcome
	c.call("invoke", turn("t", `"cohere/x"`, true), &o)
	if o.OK || o.Status != 422 || o.Error.Class != "UnsupportedProviderError" || o.Error.Stage != "gate" {
		t.Errorf("%+v", o)
	}
	var catalog struct {
		Harnesses []struct {
			Key     string
			Models  map[string][]string
			Choices []any `json:"model_choices"`
		}
	}
	c.call("catalog", `{}`, &catalog)
	if len(catalog.Harnesses) != 4 || len(catalog.Harnesses[0].Choices) == 0 || len(catalog.Harnesses[0].Models["openai"]) == 0 {
		t.Errorf("catalog = %+v", catalog)
	}
	var picker struct{ Groups, Connections, Entries []any }
	c.call("picker", `{"credential":"ApiKey a","harness":"pi_core"}`, &picker)
	if len(picker.Groups) != len(catalog.Harnesses[0].Choices)+1 || len(picker.Connections) != 1 || len(picker.Entries) != 1 {
		t.Errorf("picker = %+v", picker)
	}
	c.call("shutdown", `{}`, nil)
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if n := len(pi.Starts(t)); n != 3 {
		t.Errorf("%d starts of Pi, want one question and two runs", n)
	}
}

func TestProbes(t *testing.T) {
	c := start(t)
	params, _, _ := world(t, pistub.Behaviour{})
	c.call("prepare", params, nil)
	for _, tc := range []struct{ name, input, want, not string }{
		{"offline", `{"resolver":"static","env":{"TOGETHER_API_KEY":"k"},"provider":"together_ai","model":"m"}`, `"credential_mode":"env"`, ""},
		{"offline", `{"resolver":"process-env","env":{"TOGETHERAI_API_KEY":"k"},"provider":"together_ai","model":"m"}`, `"runtime_provided"`, ""},
		{"dump", `{"credential":"ApiKey a"}`, `"env":{}`, ""},
		{"allowed", `{"options":[{"value":"a/m","name":"M"},{"id":"b/n"}],"requested":"m"}`, `"picked":"a/m"`, "error"},
		{"allowed", `{"options":[{"value":"a/gpt-4010"}],"requested":"zzz","cause":"no"}`, `"class":"ModelNotSettableError"`, "authentication"},
		{"print", `{"turn":` + turn("t", `{"model":"x","connection":{"slug":"gw"}}`, false) + `}`, "OPENROUTER_API_KEY", "sk-vault-key"},
		{"gate", `{"harness":"pi_core","provider":"openai","deployment":"azure","mode":"agenta"}`, "UnsupportedDeploymentError", ""},
		{"gate", `{"harness":"pi_core","provider":"openai","mode":"magic"}`, "UnsupportedConnectionModeError", ""},
		{"gate", `{"harness":"zzz","provider":"x","deployment":"y"}`, `"output":{}`, ""},
	} {
		var raw json.RawMessage
		c.call("probe", fmt.Sprintf(`{"name":%q,"input":%s}`, tc.name, tc.input), &raw)
		if text := string(raw); !strings.Contains(text, tc.want) || tc.not != "" && strings.Contains(text, tc.not) {
			t.Errorf("%s %s: %s", tc.name, tc.input, text)
		}
	}
}

func TestErrors(t *testing.T) {
	c := start(t, "AGENTA_AGENT_MODEL_STRICT=maybe")
	params, _, _ := world(t, pistub.Behaviour{})
	for _, tc := range []struct {
		method, params, want string
		code                 int
	}{
		{"invoke", `{}`, "no world", -32000},
		{"dance", `{}`, "no such method", -32601},
		{"prepare", `7`, "invalid params", -32602},
		{"prepare", `{"edition":"1999-01-01"}`, "not implemented", -32000},
		{"prepare", params, "AGENTA_AGENT_MODEL_STRICT", -32000},
		{"prepare", `{"policy":{"AGENTA_AGENT_MODEL_STRICT":"no"},"pi_command":"/nowhere/pi"}`, "/nowhere/pi", -32000},
	} {
		c.send(tc.method, tc.params)
		if r := c.receive(); r.Error == nil || r.Error.Code != tc.code || !strings.Contains(r.Error.Message, tc.want) {
			t.Errorf("%s %s: %+v", tc.method, tc.params, r.Error)
		}
	}
	fmt.Fprintln(c.in, "{nonsense")
	if r := c.receive(); r.Error == nil || r.Error.Code != -32700 {
		t.Errorf("%+v", r)
	}
}

func TestCancelEndsTheRun(t *testing.T) {
	c := start(t)
	params, temp, pi := world(t, pistub.Behaviour{Hang: true})
	c.call("prepare", params, nil)
	id := c.send("invoke", turn("t1", `{"model":"known/m","connection":{"slug":"gw"}}`, true))
	for deadline := time.Now().Add(10 * time.Second); len(pi.Starts(t)) < 2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the run did not start")
		}
	}
	fmt.Fprintln(c.in, `{"jsonrpc":"2.0","method":"cancel","params":{"id":"t1"}}`)
	r := c.receive()
	var o outcome
	json.Unmarshal(r.Result, &o)
	if r.ID != id || o.OK || o.Error == nil || o.Error.Class != "CanceledError" {
		t.Errorf("%s", r.Result)
	}
	c.call("shutdown", `{}`, nil)
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind after shutdown: %v", left)
	}
}

func TestEndOfInputEndsEverything(t *testing.T) {
	c := start(t)
	params, temp, _ := world(t, pistub.Behaviour{Hang: true})
	c.call("prepare", params, nil)
	c.send("invoke", turn("t1", `{"model":"known/m","connection":{"slug":"gw"}}`, false))
	time.Sleep(50 * time.Millisecond)
	c.in.Close()
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
