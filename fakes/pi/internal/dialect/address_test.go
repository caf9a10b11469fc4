package dialect

import (
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// What becomes of an address with a query, as the client libraries of each
// version have it.
func TestAddress(t *testing.T) {
	t.Parallel()
	const azurePath, chat, messages = "/responses?api-version=v1", "/chat/completions", "/v1/messages?beta=true"
	for _, c := range []struct{ version, api, base, path, want string }{
		{"0.87.1", "openai-completions", "http://h/v1/", chat, "http://h/v1/chat/completions"},
		{"0.80.6", "openai-completions", "http://h/v1?tag=1", chat, "http://h/v1?tag=1/chat/completions"},
		{"0.87.1", "openai-completions", "http://h/v1?tag=1", chat, "http://h/v1?tag=1%2Fchat%2Fcompletions"},
		{"0.80.6", azureAPI, "http://h/", azurePath, "http://h/responses?api-version=v1"},
		{"0.80.6", azureAPI, "http://h/?tag=1", azurePath, "http://h/?api-version=v1"},
		{"0.87.1", azureAPI, "http://h/?tag=1", azurePath, "http://h/?tag=1%2Fresponses&api-version=v1"},
		{"0.87.1", "anthropic-messages", "http://h", messages, "http://h/v1/messages?beta=true"},
		{"0.87.1", "anthropic-messages", "http://h/?tag=1", messages, "http://h/?tag=1%2Fv1%2Fmessages%3Fbeta%3Dtrue"},
		{"0.87.1", "google-generative-ai", "http://h/?tag=1", "/x:y?alt=sse", "http://h/?tag=1/x:y?alt=sse"},
	} {
		p, err := persona.Of(c.version)
		if err != nil {
			t.Fatal(err)
		}
		call := &Call{Persona: p, Model: catalog.Model{API: c.api}}
		if got := call.address(c.base, c.path); got != c.want {
			t.Errorf("%s %s: %s%s becomes %s, want %s", c.version, c.api, c.base, c.path, got, c.want)
		}
	}
}
