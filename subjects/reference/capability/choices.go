package capability

// Group is a labelled group of choices.
type Group struct {
	Label   string   `json:"label"`
	Choices []Choice `json:"choices"`
}

// Choice is one value of llm.model.
type Choice struct {
	Label    string `json:"label"`
	Value    string `json:"value"` // as a plain string: provider/id
	Provider string `json:"provider"`
}

// Choices are the static choices of llm.model in the configuration schema: the
// built-in models, grouped by provider.
func (h Harness) Choices() []Group {
	var groups []Group
	for _, provider := range h.Providers {
		group := Group{Label: provider}
		for _, id := range h.Models[provider] {
			group.Choices = append(group.Choices, Choice{Label: id, Value: provider + "/" + id, Provider: provider})
		}
		if len(group.Choices) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}
