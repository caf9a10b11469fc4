package dialect

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// Instructions that are younger than the conversation stand where they came into
// it, if the model may be told so, and before everything otherwise.
func TestLaterInstructions(t *testing.T) {
	t.Parallel()
	p, err := persona.Of("0.87.1")
	if err != nil {
		t.Fatal(err)
	}
	conversation := []chat.Message{
		&chat.User{Role: "user", Content: []chat.Block{chat.NewText("earlier")}},
		&chat.System{Role: "system", Sections: json.RawMessage(`{"preamble":"Be brief."}`)},
		&chat.User{Role: "user", Content: []chat.Block{chat.NewText("now")}},
	}
	const update = `Updated system prompt section \"preamble\":\n\nBe brief.`
	for _, c := range []struct {
		api, compat string
		want        []string // parts of the body, in their order
		lacks       string
	}{
		{"openai-responses", `{}`, []string{`"All of it."`, "earlier", "now", `"tools":[{`}, update},
		{"openai-responses", `{"supportsMidConvoSystemMessages":true}`, []string{"earlier", update, "now", `"tools":[{`}, "All of it."},
		{"openai-responses", `{"supportsMidConvoSystemMessages":true,"supportsAdditionalTools":true}`, []string{"earlier", "additional_tools", update, "now"}, "All of it."},
		{"openai-completions", `{"supportsMidConvoSystemMessages":true}`, []string{"earlier", update, "now", `"tools":[{`}, "All of it."},
		{"openai-completions", `{"supportsMidConvoSystemMessages":true,"supportsMidConvoToolAdditions":true}`, []string{"earlier", `{"role":"system","tools":[{`, update, "now"}, "All of it."},
		{"anthropic-messages", `{}`, []string{"earlier", "now", "All of it."}, update},
		{"anthropic-messages", `{"supportsMidConvoSystemMessages":true}`, []string{"earlier", "now", update, `"tools":[{`}, "All of it."},
	} {
		call := &Call{
			Persona: p, Model: catalog.Model{API: c.api, ID: "m", MaxTokens: 10, Compat: json.RawMessage(c.compat)}, Thinking: "off",
			System: "All of it.", Messages: conversation, History: conversation, Tools: []Tool{{Name: "read", Parameters: json.RawMessage(`{}`)}},
		}
		_, _, content := speakerOf(c.api).request(call)
		body, err := encode(content)
		if err != nil {
			t.Fatal(err)
		}
		rest := string(body)
		for _, part := range c.want {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("%s %s: no %s in its place in %s", c.api, c.compat, part, body)
				break
			}
			rest = after
		}
		if strings.Contains(string(body), c.lacks) {
			t.Errorf("%s %s: %s in %s", c.api, c.compat, c.lacks, body)
		}
	}
}

func TestAzure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env         map[string]string
		url         string
		base, model string
	}{
		{nil, "http://h/x/", "http://h/x", "m"},
		{map[string]string{"AZURE_OPENAI_RESOURCE_NAME": "r"}, "", "https://r.openai.azure.com/openai/v1", "m"},
		{map[string]string{"AZURE_OPENAI_BASE_URL": "https://a.ai.azure.com/openai?x=1", "AZURE_OPENAI_RESOURCE_NAME": "r"}, "", "https://a.ai.azure.com/openai/v1", "m"},
		{map[string]string{"AZURE_OPENAI_DEPLOYMENT_NAME_MAP": "other=o, m = mine"}, "http://h", "http://h", "mine"},
		{nil, "", "Azure OpenAI base URL is required. Set AZURE_OPENAI_BASE_URL or AZURE_OPENAI_RESOURCE_NAME, or pass azureBaseUrl, azureResourceName, or model.baseUrl.", "m"},
		{nil, "no address", "Invalid Azure OpenAI base URL: no address", "m"},
	} {
		call := &Call{Model: catalog.Model{API: azureAPI, ID: "m", BaseURL: c.url}, Key: "k", Env: func(name string) string { return c.env[name] }}
		base, err := call.base()
		if err != nil {
			base = err.Error()
		}
		path, header, body := azure{}.request(call)
		if base != c.base || path != "/responses?api-version=v1" || header.Get("api-key") != "k" || body.(responsesRequest).Model != c.model {
			t.Errorf("%v: %q, want %q; %s %v, model %s", c.env, base, c.base, path, header, body.(responsesRequest).Model)
		}
	}
}
