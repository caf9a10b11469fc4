package vault_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/direct"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

func TestListSendsTheCallersCredential(t *testing.T) {
	var got *http.Request
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Write([]byte(`[{"kind":"provider_key","data":{"kind":"openai","provider":{"key":"k"}},"header":{"name":"a"}},
			{"kind":"sso_provider","data":{}}, null, {"kind":"custom_provider","data":7},
			{"kind":"custom_provider","header":{"name":"b"},"data":{"kind":"custom","provider":{"url":null,"extras":{"api_key":"x","n":1}},"models":[{"slug":"m"}]}}]`))
	}))
	defer srv.Close()
	records, err := vault.NewClient(srv.URL+"/api/", direct.NewClient(0)).List(t.Context(), "ApiKey abc")
	if err != nil {
		t.Fatal(err)
	}
	if got.Method != "GET" || got.URL.String() != "/api/secrets/" || got.Header.Get("Authorization") != "ApiKey abc" {
		t.Errorf("request was %s %s with %q", got.Method, got.URL, got.Header.Get("Authorization"))
	}
	if len(records) != 2 {
		t.Fatalf("%d records, want the provider_key and the whole custom_provider", len(records))
	}
	if x := records[1].Data.Provider.Extras; len(x) != 1 || x["api_key"].Reveal() != "x" {
		t.Errorf("extras = %v", x)
	}
}

func TestListFailures(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status int
		body   string
	}{
		{"server error", 500, "[]"}, {"forbidden", 403, `{"detail":"no"}`}, {"empty 204", 204, ""},
		{"redirect", 302, ""}, {"object", 200, `{"secrets":[]}`}, {"html", 200, "<html>"},
		{"null", 200, "null"}, {"cut list", 200, `[{"kind":"provi`}, {"empty body", 200, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tc.status == 302 {
					w.Header().Set("Location", "/elsewhere")
				}
				w.WriteHeader(tc.status)
				w.Write([]byte(tc.body))
			}))
			defer srv.Close()
			_, err := vault.NewClient(srv.URL, direct.NewClient(0)).List(t.Context(), "")
			var read *vault.ReadError
			if !errors.As(err, &read) || read.Status != tc.status {
				t.Errorf("err = %v, want a ReadError with status %d", err, tc.status)
			}
		})
	}
	t.Run("closed connection", func(t *testing.T) {
		srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
		defer srv.Close()
		if _, err := vault.NewClient(srv.URL, direct.NewClient(0)).List(t.Context(), ""); err == nil {
			t.Error("no error")
		}
	})
}
