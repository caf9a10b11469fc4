package resolve_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/edition"
	"github.com/agenta-ai/conform/subjects/reference/gate"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
	"github.com/agenta-ai/conform/subjects/reference/resolve"
)

// TestRevision resolves by the revision of 2026-07-14.
func TestRevision(t *testing.T) {
	e, err := edition.Of("2026-07-14")
	if err != nil {
		t.Fatal(err)
	}
	const gateway = `"provider":{"key":"sk-1","url":"https://gw.example/v1"},"models":[{"slug":"m"}]`
	slugged := `{"kind":"custom_provider","slug":"gw-1","header":{"name":"Team gateway"},"data":{"kind":"custom",` + gateway + `}}`
	at := func(url string) string { return custom("custom", "gw", `"provider":{"key":"sk-1","url":"`+url+`"}`) }
	named := func(rest string) string { return `{"model":"m"` + rest + `,"connection":{"slug":"gw"}}` }
	for _, tc := range []struct{ name, records, harness, llm, provider, deployment, class string }{
		{"no vendor, none stated", custom("custom", "gw", gateway), "pi_core", named(""), "openai", "custom", ""},
		{"no vendor, its kind stated", custom("custom", "gw", gateway), "pi_core", named(`,"provider":"custom"`), "openai", "custom", ""},
		{"no vendor, another family", custom("custom", "gw", gateway), "pi_core", named(`,"provider":"groq"`), "", "", refusal.UnsupportedProvider},
		{"no vendor, on claude", custom("custom", "gw", gateway), "claude", named(`,"provider":"anthropic"`), "anthropic", "custom", ""},
		{"no vendor and none stated, on claude", custom("custom", "gw", gateway), "claude", named(""), "", "", refusal.UnsupportedProvider},
		{"no vendor, on codex", custom("custom", "gw", gateway), "codex", named(""), "", "", refusal.UnsupportedDeployment},
		{"known family", custom("openrouter", "gw", gateway), "pi_core", named(""), "openrouter", "direct", ""},
		{"by slug", slugged, "pi_core", `{"model":"m","connection":{"slug":"gw-1"}}`, "openai", "custom", ""},
		{"not by the header's name", slugged, "pi_core", `{"model":"m","connection":{"slug":"Team gateway"}}`, "", "", refusal.ConnectionNotFound},
		{"nothing stored", "", "pi_core", `"openai/x"`, "", "", refusal.ConnectionNotFound},
		{"no key", custom("openai", "gw", `"provider":{"url":"https://gw.example"}`), "pi_core", `"openai/x"`, "", "", refusal.MissingCredential},
		{"no address", custom("custom", "gw", `"provider":{"key":"sk-1"}`), "pi_core", named(""), "", "", refusal.EndpointResolution},
		{"plain http", at("http://gw.example/v1"), "pi_core", named(""), "", "", refusal.EndpointResolution},
		{"private address", at("https://10.1.2.3/v1"), "pi_core", named(""), "", "", refusal.EndpointResolution},
		{"loopback", at("https://localhost:8443"), "pi_core", named(""), "", "", refusal.EndpointResolution},
		{"userinfo", at("https://u:p@gw.example"), "pi_core", named(""), "", "", refusal.EndpointResolution},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ref, err := modelref.Parse(json.RawMessage(tc.llm))
			if err != nil {
				t.Fatal(err)
			}
			table := capability.NewTable(e)
			r := resolve.Resolver{Vault: &shelf{records: tc.records}, Gate: gate.New(table), Table: table, Edition: e}
			conn, err := r.Resolve(t.Context(), resolve.Request{Ref: ref, Harness: tc.harness})
			var refused *refusal.Error
			class := ""
			if errors.As(err, &refused) {
				class = refused.Class
			}
			if class != tc.class || conn.Provider != tc.provider || conn.Deployment != tc.deployment {
				t.Errorf("got %v, %v", conn, err)
			}
		})
	}
}
