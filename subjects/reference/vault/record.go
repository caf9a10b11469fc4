package vault

import (
	"encoding/json"

	"github.com/agenta-ai/conform/subjects/reference/secret"
)

// The kinds of record that hold a connection.
const (
	ProviderKey    = "provider_key"
	CustomProvider = "custom_provider"
)

// Record is one stored secret, as the list route serves it.
type Record struct {
	Kind   string `json:"kind"`
	Slug   string `json:"slug"`
	Header Header `json:"header"`
	Data   Data   `json:"data"`
}

// Header is what people call a record.
type Header struct {
	Name string `json:"name"`
}

// Data is the connection that a record holds.
type Data struct {
	Kind         string   `json:"kind"`
	Provider     Provider `json:"provider"`
	Models       []Model  `json:"models"`
	ProviderSlug string   `json:"provider_slug"`
	ModelKeys    []string `json:"model_keys"`
}

// Provider is the credential and the address of a connection.
type Provider struct {
	Key     secret.Value `json:"key"`
	URL     string       `json:"url"`
	Version string       `json:"version"`
	Extras  Extras       `json:"extras"`
}

// Model is one model that a record lists.
type Model struct {
	Slug string `json:"slug"`
}

// Extras are further settings of a connection. Only texts are kept: nothing
// else can become a variable.
type Extras map[string]secret.Value

// UnmarshalJSON keeps the members that are strings.
func (e *Extras) UnmarshalJSON(raw []byte) error {
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		return err
	}
	*e = make(Extras, len(members))
	for name, member := range members {
		if text, ok := member.(string); ok {
			(*e)[name] = secret.New(text)
		}
	}
	return nil
}
