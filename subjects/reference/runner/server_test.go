package runner_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/internal/pistub"
	"github.com/agenta-ai/conform/subjects/reference/runner"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

func post(t *testing.T, url, accept, token, body string) (int, string) {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	req.Header.Set("Accept", accept)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw)
}

func TestServer(t *testing.T) {
	x := newBench(t, pistub.Behaviour{Reply: []string{"He", "llo"}}, func(c *runner.Config) { c.Token = "tok" })
	srv := httptest.NewServer(x.Handler())
	defer srv.Close()
	good, _ := json.Marshal(managed("known/m"))
	claude := bytes.Replace(good, []byte("pi_core"), []byte("claude"), 1)
	for _, tc := range []struct {
		name, path, accept, token, body string
		status                          int
		want                            []string
	}{
		{"one-shot", "/run", "application/json", "tok", string(good), 200, []string{`"ok":true`, `"output":"Hello"`, `{"type":"message","text":"Hello"}`, `{"type":"done"`}},
		{"alias", "/stream", "", "tok", string(good), 200, []string{`"ok":true`}},
		{"stream", "/run", wire.NDJSON, "tok", string(good), 200, []string{
			`{"kind":"event","event":{"type":"message_start","id":"m1"}}`, `{"type":"message_delta","id":"m1","delta":"He"}`,
			`"type":"message_end"`, `"type":"usage"`, `"events":[]`}},
		{"failed one-shot", "/run", "application/json", "tok", string(claude), 500, []string{`"ok":false`, `"error":"harness 'claude'`}},
		{"failed stream", "/run", wire.NDJSON, "tok", string(claude), 200, []string{`{"kind":"result","result":{"ok":false`}},
		{"no token", "/run", "", "", string(good), 401, []string{"token"}},
		{"wrong token", "/run", "", "nope", string(good), 401, []string{"token"}},
		{"bad JSON", "/run", "", "tok", "{", 400, []string{"not valid JSON"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			status, body := post(t, srv.URL+tc.path, tc.accept, tc.token, tc.body)
			if status != tc.status {
				t.Errorf("status %d, want %d", status, tc.status)
			}
			for _, want := range tc.want {
				if !strings.Contains(body, want) {
					t.Errorf("no %s in %s", want, body)
				}
			}
			if tc.accept == wire.NDJSON && strings.Count(body, `"kind":"result"`) != 1 {
				t.Errorf("not exactly one result: %s", body)
			}
		})
	}
	resp, err := http.Get(srv.URL + "/health")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if raw, _ := io.ReadAll(resp.Body); strings.TrimSpace(string(raw)) != `{"ok":true,"protocol":1}` {
		t.Errorf("health = %s", raw)
	}
}
