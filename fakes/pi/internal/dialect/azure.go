package dialect

import (
	"errors"
	"fmt"
	neturl "net/url"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// azure is OpenAI's responses API as Azure has it: another way to say who asks, an
// address that may come from the environment, and names of deployments in the
// place of models.
type azure struct{ responses }

const azureAPI = "azure-openai-responses"

func (azure) request(c *Call) (string, wire.Header, any) {
	var h wire.Header
	stainless(&h, c, "AzureOpenAI/JS", c.Persona.OpenAI)
	h.Set("api-key", c.Key)
	common(&h)
	body := responsesBody(c)
	body.Model = c.deployment()
	version := c.variable("AZURE_OPENAI_API_VERSION")
	if version == "" {
		version = "v1"
	}
	return "/responses?api-version=" + neturl.QueryEscape(version), h, body
}

func (azure) refusal(c *Call, r refused) string {
	v, raw := sdkBody(r.body)
	text := sdkError(r.status, v.Get("error"), raw)
	if payload := v.Get("error"); c.Persona.WholeErrors && payload.Kind() == jsval.Object {
		text = payload.JSON()
	}
	return fmt.Sprintf("Azure OpenAI API error (%d): %s", r.status, text)
}

func (c *Call) variable(name string) string {
	if c.Env == nil {
		return ""
	}
	return c.Env(name)
}

// deployment is the name under which Azure has the model: its own, unless a list of
// "model=name" says otherwise.
func (c *Call) deployment() string {
	name := c.Model.ID
	for pair := range strings.SplitSeq(c.variable("AZURE_OPENAI_DEPLOYMENT_NAME_MAP"), ",") {
		id, deployed, _ := strings.Cut(strings.TrimSpace(pair), "=")
		deployed, _, _ = strings.Cut(deployed, "=")
		if id != "" && deployed != "" && strings.TrimSpace(id) == c.Model.ID {
			name = strings.TrimSpace(deployed)
		}
	}
	return name
}

// base is the address below which the model is asked.
func (c *Call) base() (string, error) {
	if c.Model.API != azureAPI {
		return c.Model.BaseURL, nil
	}
	base := strings.TrimSpace(c.variable("AZURE_OPENAI_BASE_URL"))
	if name := c.variable("AZURE_OPENAI_RESOURCE_NAME"); base == "" && name != "" {
		base = "https://" + name + ".openai.azure.com/openai/v1"
	}
	if base == "" {
		base = c.Model.BaseURL
	}
	if base == "" {
		return "", errors.New("Azure OpenAI base URL is required. Set AZURE_OPENAI_BASE_URL or AZURE_OPENAI_RESOURCE_NAME, or pass azureBaseUrl, azureResourceName, or model.baseUrl.")
	}
	u, err := neturl.Parse(strings.TrimRight(strings.TrimSpace(base), "/"))
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("Invalid Azure OpenAI base URL: %s", base)
	}
	host := u.Hostname()
	own := strings.HasSuffix(host, ".openai.azure.com") || strings.HasSuffix(host, ".cognitiveservices.azure.com") || strings.HasSuffix(host, ".ai.azure.com")
	switch strings.TrimRight(u.Path, "/") {
	case "", "/openai", "/openai/v1/responses":
		if own {
			u.Path, u.RawQuery = "/openai/v1", ""
		}
	}
	return strings.TrimRight(u.String(), "/"), nil
}
