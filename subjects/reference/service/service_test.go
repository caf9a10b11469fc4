package service_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/subjects/reference/service"
)

const (
	vaultKey = "sk-vault-key"
	orRecord = `{"kind":"custom_provider","header":{"name":"gw"},"data":{"kind":"openrouter","provider_slug":"gw","provider":{"key":"` + vaultKey + `","url":"http://gw/v1"},"models":[{"slug":"acme/x"}]}}`
	bedrock  = `{"kind":"custom_provider","header":{"name":"br"},"data":{"kind":"bedrock","provider":{"key":"k"}}}`
	goodRun  = `{"ok":true,"output":"hi","messages":[],"events":[{"type":"message","text":"hi"}],"model":"openrouter/acme/x"}`
)

// platform is a service with a vault and a runner that answers as told.
type platform struct {
	url       string
	runs      []map[string]any
	headers   []http.Header
	cancelled chan struct{}
}

func newPlatform(t *testing.T, run http.HandlerFunc) *platform {
	t.Helper()
	p := &platform{cancelled: make(chan struct{}, 1)}
	vault := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "["+orRecord+","+bedrock+"]")
	}))
	t.Cleanup(vault.Close)
	runner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		raw, _ := io.ReadAll(r.Body)
		json.Unmarshal(raw, &body)
		p.runs, p.headers = append(p.runs, body), append(p.headers, r.Header)
		run(w, r)
		if r.Context().Err() != nil {
			p.cancelled <- struct{}{}
		}
	}))
	t.Cleanup(runner.Close)
	s := service.New(service.Config{APIBase: vault.URL, RunnerURL: runner.URL, RunnerToken: "runner-token", Log: slog.New(slog.DiscardHandler)})
	front := httptest.NewServer(s.Handler())
	t.Cleanup(front.Close)
	p.url = front.URL
	return p
}

func reply(status int, media, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

const jsonMedia, ndjson, sse = "application/json", "application/x-ndjson", "text/event-stream"

func (p *platform) invoke(t *testing.T, accept, harness, llm string) (int, string, service.Answer) {
	t.Helper()
	body := `{"data":{"parameters":{"agent":{"llm":` + llm + `,"harness":{"kind":"` + harness + `"}}},"inputs":{"messages":[{"role":"user","content":"hi"}]}}}`
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/invoke", strings.NewReader(body))
	req.Header.Set("Accept", accept)
	req.Header.Set("Authorization", "ApiKey caller-credential")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	var a service.Answer
	json.Unmarshal(raw, &a)
	return resp.StatusCode, string(raw), a
}

const named = `{"model":"acme/x","connection":{"slug":"gw"}}`

func TestRunRequest(t *testing.T) {
	p := newPlatform(t, reply(200, jsonMedia, goodRun))
	status, raw, a := p.invoke(t, jsonMedia, "pi_core", named)
	if status != 200 || !a.OK || a.Output != "hi" || a.Model != "openrouter/acme/x" {
		t.Fatalf("%d %s", status, raw)
	}
	run := p.runs[0]
	want := map[string]string{
		"harness": `"pi_core"`, "sandbox": `"local"`, "provider": `"openrouter"`, "model": `"acme/x"`, "deployment": `"direct"`,
		"credentialMode": `"env"`, "endpoint": `{"baseUrl":"http://gw/v1"}`, "connection": `{"mode":"agenta","slug":"gw"}`,
		"secrets": `{"OPENROUTER_API_KEY":"` + vaultKey + `"}`, "messages": `[{"content":"hi","role":"user"}]`,
	}
	for name, doc := range want {
		if got, _ := json.Marshal(run[name]); string(got) != doc {
			t.Errorf("%s = %s, want %s", name, got, doc)
		}
	}
	known := strings.Fields(`harness sandbox sessionId agentsMd messages context telemetry tools customTools toolCallback
		permissionPolicy model provider deployment credentialMode endpoint secrets connection systemPrompt appendSystemPrompt
		mcpServers skills sandboxPermission harnessFiles runContext turnId projectId`)
	for name := range run {
		if !slices.Contains(known, name) {
			t.Errorf("new member %s", name)
		}
	}
	if all, _ := json.Marshal(run); strings.Count(string(all), vaultKey) != 1 {
		t.Error("the key is not at exactly one place")
	}
	if got := p.headers[0].Get("Authorization"); got != "Bearer runner-token" {
		t.Errorf("authorization = %q", got)
	}
}

func TestPlatformHarnessBringsItsOwn(t *testing.T) {
	p := newPlatform(t, reply(200, jsonMedia, goodRun))
	p.invoke(t, jsonMedia, "pi_agenta", named)
	if skills, _ := p.runs[0]["skills"].([]any); len(skills) != 1 || p.runs[0]["appendSystemPrompt"] == nil {
		t.Errorf("run = %v", p.runs[0])
	}
}

func TestRefusalsNeverReachTheRunner(t *testing.T) {
	p := newPlatform(t, reply(200, jsonMedia, goodRun))
	for _, tc := range []struct {
		name, llm, class, stage string
		status                  int
	}{
		{"config", `{"model":"x","connection":{"mode":"magic"}}`, "InvalidModelRefError", "config", 422},
		{"gate before", `"cohere/x"`, "UnsupportedProviderError", "gate", 422},
		{"gate after", `{"model":"x","connection":{"slug":"br"}}`, "UnsupportedDeploymentError", "gate", 422},
		{"resolve", `{"model":"x","connection":{"slug":"no"}}`, "ConnectionNotFoundError", "resolve", 422},
	} {
		for _, accept := range []string{jsonMedia, sse, ndjson} {
			status, raw, a := p.invoke(t, accept, "pi_core", tc.llm)
			if status != tc.status || a.OK || a.Error == nil || a.Error.Class != tc.class || a.Error.Stage != tc.stage {
				t.Errorf("%s as %s: %d %s", tc.name, accept, status, raw)
			}
		}
	}
	if len(p.runs) != 0 {
		t.Errorf("the runner was called %d times", len(p.runs))
	}
}

func TestRunnerAnswers(t *testing.T) {
	for _, tc := range []struct {
		name   string
		run    http.HandlerFunc
		status int
		want   []string
	}{
		{"failed", reply(500, jsonMedia, `{"ok":false,"error":"it broke"}`), 500, []string{`"class":"AgentRunError"`, "it broke"}},
		{"typed", reply(500, jsonMedia, `{"ok":false,"error":"no","errorType":"ModelNotSettableError","requested":"m","allowed":["a","b"]}`), 422,
			[]string{`"class":"ModelNotSettableError"`, `"requested":"m"`, `"allowed":["a","b"]`}},
		{"nothing", reply(200, jsonMedia, ``), 502, []string{`"AgentRunError"`}},
		{"empty object", reply(200, jsonMedia, `{}`), 502, []string{`"AgentRunError"`}},
		{"no turn", reply(200, jsonMedia, `{"ok":true,"output":"","events":[]}`), 502, []string{"no turn"}},
		{"HTML", reply(200, "text/html", `<html>`), 502, []string{`"AgentRunError"`}},
		{"400", reply(400, jsonMedia, `{"ok":false,"error":"bad member"}`), 400, []string{`"RunnerRefusedError"`, "bad member"}},
		{"401", reply(401, jsonMedia, `{"ok":false,"error":"token"}`), 424, []string{`"RunnerRefusedError"`, "token"}},
		{"429", reply(429, "text/plain", "busy\nvery"), 429, []string{`"RunnerRefusedError"`, "busy"}},
		{"503", reply(503, "text/plain", "away"), 503, []string{`"RunnerRefusedError"`, "away"}},
		{"redirect", reply(307, "text/plain", ""), 502, []string{`"RunnerRefusedError"`}},
		{"closed", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 502, []string{`"RunnerUnavailableError"`}},
		{"echoed secrets", reply(500, jsonMedia, `{"ok":false,"error":"`+vaultKey+` caller-credential runner-token","events":[{"type":"x","v":"`+vaultKey+`"}]}`), 500, []string{"[redacted] [redacted] [redacted]"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newPlatform(t, tc.run)
			status, raw, a := p.invoke(t, jsonMedia, "pi_core", named)
			if status != tc.status || a.OK || strings.Contains(raw, vaultKey) {
				t.Errorf("%d %s", status, raw)
			}
			for _, want := range tc.want {
				if !strings.Contains(raw, want) {
					t.Errorf("no %s in %s", want, raw)
				}
			}
		})
	}
}

func TestStream(t *testing.T) {
	const event = `{"kind":"event","event":{"type":"message_delta","delta":"hi"}}` + "\n"
	const cut = `{"kind":"event","event":{"type":"message_delta","delta":"sk-vau"}}` + "\n" + `{"kind":"event","event":{"type":"message_delta","delta":"lt-key."}}` + "\n"
	const done = `{"kind":"result","result":{"ok":true,"output":"hi","events":[]}}` + "\n"
	for _, tc := range []struct {
		name, stream string
		status       int
		want         []string
		not          string
	}{
		{"good", event + done, 200, []string{`"delta":"hi"`, `"ok":true`, `"events":[]`}, `"error"`},
		{"failed later", event + `{"kind":"result","result":{"ok":false,"error":"broke"}}` + "\n", 200, []string{`"delta":"hi"`, `"ok":false`, "broke"}, `"ok":true`},
		{"cut off", event, 200, []string{`"kind":"result"`, `"ok":false`, "broke off"}, `"ok":true`},
		{"failed before anything", `{"kind":"result","result":{"ok":false,"error":"broke"}}` + "\n", 500, []string{`"ok":false`, "broke"}, `"kind"`},
		{"no turn", `{"kind":"result","result":{"ok":true,"output":""}}` + "\n", 502, []string{`"ok":false`}, `"kind"`},
		{"nothing", "", 502, []string{`"ok":false`}, `"kind"`},
		{"key cut in two", cut + done, 200, []string{`"delta":"[redacted]."`}, "sk-vau"},
	} {
		for _, accept := range []string{ndjson, sse} {
			t.Run(tc.name+" as "+accept, func(t *testing.T) {
				p := newPlatform(t, reply(200, ndjson, tc.stream))
				status, raw, _ := p.invoke(t, accept, "pi_core", named)
				if status != tc.status || strings.Contains(raw, tc.not) {
					t.Errorf("%d %s", status, raw)
				}
				for _, want := range tc.want {
					if !strings.Contains(raw, want) {
						t.Errorf("no %s in %s", want, raw)
					}
				}
			})
		}
	}
}

func TestCancelReachesTheRunner(t *testing.T) {
	for _, accept := range []string{jsonMedia, sse} {
		p := newPlatform(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		client := &http.Client{Timeout: 100 * time.Millisecond}
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/invoke",
			strings.NewReader(`{"data":{"parameters":{"agent":{"llm":`+named+`}}}}`))
		req.Header.Set("Accept", accept)
		if _, err := client.Do(req); err == nil {
			t.Error("no timeout")
		}
		select {
		case <-p.cancelled:
		case <-time.After(5 * time.Second):
			t.Error("the run request was not cancelled")
		}
	}
}
