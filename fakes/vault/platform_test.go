package vault_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/vault"
)

// ask puts one question to a server and returns status and body.
func ask(s *vault.Server, method, path, authorization string) (int, string) {
	r := httptest.NewRequest(method, path, strings.NewReader("{}"))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

func TestPlatformRoutes(t *testing.T) {
	s := vault.New()
	s.Set("ApiKey a", nil)
	for name, test := range map[string]struct {
		method, path, authorization string
		status                      int
		body                        string
	}{
		"secrets below the API": {"GET", "/api/secrets/", "ApiKey a", 200, `[]`},
		"permission":            {"GET", "/api/access/permissions/check?action=run_service", "ApiKey a", 200, `{"credentials":"ApiKey a","effect":"allow"}`},
		"streams of a session":  {"GET", "/api/sessions/streams/?session_id=s", "ApiKey a", 200, `{"count":0,"stream":null}`},
		"turns of a session":    {"POST", "/api/sessions/turns/query", "ApiKey a", 200, `{"count":0,"turns":[]}`},
		"traces":                {"POST", "/api/otlp/v1/traces", "ApiKey a", 200, `{}`},
		"without a credential":  {"POST", "/api/otlp/v1/traces", "", 401, `{"detail":"Unauthorized"}`},
		"no gateway is served":  {"POST", "/api/gateways/llms/resolve", "ApiKey a", 404, `{"detail":"Not Found"}`},
		"no route":              {"GET", "/api/else", "ApiKey a", 404, `{"detail":"Not Found"}`},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := ask(s, test.method, test.path, test.authorization)
			if status != test.status || body != test.body {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	vaultCalls := 0
	for _, call := range s.Journal() {
		if call.OfSecrets() {
			vaultCalls++
		}
	}
	if vaultCalls != 1 {
		t.Errorf("%d calls to the vault proper, want 1", vaultCalls)
	}
}

func TestGateway(t *testing.T) {
	s := vault.New()
	s.Gateways("ApiKey a", vault.Gateway{Provider: "openai", Deployment: "direct", Namespace: "standard", Name: "main", Model: "m", Credential: "g"})
	if status, body := ask(s, "POST", "/api/gateways/llms/resolve", "ApiKey a"); status != 200 ||
		body != `{"connection":{"deployment_kind":"direct","model":"m","name":"main","namespace":"standard","provider_key":"openai"}}` {
		t.Errorf("resolve: %d %s", status, body)
	}
	if status, body := ask(s, "POST", "/api/gateways/credentials", "ApiKey a"); status != 200 || body != `{"credentials":"g"}` {
		t.Errorf("credentials: %d %s", status, body)
	}
	if status, _ := ask(s, "GET", "/api/gateways/llms/resolve", "ApiKey a"); status != 405 {
		t.Errorf("another method: %d", status)
	}
	if status, _ := ask(s, "POST", "/api/gateways/llms/resolve", "ApiKey b"); status != 404 {
		t.Errorf("another caller: %d", status)
	}
	s.Gateways("ApiKey a", vault.Gateway{Refusal: http.StatusForbidden, RefusalBody: map[string]any{"detail": map[string]string{"code": "access_denied"}}})
	if status, body := ask(s, "POST", "/api/gateways/llms/resolve", "ApiKey a"); status != 403 || body != `{"detail":{"code":"access_denied"}}` {
		t.Errorf("refusal: %d %s", status, body)
	}
	s.Reset()
	if status, _ := ask(s, "POST", "/api/gateways/llms/resolve", "ApiKey a"); status != 404 {
		t.Errorf("after reset: %d", status)
	}
}

func TestACredentialThatIsNotKnownAnyMore(t *testing.T) {
	s := vault.New()
	s.Set("ApiKey a", nil)
	s.Break(vault.Status401)
	if status, body := ask(s, "GET", "/secrets/", "ApiKey a"); status != 401 || body != `{"detail":"Unauthorized"}` {
		t.Errorf("401: %d %s", status, body)
	}
}
