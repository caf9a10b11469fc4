package agentdir

type modelsDocument struct {
	Providers map[string]provider `json:"providers"`
}

type provider struct {
	BaseURL string  `json:"baseUrl,omitempty"`
	API     string  `json:"api,omitempty"`
	APIKey  string  `json:"apiKey,omitempty"`
	Models  []model `json:"models,omitempty"`
}

type model struct {
	ID string `json:"id"`
}

// models writes models.json when Pi needs to be taught: an address, or an id
// that it does not know. Without an address, dialect and address are left to
// Pi, so that the request goes where Pi itself would send it.
func (c *content) models(spec Spec) error {
	unknown := spec.Model != "" && !spec.BuiltIn
	if spec.BaseURL == "" && !unknown {
		return nil
	}
	p := provider{BaseURL: spec.BaseURL}
	if spec.BaseURL != "" {
		p.API = dialect(spec.Provider)
	}
	if spec.Variable != "" {
		p.APIKey = reference(spec.Variable)
	}
	if spec.Model != "" {
		p.Models = []model{{ID: spec.Model}}
	}
	return c.writeJSON("models.json", modelsDocument{Providers: map[string]provider{spec.Provider: p}})
}

// dialect is what a custom address of a provider speaks.
func dialect(provider string) string {
	if provider == "anthropic" {
		return "anthropic-messages"
	}
	return "openai-completions"
}
