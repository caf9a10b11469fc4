package providers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/agenta-ai/conform/fakes/providers"
)

func do(client *http.Client, req *http.Request) (*http.Response, string, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp, string(text), err
}

// administer sends a request to the administration.
func administer(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, text, err := do(http.DefaultClient, req)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, text
}

func TestEveryHostByTLSAndHTTP2(t *testing.T) {
	e := endpoint(t, providers.Echoing())
	client := e.Client()
	defer client.CloseIdleConnections()
	for _, url := range []string{
		"https://openrouter.ai/api/v1/chat/completions", "https://api.mistral.ai/v1/chat/completions",
		"https://api.groq.com/openai/v1/chat/completions", e.TLSURL + "/api/v1/chat/completions",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(question("m", "hi")))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer k")
		resp, text, err := do(client, req)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != 200 || resp.Proto != "HTTP/2.0" || said(t, text) != "hi" {
			t.Errorf("%s: %s %d %s", url, resp.Proto, resp.StatusCode, text)
		}
	}
}

func TestTenantsNeverSeeEachOther(t *testing.T) {
	e := endpoint(t, providers.Script{AnyKey: true, Reply: "nobody's"})
	for name, scope := range map[string]providers.Scope{
		"prefix": {Prefix: "/case-7"}, "longer": {Prefix: "/case-7/inner"}, "key": {Keys: []string{"sk-b"}}, "host": {Hosts: []string{"llm.acme.example"}},
	} {
		e.Admit(name, scope).Play(providers.Script{AnyKey: true, Reply: name + "'s"})
	}
	var all sync.WaitGroup
	for range 8 {
		for want, from := range map[string][3]string{
			"prefix's": {"/case-7" + chatPath, "k", ""}, "longer's": {"/case-7/inner" + chatPath, "sk-b", ""},
			"key's": {chatPath, "sk-b", ""}, "nobody's": {"/v1/chat/completions", "k", ""},
			"host's": {"/v1/chat/completions", "k", "llm.acme.example"},
		} {
			all.Go(func() {
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL+from[0], strings.NewReader(question("m", "hi")))
				req.Header.Set("Authorization", "Bearer "+from[1])
				req.Host = from[2]
				if _, text, err := do(http.DefaultClient, req); err != nil || said(t, text) != want {
					t.Errorf("%v: %v %s, want %s", from, err, text, want)
				}
			})
		}
	}
	all.Wait()
	settle(t, e)
	for _, tenant := range e.Tenants() {
		calls := tenant.Journal()
		if len(calls) != 8 {
			t.Errorf("%q has %d calls", tenant.Name(), len(calls))
		}
		for i, c := range calls {
			if c.Tenant != tenant.Name() || c.N != i+1 {
				t.Errorf("%q has %+v", tenant.Name(), c)
			}
		}
	}
	if e.Dismiss("nobody") || !e.Dismiss("key") {
		t.Error("Dismiss tells them apart badly")
	}
}

func TestLargeBodiesAreKeptWhole(t *testing.T) {
	folder := t.TempDir()
	e := endpoint(t, providers.Echoing(), providers.WithBodiesIn(folder, 1<<20))
	sent := question("m", strings.Repeat("A long prompt, as coding agents send it.\n", 260_000))
	if len(sent) < 10<<20 {
		t.Fatalf("only %d bytes", len(sent))
	}
	resp, text := ask(t, e, chatPath, "k", sent)
	if resp.StatusCode != 200 || !strings.HasPrefix(said(t, text), "A long prompt") {
		t.Fatalf("%d", resp.StatusCode)
	}
	settle(t, e)
	call := e.Journal()[0]
	got, err := call.Content()
	if err != nil || got != sent || call.Body != "" || call.Size != len(sent) {
		t.Errorf("%v: %d bytes of %d, %d in memory", err, len(got), len(sent), len(call.Body))
	}
	if status, body := administer(t, "GET", e.URL+providers.AdminPath+"calls/1/body", ""); status != 200 || body != sent {
		t.Errorf("by the administration: %d, %d bytes", status, len(body))
	}
	ask(t, e, chatPath, "k", question("m", "small"))
	settle(t, e)
	if call := e.Journal()[1]; call.BodyFile != "" || call.Body == "" {
		t.Errorf("a small body: %+v", call)
	}
	e.Forget()
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("left on disk: %v %v", left, err)
	}
}

func TestEarlyCloseIsSeen(t *testing.T) {
	script := providers.Script{AnyKey: true, Reply: strings.Repeat("word ", 400), Pace: providers.Pace{Rate: 100}}
	e := endpoint(t, script)
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, e.URL+chatPath, strings.NewReader(`{"stream":true,`+question("m", "hi")[1:]))
	req.Header.Set("Authorization", "Bearer k")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 600)
	if _, err := io.ReadFull(resp.Body, buffer); err != nil {
		t.Fatal(err)
	}
	cancel()
	resp.Body.Close()
	calls, err := e.Wait(t.Context(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c := calls[0]; c.End != providers.Gone || !c.ClientGone || c.Events == 0 || c.Events > 300 {
		t.Errorf("journal %+v", c)
	}
}

// Thousands of streams that are open at once cost a goroutine and a buffer each.
func TestManyStreamsAtOnce(t *testing.T) {
	const streams = 2000
	e := endpoint(t, providers.Script{AnyKey: true, Reply: "first and last", Behaviour: providers.Behaviour{Kind: providers.Stall}})
	client := e.Client()
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var open, ended sync.WaitGroup
	open.Add(streams)
	for range streams {
		ended.Go(func() {
			req, _ := http.NewRequestWithContext(ctx, http.MethodPost, "https://openrouter.ai"+chatPath, strings.NewReader(`{"stream":true,`+question("m", "hi")[1:]))
			req.Header.Set("Authorization", "Bearer k")
			resp, err := client.Do(req)
			if err != nil {
				t.Error(err)
				open.Done()
				return
			}
			defer resp.Body.Close()
			_, err = io.ReadFull(resp.Body, make([]byte, 100))
			if open.Done(); err != nil {
				t.Error(err)
			}
			_, _ = io.ReadAll(resp.Body) // until it is cancelled
		})
	}
	open.Wait()
	if n := len(e.Journal()); n != streams {
		t.Errorf("%d calls", n)
	}
	cancel()
	ended.Wait()
	gone, err := e.Wait(t.Context(), streams, func(c providers.Call) bool { return c.End == providers.Gone })
	if err != nil || len(gone) != streams {
		t.Errorf("%v, %d seen to go", err, len(gone))
	}
}

func TestAdministration(t *testing.T) {
	e := endpoint(t, providers.Echoing())
	at := e.URL + providers.AdminPath
	key := "sk-or-v1-0123456789abcdef0123456789abcdef"
	ask(t, e, chatPath, key, question("openai/gpt-4o", "my key is "+key))
	ask(t, e, chatPath, key, `{"oops":1,`+question("acme/m", "hi")[1:])
	settle(t, e)

	count := func(query string) int {
		status, text := administer(t, "GET", at+"calls"+query, "")
		var d struct{ Calls []map[string]any }
		if err := json.Unmarshal([]byte(text), &d); err != nil || status != 200 {
			t.Fatalf("%s: %v %d %s", query, err, status, text)
		}
		if strings.Contains(text, key) {
			t.Errorf("%s shows the key", query)
		}
		return len(d.Calls)
	}
	for query, want := range map[string]int{
		"": 2, "?model=acme/*": 1, "?key=" + key: 2, "?key=other": 0, "?remark=unknown+field": 1, "?after=1": 1, "?limit=1": 1,
		"?status=200&host=openrouter.ai&bodies=no": 2, "?body=/oops/": 1,
	} {
		if got := count(query); got != want {
			t.Errorf("calls%s: %d, want %d", query, got, want)
		}
	}
	steps := []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "health", "", 200, `{"ok":true}`},
		{"GET", "calls?modle=x", "", 400, `unknown parameter \"modle\"; allowed are after, behaviour,`},
		{"GET", "calls?model=/(/", "", 400, `error parsing regexp`},
		{"GET", "calls?tenant=x", "", 404, `no tenant \"x\"`},
		{"GET", "calls/9/body", "", 404, "no call 9"},
		{"GET", "calls/x/body", "", 400, "want a number"},
		{"GET", "wait?timeout=1ms&model=never", "", 408, `{"calls":[]}`},
		{"GET", "wait?count=2", "", 200, `"n":2`},
		{"GET", "wait?count=none", "", 400, "want a number"},
		{"PUT", "rules", "rules:\n  - say: {txt: x}\n", 400, `rules:2:11: unknown key \"txt\"; allowed are echo, finish, provider, reasoning, text, tools, usage`},
		{"PUT", "rules", "reply: told\n", 200, `{"loaded":"no rules"}`},
		{"GET", "rules", "", 200, "reply: told\n"},
		{"PUT", "tenants/t1", "scope: {prefix: /t1}\nreply: of t1\n", 200, `{"loaded":"t1"}`},
		{"PUT", "tenants/t2", "reply: x\n", 400, "tenant:1:1: tenant t2 has no scope"},
		{"GET", "tenants", "", 200, `{"name":"t1","scope":{"prefix":"/t1"},"calls":0}`},
		{"DELETE", "tenants/t1", "", 204, ""},
		{"DELETE", "tenants/t1", "", 404, `no tenant \"t1\"`},
		{"GET", "metrics", "", 200, `conform_provider_calls_total{host="openrouter.ai",dialect="openai-completions",status="200"`},
		{"DELETE", "calls", "", 204, ""},
		{"GET", "nothing", "", 404, "no GET /_conform/nothing"},
	}
	for _, s := range steps {
		status, text := administer(t, s.method, at+s.path, s.body)
		if status != s.status || !strings.Contains(text, s.want) {
			t.Errorf("%s %s: %d %s", s.method, s.path, status, text)
		}
	}
	if got := count(""); got != 0 {
		t.Errorf("%d calls after all were forgotten", got)
	}
	if _, text := ask(t, e, chatPath, key, question("m", "hi")); said(t, text) != "told" {
		t.Error(text)
	}
}

func TestManagementAddsUp(t *testing.T) {
	script := providers.Echoing()
	script.ManagementKeys = []string{"sk-manage"}
	e := endpoint(t, script, providers.WithClock(func() time.Time { return time.Unix(1779358422, 0) }))
	get := func(path, key string) (int, map[string]any) {
		t.Helper()
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL+"/api/v1"+path, nil)
		if key != "" {
			req.Header.Set("Authorization", "Bearer "+key)
		}
		resp, text, err := do(http.DefaultClient, req)
		if err != nil {
			t.Fatal(err)
		}
		var d map[string]any
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatalf("%s: %v %s", path, err, text)
		}
		return resp.StatusCode, d
	}
	number := func(d map[string]any, path ...string) float64 {
		var v any = d
		for _, step := range path {
			v = field(v, step)
		}
		n, _ := v.(float64)
		return n
	}
	resp, text := ask(t, e, chatPath, "sk-a", question("openai/gpt-4o", "hello"))
	var answered map[string]any
	if err := json.Unmarshal([]byte(text), &answered); err != nil {
		t.Fatal(err)
	}
	ask(t, e, chatPath, "sk-b", question("openai/gpt-4o", "hello"))
	ask(t, e, chatPath, "sk-a", question("acme/m:free", "hello"))
	settle(t, e)
	cost := number(answered, "usage", "cost")
	id := resp.Header.Get("X-Generation-Id")
	if cost <= 0 || id != at(answered, "id") {
		t.Fatalf("%v %s", cost, id)
	}
	for _, path := range []string{"/key", "/auth/key"} {
		status, d := get(path, "sk-a")
		if status != 200 || number(d, "data", "usage") != cost || number(d, "data", "free_model_daily_requests", "used") != 1 {
			t.Errorf("%s: %d %v", path, status, d)
		}
	}
	if status, d := get("/credits", "sk-manage"); status != 200 || number(d, "data", "total_usage") != 2*cost {
		t.Errorf("credits: %d %v, want twice %v", status, d, cost)
	}
	if status, d := get("/credits", "sk-a"); status != 403 || at(d, "error", "message") != "Only management keys can perform this operation" {
		t.Errorf("credits: %d %v", status, d)
	}
	if status, d := get("/generation?id="+id, "sk-a"); status != 200 || number(d, "data", "total_cost") != cost || len(field(d, "data").(map[string]any)) != 42 {
		t.Errorf("generation: %d %v", status, d)
	}
	for path, want := range map[string]int{
		"/generation?id=gen-none": 404, "/models/acme/none/endpoints": 200, "/models/openai/gpt-4o-mini/endpoints": 200, "/model/openai/gpt-4o-mini": 200,
		"/models": 200, "/models/user": 200, "/models/count": 200, "/providers": 200, "/nothing": 404,
	} {
		if status, d := get(path, "sk-a"); status != want {
			t.Errorf("%s: %d %v", path, status, d)
		}
	}
	for path, want := range map[string]int{"/models": 200, "/providers": 200, "/key": 401, "/models/user": 401, "/credits": 401, "/generation?id=" + id: 401} {
		if status, d := get(path, ""); status != want {
			t.Errorf("%s without a key: %d %v", path, status, d)
		}
	}
}

func TestListsOfModels(t *testing.T) {
	e := endpoint(t, providers.Script{AnyKey: true, Models: []providers.Pattern{"one", "two-*"}})
	for path, header := range map[string]string{
		"/v1/models": "Authorization", "/anthropic/v1/models": "X-Api-Key", "/v1beta/models": "X-Goog-Api-Key",
		"/mistral/v1/models": "Authorization", "/groq/openai/v1/models": "Authorization", "/together/v1/models": "Authorization",
	} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL+path, nil)
		resp, text, err := do(http.DefaultClient, req)
		if err != nil || resp.StatusCode != 401 {
			t.Errorf("%s without a key: %v %s", path, err, text)
		}
		req.Header.Set(header, map[bool]string{true: "Bearer k", false: "k"}[header == "Authorization"])
		resp, text, err = do(http.DefaultClient, req)
		if err != nil || resp.StatusCode != 200 || !strings.Contains(text, `one"`) || strings.Contains(text, "two") {
			t.Errorf("%s: %v %s", path, err, text)
		}
	}
	resp, text := ask(t, e, "/v1/chat/completions", "k", question("three", "hi"))
	if resp.StatusCode != 404 {
		t.Errorf("a model that is not listed: %d %s", resp.StatusCode, text)
	}
	if resp, _ := ask(t, e, "/v1/chat/completions", "k", question("two-b", "hi")); resp.StatusCode != 200 {
		t.Errorf("a model that a pattern covers: %d", resp.StatusCode)
	}
}

func TestRemarks(t *testing.T) {
	script := providers.Script{Keys: map[string][]string{"openrouter.ai": {"good"}, "api.openai.com": {"theirs"}}, RefuseUnknownFields: true}
	e := endpoint(t, script)
	send := func(path, key, body string) (int, string, []providers.Remark) {
		resp, text := ask(t, e, path, key, body)
		settle(t, e)
		calls := e.Journal()
		return resp.StatusCode, text, calls[len(calls)-1].Remarks
	}
	odd := `{"oops":1,` + question("m", "hi")[1:]
	for _, c := range []struct {
		name, path, key, body string
		status                int
		text                  string
		want                  []providers.Remark
	}{
		{"sound", chatPath, "good", question("m", "hi"), 200, "", nil},
		{"segment", "/api/v1/v1/chat/completions", "good", question("m", "hi"), 404, "Not Found", []providers.Remark{{Kind: providers.DoubledSegment, Text: "/v1"}}},
		{"whole base", "/api/v1/api/v1/chat/completions", "good", question("m", "hi"), 404, "", []providers.Remark{{Kind: providers.DoubledSegment, Text: "/api/v1"}}},
		{"operation", chatPath + "/chat/completions", "good", question("m", "hi"), 404, "", []providers.Remark{{Kind: providers.DoubledSegment, Text: "/chat/completions"}}},
		{"slash", "/api//v1/chat/completions", "good", question("m", "hi"), 404, "", []providers.Remark{{Kind: providers.DoubledSegment, Text: "/"}}},
		{"another host's key", chatPath, "theirs", question("m", "hi"), 401, "User not found.", []providers.Remark{{Kind: providers.ForeignKey, Text: "api.openai.com"}}},
		{"by its look", chatPath, "sk-ant-x", question("m", "hi"), 401, "", []providers.Remark{{Kind: providers.ForeignKey, Text: "api.anthropic.com"}}},
		{"stranger", chatPath, "x", question("m", "hi"), 401, "", nil},
		{"OpenRouter ignores it", chatPath, "good", odd, 200, "", []providers.Remark{{Kind: providers.UnknownField, Text: "oops"}}},
		{"OpenAI does not", "/v1/chat/completions", "theirs", odd, 400, "Unrecognized request argument supplied: oops", []providers.Remark{{Kind: providers.UnknownField, Text: "oops"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, text, got := send(c.path, c.key, c.body)
			if status != c.status || !strings.Contains(text, c.text) {
				t.Errorf("%d %s", status, text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMistralWantsNineLetters(t *testing.T) {
	e := endpoint(t, providers.Echoing())
	body := func(id string) string {
		return fmt.Sprintf(`{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":%q,"function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":%q,"content":"x"}]}`, id, id)
	}
	if resp, text := ask(t, e, "/mistral/v1/chat/completions", "k", body("abcDEF123")); resp.StatusCode != 200 {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	resp, text := ask(t, e, "/mistral/v1/chat/completions", "k", body("call_1"))
	if resp.StatusCode != 400 || !strings.Contains(text, "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.") {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	if resp, text := ask(t, e, "/v1/chat/completions", "k", body("call_1")); resp.StatusCode != 200 {
		t.Errorf("others do not: %d %s", resp.StatusCode, text)
	}
}
