package runner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/agenta-ai/conform/subjects/reference/internal/pistub"
	"github.com/agenta-ai/conform/subjects/reference/runner"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

func TestMain(m *testing.M) {
	pistub.Play()
	os.Exit(m.Run())
}

// bench is a runner with a stand-in for Pi and an operator's login.
type bench struct {
	*runner.Runner
	pi       pistub.Pi
	temp     string
	operator string
	log      *bytes.Buffer
}

func newBench(t *testing.T, b pistub.Behaviour, change ...func(*runner.Config)) *bench {
	t.Helper()
	if b.BuiltIn == nil {
		b.BuiltIn = map[string][]string{"anthropic": {"claude-x"}, "openrouter": {"known/m", "other"}, "together": {"t"}}
	}
	x := &bench{pi: pistub.Install(t, b), temp: t.TempDir(), operator: t.TempDir(), log: &bytes.Buffer{}}
	login := `{"anthropic":{"type":"api_key","key":"sk-operator-a"},"openrouter":{"type":"api_key","key":"sk-operator-o"}}`
	if err := os.WriteFile(filepath.Join(x.operator, "auth.json"), []byte(login), 0o600); err != nil {
		t.Fatal(err)
	}
	config := runner.Config{
		PiCommand: x.pi.Command, Operator: x.operator, Temp: x.temp, Log: slog.New(slog.NewTextHandler(x.log, nil)),
		Environ: []string{"PATH=/bin", "HOME=" + t.TempDir(), "GROQ_API_KEY=ambient", "ANTHROPIC_API_KEY=sk-ambient-a", "AGENTA_RUNNER_TOKEN=tok"},
	}
	for _, c := range change {
		c(&config)
	}
	r, err := runner.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	x.Runner = r
	t.Cleanup(func() { x.empty(t) })
	return x
}

// empty holds that no run left anything below the temporary root.
func (x *bench) empty(t *testing.T) {
	t.Helper()
	if left, _ := os.ReadDir(x.temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// last is the latest process, which must be gone.
func (x *bench) last(t *testing.T) pistub.Start {
	t.Helper()
	starts := x.pi.Starts(t)
	s := starts[len(starts)-1]
	if syscall.Kill(s.PID, 0) == nil {
		t.Errorf("process %d is still there", s.PID)
	}
	return s
}

func managed(model string) wire.Request {
	return wire.Request{
		Harness: "pi_core", Sandbox: "local", Provider: "openrouter", Model: model, Deployment: "direct",
		CredentialMode: "env", Secrets: wire.Secrets{"OPENROUTER_API_KEY": "sk-vault-key"}, SessionID: "s1",
		Messages: []wire.Message{{Role: "user", Content: "hi"}},
	}
}

func TestManagedRun(t *testing.T) {
	x := newBench(t, pistub.Behaviour{Reply: []string{"pi v0.87.1\n---\n\n", "Hel", "lo"}})
	reply := x.Run(t.Context(), managed("known/m"), nil)
	if !reply.OK || reply.Output != "Hello" || reply.Model != "openrouter/known/m" || reply.StopReason != "end_turn" || len(reply.Events) != 3 {
		t.Errorf("reply = %+v", reply)
	}
	s := x.last(t)
	dir, _ := s.Var("PI_CODING_AGENT_DIR")
	if dir == x.operator || filepath.Dir(dir) != x.temp || !slices.Equal(s.Args, []string{"--mode", "rpc", "--no-themes", "--no-session"}) {
		t.Errorf("pi %v in %s", s.Args, dir)
	}
	if key, _ := s.Var("OPENROUTER_API_KEY"); key != "sk-vault-key" {
		t.Errorf("key = %q", key)
	}
	for _, name := range []string{"GROQ_API_KEY", "ANTHROPIC_API_KEY", "AGENTA_RUNNER_TOKEN"} {
		if _, ok := s.Var(name); ok {
			t.Errorf("%s reaches Pi", name)
		}
	}
	if auth := s.Files["auth.json"]; !strings.HasPrefix(auth, "600 ") || !strings.Contains(auth, "$OPENROUTER_API_KEY") || strings.Contains(auth, "sk-operator-o") {
		t.Errorf("auth.json = %s", auth)
	}
	if _, ok := s.Files["models.json"]; ok {
		t.Error("models.json for a built-in id")
	}
	for name, content := range s.Files {
		if strings.Contains(content, "sk-vault-key") {
			t.Errorf("%s holds the key", name)
		}
	}
}

func TestManagedRunRegistersAnUnknownModel(t *testing.T) {
	x := newBench(t, pistub.Behaviour{Reply: []string{"ok"}})
	req := managed("acme/new:nitro")
	req.Endpoint = &wire.Endpoint{BaseURL: "http://gw/v1"}
	reply := x.Run(t.Context(), req, nil)
	if !reply.OK || reply.Model != "openrouter/acme/new:nitro" {
		t.Errorf("reply = %+v", reply)
	}
	if doc := x.last(t).Files["models.json"]; !strings.Contains(doc, `"http://gw/v1"`) || !strings.Contains(doc, "acme/new:nitro") {
		t.Errorf("models.json = %s", doc)
	}
}

func TestManagedRunNeverUsesTheLogin(t *testing.T) {
	x := newBench(t, pistub.Behaviour{Reply: []string{"ok"}})
	// Pi would start with the login's anthropic.
	if reply := x.Run(t.Context(), managed(""), nil); !reply.OK || reply.Model != "openrouter/known/m" {
		t.Errorf("reply = %+v", reply)
	}
	none := managed("known/m")
	none.CredentialMode, none.Secrets = "none", nil
	if reply := x.Run(t.Context(), none, nil); reply.OK {
		t.Errorf("reply = %+v", reply)
	}
	if auth := x.last(t).Files["auth.json"]; strings.Contains(auth, "sk-operator") {
		t.Errorf("auth.json = %s", auth)
	}
}

func TestRuntimeProvidedUsesTheOperatorsFolder(t *testing.T) {
	x := newBench(t, pistub.Behaviour{Reply: []string{"ok"}})
	req := managed("claude-x")
	req.Harness, req.Provider, req.CredentialMode, req.Secrets = "pi_agenta", "anthropic", "runtime_provided", nil
	req.AppendSystemPrompt, req.Skills = "more", []wire.Skill{{Name: "s", Content: "c"}}
	reply := x.Run(t.Context(), req, nil)
	if !reply.OK || reply.Model != "anthropic/claude-x" {
		t.Errorf("reply = %+v", reply)
	}
	s := x.last(t)
	if dir, _ := s.Var("PI_CODING_AGENT_DIR"); dir != x.operator || len(s.Files) != 1 {
		t.Errorf("folder %s with %v", dir, s.Files)
	}
	if key, _ := s.Var("GROQ_API_KEY"); key != "ambient" {
		t.Error("the runner's own keys are not there")
	}
	if want := []string{"--append-system-prompt", "more", "--skill", filepath.Join(s.Cwd, "skills/s/SKILL.md")}; !slices.Equal(s.Args[4:], want) {
		t.Errorf("args = %v", s.Args)
	}
}

func TestUnsettableModel(t *testing.T) {
	ask := func(strict bool) (wire.Reply, *bench) {
		x := newBench(t, pistub.Behaviour{Reply: []string{"ok"}}, func(c *runner.Config) { c.Strict = strict })
		req := managed("nope")
		req.CredentialMode, req.Secrets = "runtime_provided", nil
		return x.Run(t.Context(), req, nil), x
	}
	reply, _ := ask(true)
	if reply.OK || reply.ErrorType != "ModelNotSettableError" || reply.Requested != "nope" ||
		!slices.Equal(reply.Allowed, []string{"anthropic/claude-x", "openrouter/known/m", "openrouter/other"}) {
		t.Errorf("strict: %+v", reply)
	}
	reply, x := ask(false)
	if !reply.OK || reply.Model != "anthropic/claude-x" || !strings.Contains(x.log.String(), "dropped=nope") {
		t.Errorf("lenient: %+v, log %s", reply, x.log)
	}
}

func TestFailures(t *testing.T) {
	x := newBench(t, pistub.Behaviour{})
	for _, tc := range []struct {
		name   string
		pi     pistub.Behaviour
		change func(*wire.Request)
		want   string
	}{
		{"refused key, echoed", pistub.Behaviour{Error: `401: {"message":"bad key $OPENROUTER_API_KEY"}`}, nil, "check the OpenRouter key"},
		{"crash, echoed", pistub.Behaviour{Crash: "Error: boom sk-vault-key"}, nil, "pi ended before it answered: Error: boom [redacted]"},
		{"harness", pistub.Behaviour{}, func(r *wire.Request) { r.Harness = "claude" }, "harness 'claude' is not available on this runner"},
		{"sandbox", pistub.Behaviour{}, func(r *wire.Request) { r.Sandbox = "daytona" }, "sandbox 'daytona' is not available on this runner"},
		{"skill", pistub.Behaviour{}, func(r *wire.Request) { r.Skills = []wire.Skill{{Name: "../x"}} }, "is not a folder name"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.pi.BuiltIn = map[string][]string{"openrouter": {"known/m"}}
			x.pi.Behave(t, tc.pi)
			req := managed("known/m")
			if tc.change != nil {
				tc.change(&req)
			}
			reply := x.Run(t.Context(), req, nil)
			if text, _ := json.Marshal(reply); reply.OK || !strings.Contains(reply.Error, tc.want) || strings.Contains(string(text), "sk-vault-key") {
				t.Errorf("reply = %s", text)
			}
		})
	}
	if strings.Contains(x.log.String(), "sk-vault-key") {
		t.Errorf("the log holds the key: %s", x.log)
	}
}

func TestEchoedKeyIsRedactedInEvents(t *testing.T) {
	x := newBench(t, pistub.Behaviour{Reply: []string{"your key is sk-vau", "lt-key, keep it"}})
	var events []string
	reply := x.Run(t.Context(), managed("known/m"), func(e wire.Event) {
		raw, _ := json.Marshal(e)
		events = append(events, string(raw))
	})
	all := strings.Join(events, "")
	if want := "your key is [redacted], keep it"; reply.Output != want || strings.Contains(all, "sk-vau") {
		t.Errorf("output %q, events %s", reply.Output, all)
	}
}

func TestAbort(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		x := newBench(t, pistub.Behaviour{})
		x.pi.Behave(t, pistub.Behaviour{BuiltIn: map[string][]string{"openrouter": {"known/m"}}, Hang: true, Deaf: deaf})
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		started := time.Now()
		reply := x.Run(ctx, managed("known/m"), nil)
		cancel()
		if reply.OK || time.Since(started) > 8*time.Second {
			t.Errorf("after %s: %+v", time.Since(started), reply)
		}
		x.last(t)
		x.empty(t)
	}
}

func TestNewNeedsAPiThatStarts(t *testing.T) {
	_, err := runner.New(t.Context(), runner.Config{PiCommand: "/nowhere/pi", Temp: t.TempDir(), Log: slog.Default()})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/pi") {
		t.Errorf("err = %v", err)
	}
}
