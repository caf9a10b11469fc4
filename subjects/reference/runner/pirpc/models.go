package pirpc

// Model is a model as Pi names it.
type Model struct {
	Provider string `json:"provider"`
	ID       string `json:"id"`
	BaseURL  string `json:"baseUrl"` // "" where Pi does not say
}

// SetModel chooses the model of the session. A model that Pi does not offer is
// a *RefusedError.
func (c *Client) SetModel(provider, id string) error {
	return c.call("set_model", map[string]any{"provider": provider, "modelId": id}, nil)
}

// Models lists the models that Pi offers: those with a credential.
func (c *Client) Models() ([]Model, error) {
	var data struct {
		Models []Model `json:"models"`
	}
	err := c.call("get_available_models", nil, &data)
	return data.Models, err
}

// Current is the model of the session.
func (c *Client) Current() (Model, error) {
	var data struct {
		Model Model `json:"model"`
	}
	err := c.call("get_state", nil, &data)
	return data.Model, err
}
