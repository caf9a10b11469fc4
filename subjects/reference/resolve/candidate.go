package resolve

import (
	"slices"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

// candidate is one record that could be the connection.
type candidate struct {
	record *vault.Record
	name   string // identity
	kind   string // in lower case
	family string // vendor of the models on this harness; "" for kind custom
	custom bool   // a custom_provider record
}

func candidates(records []vault.Record, harness capability.Harness, slugs bool) []candidate {
	out := make([]candidate, 0, len(records))
	for i := range records {
		r := &records[i]
		c := candidate{
			record: r, name: r.Header.Name, kind: capability.Kind(r.Data.Kind), custom: r.Kind == vault.CustomProvider,
		}
		if slugs && r.Slug != "" {
			c.name = r.Slug
		}
		c.family = capability.Family(c.kind)
		if provider, ok := harness.CloudProvider(c.kind); ok {
			c.family = provider
		}
		out = append(out, c)
	}
	return out
}

// lists says whether the record names the model, in any of the spellings that
// the platform stores.
func (c candidate) lists(model string) bool {
	if model == "" {
		return false
	}
	for _, m := range c.record.Data.Models {
		if m.Slug == model || c.kind+"/"+m.Slug == model || m.Slug == c.kind+"/"+model {
			return true
		}
	}
	return slices.Contains(c.record.Data.ModelKeys, model)
}

// declares says whether the record lists the id in that very spelling.
func (c candidate) declares(model string) bool {
	return slices.ContainsFunc(c.record.Data.Models, func(m vault.Model) bool { return m.Slug == model })
}

// selects gives the bare id that a model of an object with a connection stands
// for: a stored key loses slug and kind, <kind>/<id> loses the kind, and an id
// that the record lists as it is stays whole.
func (c candidate) selects(model string) string {
	if c.declares(model) {
		return model
	}
	for _, slug := range []string{c.record.Data.ProviderSlug, c.name} {
		if id, ok := strings.CutPrefix(model, slug+"/"+c.kind+"/"); ok && slug != "" {
			return id
		}
	}
	if id, ok := strings.CutPrefix(model, c.kind+"/"); ok {
		return id
	}
	return model
}
