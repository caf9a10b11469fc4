package vault

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const caller = "ApiKey abc"

// serve starts a vault that knows caller with the given records.
func serve(t *testing.T, records ...Record) (*Server, string) {
	t.Helper()
	vault := New(WithDelay(time.Minute))
	vault.Set(caller, records)
	server := httptest.NewServer(vault)
	t.Cleanup(server.Close)
	t.Cleanup(vault.Reset)
	return vault, server.URL
}

func call(ctx context.Context, t *testing.T, method, url, credential string) (int, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if credential != "" {
		req.Header.Set("Authorization", credential)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

func TestListServesTheCallersRecords(t *testing.T) {
	vault, url := serve(t,
		Key("plain", "openai", "sk-1"),
		Custom("gate", "openrouter", Provider{URL: "https://gw/v1", Key: "sk-2", Extras: map[string]any{"a": "b"}}, "x/y", "z"),
		Custom("bare", "custom", Provider{}),
	)
	vault.Set("ApiKey other", []Record{Key("theirs", "groq", "sk-3")})

	status, text, err := call(t.Context(), t, http.MethodGet, url+"/secrets/", caller)
	if err != nil || status != http.StatusOK {
		t.Fatalf("%d %v", status, err)
	}
	var got []map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	for _, record := range got {
		if len(record["id"].(string)) != 36 {
			t.Errorf("id %v", record["id"])
		}
		delete(record, "id")
		delete(record, "lifecycle")
	}
	want := []map[string]any{
		{"slug": "plain", "kind": "provider_key", "header": map[string]any{"name": "plain"},
			"data": map[string]any{"kind": "openai", "provider": map[string]any{"key": "sk-1"}}},
		{"slug": "gate", "kind": "custom_provider", "header": map[string]any{"name": "gate"},
			"data": map[string]any{
				"kind":          "openrouter",
				"provider":      map[string]any{"url": "https://gw/v1", "key": "sk-2", "extras": map[string]any{"a": "b"}},
				"models":        []any{map[string]any{"slug": "x/y"}, map[string]any{"slug": "z"}},
				"provider_slug": "gate",
				"model_keys":    []any{"gate/openrouter/x/y", "gate/openrouter/z"},
			}},
		{"slug": "bare", "kind": "custom_provider", "header": map[string]any{"name": "bare"},
			"data": map[string]any{"kind": "custom", "provider": map[string]any{}, "models": []any{},
				"provider_slug": "bare", "model_keys": []any{}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTwinsHaveIdentitiesOfTheirOwn(t *testing.T) {
	a, b := Key("same", "openai", "sk-1"), Key("same", "openai", "sk-2")
	if a.ID == b.ID {
		t.Error("two records share an id")
	}
	if again := Key("same", "openai", "sk-1"); again.ID != a.ID {
		t.Error("the same record has another id in another run")
	}
}

func TestNoRecordsAreAnEmptyList(t *testing.T) {
	_, url := serve(t)
	if _, text, _ := call(t.Context(), t, http.MethodGet, url+"/secrets/", caller); text != "[]" {
		t.Errorf("got %s", text)
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, method, path, credential string
		status                         int
		body                           string
	}{
		{"no credential", "GET", "/secrets/", "", 401, `{"detail":"Unauthorized"}`},
		{"stranger", "GET", "/secrets/", "ApiKey stranger", 401, `{"detail":"Unauthorized"}`},
		{"write", "POST", "/secrets/", caller, 405, `{"detail":"Method Not Allowed"}`},
		{"one record", "GET", "/secrets/x", caller, 404, `{"detail":"Not Found"}`},
		{"no trailing slash", "GET", "/secrets", caller, 404, `{"detail":"Not Found"}`},
		{"doubled slash", "GET", "//secrets/", caller, 404, `{"detail":"Not Found"}`},
		{"another route", "POST", "/gateways/llms/resolve", caller, 404, `{"detail":"Not Found"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			vault, url := serve(t)
			status, body, err := call(t.Context(), t, test.method, url+test.path, test.credential)
			if err != nil || status != test.status || body != test.body {
				t.Errorf("got %d %s %v", status, body, err)
			}
			want := []Call{{Method: test.method, Path: test.path, Authorization: test.credential, Status: test.status}}
			if diff := cmp.Diff(want, undated(vault.Journal())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func undated(calls []Call) []Call {
	for i := range calls {
		calls[i].At = time.Time{}
	}
	return calls
}

func TestFaults(t *testing.T) {
	tests := []struct {
		fault  Fault
		status int
		body   string
	}{
		{Status500, 500, `{"detail":"An unexpected error occurred. Please try again later."}`},
		{Status403, 403, `{"detail":"You do not have access to perform this action. Please contact your organization admin."}`},
		{NotAList, 200, `{"count":0,"secrets":[]}`},
		{NotJSON, 200, "<!DOCTYPE html><title>Just a moment...</title><p>Checking your browser.</p>"},
		{NullBody, 200, "null"},
		{NoContent, 204, ""},
	}
	for _, test := range tests {
		t.Run(string(test.fault), func(t *testing.T) {
			vault, url := serve(t, Key("k", "openai", "sk"))
			vault.Break(test.fault)
			status, body, err := call(t.Context(), t, http.MethodGet, url+"/secrets/", caller)
			if err != nil || status != test.status || body != test.body {
				t.Errorf("got %d %s %v", status, body, err)
			}
			if got := vault.Journal()[0].Status; got != test.status {
				t.Errorf("journal says %d", got)
			}
			if status, _, _ := call(t.Context(), t, http.MethodGet, url+"/secrets/", "ApiKey stranger"); status != 401 {
				t.Errorf("a stranger got %d", status)
			}
		})
	}
}

func TestCutReply(t *testing.T) {
	vault, url := serve(t, Key("k", "openai", "sk"))
	vault.Break(Cut)
	if status, body, err := call(t.Context(), t, http.MethodGet, url+"/secrets/", caller); err == nil || status != 200 {
		t.Errorf("got %d %q without an error", status, body)
	}
}

func TestRedirect(t *testing.T) {
	vault, url := serve(t, Key("k", "openai", "sk"))
	vault.Break(Redirect)
	// The client of this test follows, and finds no page.
	if status, _, err := call(t.Context(), t, http.MethodGet, url+"/secrets/", caller); err != nil || status != 404 {
		t.Errorf("got %d %v", status, err)
	}
	if calls := vault.Journal(); calls[0].Status != 302 || calls[1].Path != "/auth" {
		t.Errorf("the journal says %+v", calls)
	}
}

func TestClosedConnection(t *testing.T) {
	vault, url := serve(t, Key("k", "openai", "sk"))
	vault.Break(Closed)
	if _, _, err := call(t.Context(), t, http.MethodGet, url+"/secrets/", caller); err == nil {
		t.Error("the client saw a reply")
	}
	if err := vault.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range vault.Journal() { // net/http may try an idempotent request again
		if c.Status != 0 {
			t.Errorf("journal says %d", c.Status)
		}
	}
}

func TestSlow(t *testing.T) {
	t.Run("answers late", func(t *testing.T) {
		vault := New(WithDelay(time.Millisecond))
		vault.Set(caller, nil)
		vault.Break(Slow)
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/secrets/", nil)
		r.Header.Set("Authorization", caller)
		vault.ServeHTTP(w, r)
		if w.Body.String() != "[]" {
			t.Errorf("got %s", w.Body)
		}
	})
	t.Run("ends when the client goes", func(t *testing.T) {
		vault, url := serve(t)
		vault.Break(Slow)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, _, err := call(ctx, t, http.MethodGet, url+"/secrets/", caller)
			gone <- err
		}()
		until(t, func() bool { return len(vault.Journal()) == 1 })
		cancel()
		if err := <-gone; err == nil {
			t.Error("the client saw a reply")
		}
		if err := vault.Settle(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("ends with the case", func(t *testing.T) {
		vault, url := serve(t)
		vault.Break(Slow)
		gone := make(chan error)
		go func() {
			_, _, err := call(t.Context(), t, http.MethodGet, url+"/secrets/", caller)
			gone <- err
		}()
		until(t, func() bool { return len(vault.Journal()) > 0 })
		vault.Reset() // a retry of the client finds no caller it knows
		<-gone
	})
}

// until waits for a condition that another goroutine brings about.
func until(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
		time.Sleep(time.Millisecond)
	}
}
