package resolve_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/edition"
	"github.com/agenta-ai/conform/subjects/reference/gate"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
	"github.com/agenta-ai/conform/subjects/reference/resolve"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

// shelf is a vault of records written as JSON, or a failure.
type shelf struct {
	records string
	err     error
	reads   int
}

func (s *shelf) List(context.Context, string) ([]vault.Record, error) {
	s.reads++
	if s.err != nil {
		return nil, s.err
	}
	var records []vault.Record
	err := json.Unmarshal([]byte("["+s.records+"]"), &records)
	return records, err
}

func key(kind, name, k string) string {
	return `{"kind":"provider_key","header":{"name":"` + name + `"},"data":{"kind":"` + kind + `","provider":{"key":"` + k + `"}}}`
}

func custom(kind, name, rest string) string {
	return `{"kind":"custom_provider","header":{"name":"` + name + `"},"data":{"kind":"` + kind + `","provider_slug":"` + name + `",` + rest + `}}`
}

const (
	orURL   = `"provider":{"key":"sk-or","url":"http://gw/v1","version":"2"},"models":[{"slug":"acme/x"}],"model_keys":["gw/openrouter/acme/x"]`
	keyOnly = `"provider":{"key":"sk-1"}`
)

func ask(t *testing.T, s *shelf, harness, llm string) (resolve.Connection, error) {
	t.Helper()
	ref, err := modelref.Parse(json.RawMessage(llm))
	if err != nil {
		t.Fatal(err)
	}
	table := capability.NewTable(edition.Plan())
	r := resolve.Resolver{Vault: s, Gate: gate.New(table), Table: table}
	return r.Resolve(t.Context(), resolve.Request{Ref: ref, Harness: harness, Authorization: "ApiKey a"})
}

func TestResolve(t *testing.T) {
	down := &vault.ReadError{Status: 500, Text: "the vault answered HTTP 500"}
	type env = map[string]string
	for _, tc := range []struct {
		name, harness, vault, llm        string
		err                              error
		provider, model, deployment, url string
		env                              env
	}{
		{name: "plain key", vault: key("openai", "k", "sk-1"), llm: `"openai/gpt-4o"`,
			provider: "openai", model: "gpt-4o", deployment: "direct", env: env{"OPENAI_API_KEY": "sk-1"}},
		{name: "provider travels as stated", vault: key("openai", "k", "sk-1"), llm: `"OpenAI/gpt-4o"`,
			provider: "OpenAI", model: "gpt-4o", deployment: "direct", env: env{"OPENAI_API_KEY": "sk-1"}},
		{name: "named custom", vault: custom("openrouter", "gw", orURL), llm: `{"model":"acme/x","connection":{"slug":"gw"}}`,
			provider: "openrouter", model: "acme/x", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "kind in another case", vault: custom("OpenRouter", "gw", orURL), llm: `{"model":"acme/x","connection":{"slug":"gw"}}`,
			provider: "openrouter", model: "acme/x", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "stored model key", vault: custom("openrouter", "gw", orURL), llm: `{"model":"gw/openrouter/acme/x","connection":{"slug":"gw"}}`,
			provider: "openrouter", model: "acme/x", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "kind in front of the id", vault: custom("openrouter", "gw", orURL), llm: `{"model":"openrouter/b","provider":"openrouter","connection":{"slug":"gw"}}`,
			provider: "openrouter", model: "b", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "default custom by provider, id not listed", vault: custom("openrouter", "gw", orURL), llm: `"openrouter/other"`,
			provider: "openrouter", model: "other", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "default custom by model", vault: custom("openrouter", "gw", orURL) + "," + key("openai", "k", "sk-1"), llm: `{"model":"acme/x","extras":{}}`,
			provider: "openrouter", model: "acme/x", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "kind custom with a stated provider; listed id stays whole",
			vault: custom("custom", "gw", `"provider":{"extras":{"api_key":"sk-c"},"url":"http://gw/v1"},"models":[{"slug":"openai/gpt-oss-20b"}]`),
			llm:   `{"model":"openai/gpt-oss-20b","provider":"openai","connection":{"slug":"gw"}}`,
			url:   "http://gw/v1", provider: "openai", model: "openai/gpt-oss-20b", deployment: "direct", env: env{"OPENAI_API_KEY": "sk-c"}},
		{name: "record's family comes before what the id suggests", vault: custom("openrouter", "gw", orURL), llm: `{"model":"claude-x","connection":{"slug":"gw"}}`,
			provider: "openrouter", model: "claude-x", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "mistral matches mistralai", vault: custom("mistralai", "m", keyOnly), llm: `"mistral/codestral-latest"`,
			provider: "mistral", model: "codestral-latest", deployment: "direct", env: env{"MISTRAL_API_KEY": "sk-1"}},
		{name: "mistralai travels as stored", vault: custom("mistralai", "m", keyOnly), llm: `{"model":"a","connection":{"slug":"m"}}`,
			provider: "mistralai", model: "a", deployment: "direct", env: env{"MISTRAL_API_KEY": "sk-1"}},
		{name: "together", vault: key("together_ai", "t", "sk-t"), llm: `"together_ai/a/b"`,
			provider: "together_ai", model: "a/b", deployment: "direct", env: env{"TOGETHER_API_KEY": "sk-t"}},
		{name: "together key as an extra; junk and wrong spelling dropped",
			vault: custom("together_ai", "t", `"provider":{"extras":{"TOGETHER_API_KEY":"sk-t","TOGETHERAI_API_KEY":"old","NODE_OPTIONS":"-r x","OPENAI_API_KEY":"y","aws_region_name":"r"}}`),
			llm:   `"together_ai/a"`, provider: "together_ai", model: "a", deployment: "direct", env: env{"TOGETHER_API_KEY": "sk-t"}},
		{name: "claude alias", harness: "claude", vault: key("anthropic", "a", "sk-a"), llm: `"sonnet"`,
			provider: "anthropic", model: "sonnet", deployment: "direct", env: env{"ANTHROPIC_API_KEY": "sk-a"}},
		{name: "anthropic record on claude", harness: "claude", vault: custom("anthropic", "a", `"provider":{"key":"sk-a","url":"http://a"}`), llm: `{"model":"claude-x","connection":{"slug":"a"}}`,
			provider: "anthropic", model: "claude-x", deployment: "direct", url: "http://a", env: env{"ANTHROPIC_API_KEY": "sk-a"}},
		{name: "bedrock on claude", harness: "claude", vault: custom("bedrock", "b", `"provider":{"key":"sk-b","extras":{"aws_region_name":"eu-1"}}`), llm: `{"model":"m","connection":{"slug":"b"}}`,
			provider: "anthropic", model: "m", deployment: "bedrock", env: env{"AWS_BEARER_TOKEN_BEDROCK": "sk-b", "AWS_REGION": "eu-1"}},
		{name: "vertex_ai on claude", harness: "claude", vault: custom("vertex_ai", "v", `"provider":{"key":"unused","extras":{"vertex_ai_project":"p","vertex_ai_location":"l","vertex_ai_credentials":"c"}}`), llm: `{"model":"m","connection":{"slug":"v"}}`,
			provider: "anthropic", model: "m", deployment: "vertex", env: env{"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": "l", "GOOGLE_APPLICATION_CREDENTIALS": "c"}},
		{name: "kind custom on claude, a Claude id supplies the vendor", harness: "claude", vault: custom("custom", "c", keyOnly), llm: `{"model":"claude-x","connection":{"slug":"c"}}`,
			provider: "anthropic", model: "claude-x", deployment: "direct", env: env{"ANTHROPIC_API_KEY": "sk-1"}},
		{name: "several, one named default", vault: key("openai", "a", "1") + "," + key("openai", "default", "2"), llm: `"openai/x"`,
			provider: "openai", model: "x", deployment: "direct", env: env{"OPENAI_API_KEY": "2"}},
		{name: "several, one lists the model", vault: key("openrouter", "default", "1") + "," + custom("openrouter", "gw", orURL), llm: `"openrouter/acme/x"`,
			provider: "openrouter", model: "acme/x", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "twins narrowed by model", vault: custom("openai", "gw", keyOnly) + "," + custom("openrouter", "gw", orURL), llm: `{"model":"acme/x","connection":{"slug":"gw"}}`,
			provider: "openrouter", model: "acme/x", deployment: "direct", url: "http://gw/v1", env: env{"OPENROUTER_API_KEY": "sk-or"}},
		{name: "nothing asked for, one record", vault: key("openai", "k", "sk-1"), llm: ``,
			provider: "openai", deployment: "direct", env: env{"OPENAI_API_KEY": "sk-1"}},
		{name: "tolerance: empty vault", llm: `"openai/x"`, provider: "openai", model: "x", deployment: "direct"},
		{name: "tolerance: record without a key", vault: key("openai", "k", " "), llm: `"openai/x"`, provider: "openai", model: "x", deployment: "direct"},
		{name: "tolerance: vault down", err: down, llm: `"openai/x"`, provider: "openai", model: "x", deployment: "direct"},
		{name: "harness outside the table", harness: "zzz", vault: key("openai", "k", "sk-1"), llm: `"openai/x"`,
			provider: "openai", model: "x", deployment: "direct", env: env{"OPENAI_API_KEY": "sk-1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.harness == "" {
				tc.harness = "pi_core"
			}
			got, err := ask(t, &shelf{records: tc.vault, err: tc.err}, tc.harness, tc.llm)
			if err != nil {
				t.Fatal(err)
			}
			plain := env{}
			for name, v := range got.Env {
				plain[name] = v.Reveal()
			}
			mode := "env"
			if tc.env == nil {
				mode, tc.env = "runtime_provided", env{}
			}
			if got.Provider != tc.provider || got.Model != tc.model || got.Deployment != tc.deployment ||
				got.Endpoint.BaseURL != tc.url || got.CredentialMode != mode || !maps.Equal(plain, tc.env) {
				t.Errorf("got %s at %q env %v", got, got.Endpoint.BaseURL, plain)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	down := &vault.ReadError{Text: "down"}
	for _, tc := range []struct {
		name, harness, vault, llm, class, stage string
		err                                     error
		status, reads                           int
	}{
		{"unreachable provider, before the vault", "pi_core", "", `"cohere/x"`, refusal.UnsupportedProvider, "gate", nil, 422, 0},
		{"model key as plain text", "pi_core", custom("openrouter", "gw", orURL), `"gw/openrouter/acme/x"`, refusal.UnsupportedProvider, "gate", nil, 422, 0},
		{"unknown name", "pi_core", key("openai", "k", "1"), `{"model":"x","connection":{"slug":"y"}}`, refusal.ConnectionNotFound, "resolve", nil, 422, 1},
		{"twins", "pi_core", custom("openai", "k", keyOnly) + "," + custom("openai", "k", keyOnly), `{"model":"x","connection":{"slug":"k"}}`, refusal.AmbiguousConnection, "resolve", nil, 422, 1},
		{"several and none preferred", "pi_core", key("openai", "a", "1") + "," + key("openai", "b", "2"), `"openai/x"`, refusal.AmbiguousConnection, "resolve", nil, 422, 1},
		{"other vendor", "pi_core", key("anthropic", "k", "1"), `{"model":"x","provider":"openai","connection":{"slug":"k"}}`, refusal.ProviderMismatch, "resolve", nil, 422, 1},
		{"bare id that nothing lists", "pi_core", key("openai", "k", "1"), `"gpt-unknown"`, refusal.MissingProvider, "resolve", nil, 422, 1},
		{"kind custom without a vendor", "pi_core", custom("custom", "c", keyOnly), `{"model":"claude-x","connection":{"slug":"c"}}`, refusal.MissingProvider, "resolve", nil, 422, 1},
		{"named without a key", "pi_core", key("openai", "k", ""), `{"model":"x","connection":{"slug":"k"}}`, refusal.MissingCredential, "resolve", nil, 422, 1},
		{"vault down, named", "pi_core", "", `{"model":"x","provider":"openai","connection":{"slug":"k"}}`, refusal.ConnectionResolution, "resolve", down, 502, 1},
		{"vault down, no provider", "pi_core", "", `"x"`, refusal.ConnectionResolution, "resolve", down, 502, 1},
		{"azure on Pi", "pi_core", custom("azure", "c", keyOnly), `{"model":"x","connection":{"slug":"c"}}`, refusal.UnsupportedDeployment, "gate", nil, 422, 1},
		{"bedrock on Pi without a key", "pi_agenta", custom("bedrock", "c", `"provider":{}`), `{"model":"x","connection":{"slug":"c"}}`, refusal.UnsupportedDeployment, "gate", nil, 422, 1},
		{"cloud record found by its model is not softened", "pi_core", custom("vertex_ai", "c", `"provider":{},"models":[{"slug":"x"}]`), `"x"`, refusal.UnsupportedDeployment, "gate", nil, 422, 1},
		{"cohere record", "pi_core", custom("cohere", "c", keyOnly), `{"model":"x","connection":{"slug":"c"}}`, refusal.UnsupportedProvider, "resolve", nil, 422, 1},
		{"sagemaker record", "claude", custom("sagemaker", "c", keyOnly), `{"model":"x","connection":{"slug":"c"}}`, refusal.UnsupportedProvider, "resolve", nil, 422, 1},
		{"openai record on claude", "claude", custom("openai", "c", keyOnly), `{"model":"x","connection":{"slug":"c"}}`, refusal.UnsupportedProvider, "gate", nil, 422, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &shelf{records: tc.vault, err: tc.err}
			_, err := ask(t, s, tc.harness, tc.llm)
			var r *refusal.Error
			if !errors.As(err, &r) || r.Class != tc.class || r.Stage != tc.stage || r.Status != tc.status || s.reads != tc.reads {
				t.Errorf("got %#v after %d reads", err, s.reads)
			}
		})
	}
}

func TestSelfManagedReadsNothing(t *testing.T) {
	s := &shelf{records: key("openai", "k", "1")}
	got, err := ask(t, s, "pi_core", `{"model":"x","provider":"openai","connection":{"mode":"self_managed"}}`)
	if err != nil || s.reads != 0 || got.CredentialMode != "runtime_provided" || len(got.Env) != 0 {
		t.Errorf("got %v, %v after %d reads", got, err, s.reads)
	}
}
