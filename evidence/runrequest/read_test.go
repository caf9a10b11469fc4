package runrequest_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence/runrequest"
	"github.com/google/go-cmp/cmp"
)

func text(s string) *string { return &s }

func TestRead(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want runrequest.Request
	}{
		"flat": {
			`{"harness":"pi_core","sandbox":"local","model":"anthropic/x","provider":"openrouter","deployment":"direct","credentialMode":"env",
			  "secrets":{"OPENROUTER_API_KEY":"k","A":"1"},"endpoint":{"baseUrl":"https://gw/v1"},"connection":{"mode":"agenta","slug":"main"}}`,
			runrequest.Request{
				Shape: runrequest.Flat, Harness: "pi_core", Sandbox: "local", Model: text("anthropic/x"), Provider: "openrouter", Deployment: "direct",
				CredentialMode: "env", Endpoint: &runrequest.Endpoint{BaseURL: "https://gw/v1"}, Choice: &runrequest.Choice{Mode: "agenta", Slug: "main"},
				Credentials: []runrequest.Credential{
					{Name: "A", Role: "unstated", Value: "1", Path: "secrets.A"},
					{Name: "OPENROUTER_API_KEY", Role: "unstated", Value: "k", Path: "secrets.OPENROUTER_API_KEY"},
				},
			},
		},
		"nothing resolved": {`{"harness":"pi_core","sandbox":"local"}`, runrequest.Request{
			Shape: runrequest.Flat, Harness: "pi_core", Sandbox: "local", Credentials: []runrequest.Credential{},
		}},
		"model connection": {
			`{"harness":"pi_core","sandbox":"local","model":"openrouter/anthropic/x","modelConnection":{"provider":"openrouter","deployment":"direct",
			  "credentialMode":"env","credentials":[{"binding":{"kind":"environment","name":"OPENROUTER_API_KEY"},"value":"k","usage":"opaque_http"}],
			  "environment":{"AWS_REGION":"eu"}}}`,
			runrequest.Request{
				Shape: runrequest.Connection, Harness: "pi_core", Sandbox: "local", Model: text("anthropic/x"), Written: "openrouter/anthropic/x",
				Provider: "openrouter", Deployment: "direct", CredentialMode: "env", Credentials: []runrequest.Credential{
					{Name: "OPENROUTER_API_KEY", Role: "secret", Usage: "opaque_http", Value: "k", Path: "modelConnection.credentials[0].value"},
					{Name: "AWS_REGION", Role: "setting", Value: "eu", Path: "modelConnection.environment.AWS_REGION"},
				},
			},
		},
		"claude's model is bare": {
			`{"harness":"claude","sandbox":"local","model":"anthropic/x","modelConnection":{"provider":"anthropic","deployment":"vertex_ai","credentialMode":"runtime_provided"}}`,
			runrequest.Request{
				Shape: runrequest.Connection, Harness: "claude", Sandbox: "local", Model: text("anthropic/x"), Provider: "anthropic",
				Deployment: "vertex", CredentialMode: "runtime_provided", Credentials: []runrequest.Credential{},
			},
		},
		"gateway": {
			`{"harness":"pi_core","sandbox":"local","model":"openai/m","modelConnection":{"provider":"openai","deployment":"direct","credentialMode":"none",
			  "credentials":[],"gatewayCredentials":{"header":"X-AG-Credentials","value":"g"},"endpoint":{"baseUrl":"http://p/api/gateways/llms/standard/openai/v1"}}}`,
			runrequest.Request{
				Shape: runrequest.Gateway, Harness: "pi_core", Sandbox: "local", Model: text("m"), Written: "openai/m", Provider: "openai", Deployment: "direct",
				CredentialMode: "none", Endpoint: &runrequest.Endpoint{BaseURL: "http://p/api/gateways/llms/standard/openai/v1"},
				Credentials: []runrequest.Credential{{Name: "X-AG-Credentials", Role: "gateway", Value: "g", Path: "modelConnection.gatewayCredentials.value"}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := runrequest.Read(test.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for body, want := range map[string]string{
		"":                                   "no JSON object",
		"[]":                                 "no JSON object",
		"null":                               "no JSON object",
		`{"model":7}`:                        "members of other types",
		`{"secrets":{"A":{}}}`:               "members of other types",
		`{"modelConnection":{"provider":1}}`: "members of other types",
	} {
		if _, err := runrequest.Read(body); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
}

func TestGatewayHeaderIsNoVariable(t *testing.T) {
	r, err := runrequest.Read(`{"modelConnection":{"gatewayCredentials":{"header":"H","value":"v"},"credentials":[{"binding":{"name":"K"},"value":"k"}]}}`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"K": "k"}, r.Variables()); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"harness":"pi_core","model":"openai/x","modelConnection":{"provider":"openai","credentials":[{"binding":{"name":"K"},"value":"k"}]}}`)
	f.Add(`{"secrets":{"A":"b"}}`)
	f.Fuzz(func(t *testing.T, body string) {
		r, err := runrequest.Read(body)
		if err == nil && r.Shape == "" {
			t.Error("a request without a shape")
		}
	})
}
