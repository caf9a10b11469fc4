package providers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/agenta-ai/conform/fakes/providers"
)

// ask is one question to OpenRouter, without a proxy in between.
func ask(t *testing.T, e *providers.Endpoint, path, key, body string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, text, err := do(http.DefaultClient, req)
	if err != nil {
		t.Fatal(err)
	}
	return resp, text
}

func endpoint(t *testing.T, script providers.Script, options ...providers.Option) *providers.Endpoint {
	t.Helper()
	e := providers.NewEndpoint(script, options...)
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// said is the text of an answer of OpenRouter's.
func said(t *testing.T, body string) string {
	t.Helper()
	return listen(t, body).Text
}

func question(model, user string) string {
	return fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]}`, model, user)
}

const chatPath = "/api/v1/chat/completions"

func TestZeroFixtureStart(t *testing.T) {
	e := endpoint(t, providers.Echoing())
	for path, body := range map[string]string{
		chatPath:                           question("openai/gpt-4o", "good morning"),
		"/v1/chat/completions":             question("gpt-4o", "good morning"),
		"/mistral/v1/chat/completions":     question("codestral-latest", "good morning"),
		"/groq/openai/v1/chat/completions": question("llama", "good morning"),
		"/v1/responses":                    `{"model":"gpt-4o","input":"good morning"}`,
		"/openrouter/api/v1/responses":     `{"model":"gpt-4o","input":[{"role":"user","content":[{"type":"input_text","text":"good morning"}]}]}`,
		"/api/v1/completions":              `{"model":"gpt-4o","prompt":"good morning"}`,
		"/v1/messages":                     `{"model":"claude","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}},{"type":"text","text":"good morning"}]}]}`,
		"/minimax/anthropic/v1/messages":   `{"model":"MiniMax-M2.7","max_tokens":9,"messages":[{"role":"user","content":"good morning"}]}`,
	} {
		resp, text := ask(t, e, path, "any", body)
		if resp.StatusCode != http.StatusOK || said(t, text) != "good morning" {
			t.Errorf("%s: %d %s", path, resp.StatusCode, text)
		}
	}
	if resp, text := ask(t, e, chatPath, "", question("m", "hi")); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a key: %d %s", resp.StatusCode, text)
	}
}

func TestRules(t *testing.T) {
	no := false
	script := providers.Echoing()
	script.Rules = []providers.Rule{
		{Name: "once", When: providers.When{Model: "flaky"}, Times: 1, Behaviour: &providers.Behaviour{Kind: providers.Status, Status: 503}},
		{Name: "weather", When: providers.When{User: "*weather*", Turn: 1, Offers: "get_*"}, Say: &providers.Say{Tools: []providers.Tool{{Name: "get_weather"}}}},
		{Name: "result", When: providers.When{Tool: "/sunny|rainy/"}, Say: &providers.Say{Text: "So it is."}},
		{Name: "header", When: providers.When{Header: map[string]providers.Pattern{"X-Case": "7"}}, Say: &providers.Say{Text: "case seven"}},
		{Name: "key", When: providers.When{Key: "sk-poor", Stream: &no}, Behaviour: &providers.Behaviour{Kind: providers.Status, Status: 402}},
		{When: providers.When{Host: "api.openai.com", Path: "/v1/*", Dialect: "openai-completions"}, Say: &providers.Say{Text: "from OpenAI"}},
	}
	e := endpoint(t, script)
	const tools = `"tools":[{"type":"function","function":{"name":"get_weather"}}],`
	steps := []struct {
		name, path, key, body, want string
		status                      int
		rule                        string
	}{
		{"first of a flaky model", chatPath, "k", question("flaky", "hi"), "", 503, "once"},
		{"second of it", chatPath, "k", question("flaky", "hi"), "hi", 200, ""},
		{"tool offered", chatPath, "k", `{` + tools + question("m", "the weather?")[1:], "", 200, "weather"},
		{"no tool offered", chatPath, "k", question("m", "the weather?"), "the weather?", 200, ""},
		{"tool result", chatPath, "k", `{"model":"m","messages":[{"role":"user","content":"weather"},{"role":"assistant","tool_calls":[]},{"role":"tool","tool_call_id":"c","content":"sunny"}]}`, "So it is.", 200, "result"},
		{"other key", chatPath, "sk-poor", question("m", "hi"), "", 402, "key"},
		{"host", "/v1/chat/completions", "k", question("m", "hi"), "from OpenAI", 200, "rule 6"},
		{"nothing fits", chatPath, "k", question("m", "hi"), "hi", 200, ""},
	}
	for i, step := range steps {
		resp, text := ask(t, e, step.path, step.key, step.body)
		if resp.StatusCode != step.status || resp.StatusCode == 200 && said(t, text) != step.want {
			t.Errorf("%s: %d %s", step.name, resp.StatusCode, text)
		}
		settle(t, e)
		if call := e.Journal()[i]; call.Rule != step.rule || call.N != i+1 {
			t.Errorf("%s: journal %+v", step.name, call)
		}
	}
}

func settle(t *testing.T, e *providers.Endpoint) {
	t.Helper()
	if err := e.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestFallbackModels(t *testing.T) {
	script := providers.Echoing()
	script.Unserved = []string{"acme/gone"}
	script.Rules = []providers.Rule{{When: providers.When{Model: "acme/broken"}, Behaviour: &providers.Behaviour{Kind: providers.Status, Status: 502}}}
	e := endpoint(t, script)
	body := `{"model":"acme/gone","models":["acme/broken","openai/gpt-4o:nitro"],"messages":[{"role":"user","content":"hi"}]}`
	resp, text := ask(t, e, chatPath, "k", body)
	if resp.StatusCode != 200 || !strings.Contains(text, `"model":"openai/gpt-4o"`) || said(t, text) != "hi" {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	settle(t, e)
	if call := e.Journal()[0]; !cmp.Equal(call.Passed, []string{"acme/gone", "acme/broken"}) || call.AnswerModel != "openai/gpt-4o" {
		t.Errorf("journal %+v", call)
	}
	resp, text = ask(t, e, chatPath, "k", `{"model":"acme/gone","models":["acme/broken"],"messages":[{"role":"user","content":"hi"}]}`)
	if resp.StatusCode != 502 {
		t.Errorf("the last one fails: %d %s", resp.StatusCode, text)
	}
	resp, text = ask(t, e, "/v1/chat/completions", "k", `{"model":"acme/gone","models":["gpt-4o"],"messages":[{"role":"user","content":"hi"}]}`)
	if resp.StatusCode != 404 {
		t.Errorf("only OpenRouter falls back: %d %s", resp.StatusCode, text)
	}
}

func TestProvidersOfARequest(t *testing.T) {
	e := endpoint(t, providers.Echoing())
	with := func(only string) string {
		return `{"provider":{"only":[` + only + `]},` + question("openai/gpt-4o", "hi")[1:]
	}
	if resp, text := ask(t, e, chatPath, "k", with(`"azure"`)); resp.StatusCode != 200 || !strings.Contains(text, `"provider":"Azure"`) {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	if resp, text := ask(t, e, chatPath, "k", with(`"nobody"`)); resp.StatusCode != 404 || !strings.Contains(text, "No allowed providers are available") {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
}

func TestLimits(t *testing.T) {
	now := time.Unix(1779358422, 0)
	script := providers.Echoing()
	script.Limits = []providers.Limit{
		{When: providers.When{Host: "openrouter.ai"}, Requests: 2, Per: time.Minute, By: providers.ByKey},
		{When: providers.When{Model: "greedy"}, Tokens: 10, Per: time.Hour},
	}
	e := endpoint(t, script, providers.WithClock(func() time.Time { return now }))
	statuses := func(key, model string, n int) (all []int) {
		for range n {
			resp, text := ask(t, e, chatPath, key, question(model, "hello there"))
			all = append(all, resp.StatusCode)
			if resp.StatusCode == http.StatusTooManyRequests {
				var d struct {
					Error struct {
						Code     int
						Metadata struct{ Headers map[string]string }
					}
				}
				if err := json.Unmarshal([]byte(text), &d); err != nil || d.Error.Code != 429 || d.Error.Metadata.Headers["X-RateLimit-Remaining"] != "0" {
					t.Errorf("%v %s", err, text)
				}
				if resp.Header.Get("Retry-After") == "" || resp.Header.Get("X-RateLimit-Limit") == "" {
					t.Errorf("headers %v", resp.Header)
				}
			}
		}
		return all
	}
	for _, step := range []struct {
		name, key, model string
		n                int
		want             []int
	}{
		{"window", "a", "m", 3, []int{200, 200, 429}},
		{"another key", "b", "m", 1, []int{200}},
		{"tokens", "c", "greedy", 2, []int{200, 429}},
	} {
		if diff := cmp.Diff(step.want, statuses(step.key, step.model, step.n)); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
	now = now.Add(time.Minute)
	if got := statuses("a", "m", 1); got[0] != 200 {
		t.Errorf("in the next window: %v", got)
	}
}

func TestChaosRepeatsItself(t *testing.T) {
	script := providers.Echoing()
	script.Chaos = providers.Chaos{Seed: 7, Rate: 0.5, Behaviours: []providers.Behaviour{
		{Kind: providers.Status, Status: 500}, {Kind: providers.Status, Status: 429}, {Kind: providers.Malformed},
	}}
	e := endpoint(t, script)
	sequence := func() (all []string) {
		for range 24 {
			ask(t, e, chatPath, "k", question("m", "hi"))
		}
		settle(t, e)
		for _, c := range e.Journal() {
			all = append(all, fmt.Sprintf("%s %d", c.Behaviour, c.Status))
		}
		e.Reset()
		e.Play(script)
		return all
	}
	first, second := sequence(), sequence()
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	kinds := map[string]int{}
	for _, s := range first {
		kinds[s]++
	}
	if len(kinds) != 4 {
		t.Errorf("of four outcomes came %v", kinds)
	}
}

func TestPace(t *testing.T) {
	script := providers.Script{AnyKey: true, Reply: strings.Repeat("word ", 8)}
	script.Pace = providers.Pace{First: 30 * time.Millisecond, Rate: 500, Jitter: 0.3}
	e := endpoint(t, script)
	began := time.Now()
	_, text := ask(t, e, chatPath, "k", `{"stream":true,`+question("m", "hi")[1:])
	// Ten tokens at 500 a second, and thirty milliseconds before, each less a third.
	if took := time.Since(began); took < 34*time.Millisecond {
		t.Errorf("it came in %s", took)
	}
	settle(t, e)
	call := e.Journal()[0]
	if call.FirstMillis < 20 || call.Millis < call.FirstMillis || said(t, text) != script.Reply || call.Events != 13 {
		t.Errorf("journal %+v", call)
	}
}
