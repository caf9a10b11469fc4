package catalog

import "strings"

// Provider is one built-in provider.
type Provider struct {
	ID           string
	DefaultModel string // what Pi starts with when it picks this provider
	// Env lists what in the environment alone makes the provider available:
	// alternatives, in the order in which Pi looks for a key, each a variable or
	// several joined by "+".
	Env []string

	api, baseURL string
	models       string // one line each
}

func newProvider(head, models string) Provider {
	col := strings.Split(head, "\t")
	p := Provider{ID: col[0], DefaultModel: col[1], api: col[3], baseURL: col[4], models: strings.TrimSuffix(models, "\n")}
	if col[2] != "" {
		p.Env = strings.Split(col[2], " ")
	}
	return p
}

// Models expands all models of the provider in catalogue order.
func (p Provider) Models() []Model {
	models := make([]Model, 0, strings.Count(p.models, "\n")+1)
	for line := range strings.SplitSeq(p.models, "\n") {
		models = append(models, p.parse(line))
	}
	return models
}

// Model expands one model by its id.
func (p Provider) Model(id string) (Model, bool) {
	for line := range strings.SplitSeq(p.models, "\n") {
		if strings.HasPrefix(line, id) && strings.HasPrefix(line[len(id):], "\t") {
			return p.parse(line), true
		}
	}
	return Model{}, false
}

// First expands the provider's first model, from which custom models inherit.
func (p Provider) First() Model {
	line, _, _ := strings.Cut(p.models, "\n")
	return p.parse(line)
}
