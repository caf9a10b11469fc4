package shape

import "encoding/json"

// Catalog is the harness capability document.
type Catalog struct {
	Harnesses []Harness `json:"harnesses"`
}

// Harness is one entry of it.
type Harness struct {
	Key             string              `json:"key"`
	Providers       []string            `json:"providers"`
	Deployments     []string            `json:"deployments"`
	ConnectionModes []string            `json:"connection_modes"`
	ModelSelection  string              `json:"model_selection"`
	Models          map[string][]string `json:"models"`
	ModelChoices    []OptionGroup       `json:"model_choices,omitempty"`
}

// PickerQuery asks for a picker's options.
type PickerQuery struct {
	Credential string `json:"credential"`
	Harness    string `json:"harness"`
	Provider   string `json:"provider,omitempty"`
}

// Picker is what the user would be offered.
type Picker struct {
	Groups      []OptionGroup `json:"groups"`
	Connections []Option      `json:"connections"`
	Entries     []PickerEntry `json:"entries"`
}

// PickerEntry is one vault record as the picker holds it.
type PickerEntry struct {
	Type     string   `json:"type"`
	Name     string   `json:"name"`
	Provider string   `json:"provider"`
	Title    string   `json:"title"`
	Models   []string `json:"models,omitempty"`
}

// OptionGroup is a labelled group of options.
type OptionGroup struct {
	Label   string   `json:"label"`
	Options []Option `json:"options"`
}

// Option is one choice.
type Option struct {
	Label    string          `json:"label"`
	Value    string          `json:"value"`
	Source   string          `json:"source,omitempty"`
	Slug     string          `json:"slug,omitempty"`
	Provider string          `json:"provider,omitempty"`
	LLM      json.RawMessage `json:"llm,omitempty"`
}

// Envmap is every copy of the provider-to-variable map.
type Envmap struct {
	Copies  []EnvCopy `json:"copies"`
	Cleared []string  `json:"cleared"`
}

// EnvCopy is one copy of it.
type EnvCopy struct {
	Name string            `json:"name"`
	Vars map[string]string `json:"vars"`
}
