package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
)

// FlagModel finds the model that --model names, within the provider of
// --provider if that is not empty. Auth does not matter here. An id that a known
// provider does not list is taken over on the pattern of its other models, with
// a warning.
func FlagModel(provider, model, thinking string, r *Registry) (c Choice, warning string, err error) {
	models := r.All()
	inferred := false
	pattern := model
	switch known := knownProvider(provider, models); {
	case provider != "" && known == "":
		return c, "", fmt.Errorf("Unknown provider %q. Use --list-models to see available providers/models.", provider)
	case provider != "":
		provider = known
		if prefix := known + "/"; len(model) > len(prefix) && strings.EqualFold(model[:len(prefix)], prefix) {
			pattern = model[len(prefix):]
		}
	default:
		if head, tail, ok := strings.Cut(model, "/"); ok {
			if provider = knownProvider(head, models); provider != "" {
				pattern, inferred = tail, true
			}
		}
	}
	if provider == "" {
		m, ok, err := r.exactFlag(model, models)
		if ok || err != nil {
			return Choice{Model: m}, "", err
		}
	}
	candidates := models
	if provider != "" {
		candidates = slices.DeleteFunc(slices.Clone(models), func(m catalog.Model) bool { return m.Provider != provider })
	}
	if c, _, ok := r.choose(pattern, candidates, false); ok {
		return preferAuthenticated(c, model, inferred, models, r), "", nil
	}
	if inferred {
		if m, ok := firstExact(model, models); ok {
			return Choice{Model: m}, "", nil
		}
		if c, _, ok := r.choose(model, models, false); ok {
			return c, "", nil
		}
	}
	if provider == "" || len(candidates) == 0 {
		return c, "", fmt.Errorf("Model %q not found. Use --list-models to see available models.", model)
	}
	c = invented(pattern, thinking, candidates, r)
	return c, fmt.Sprintf("Model %q not found for provider %q. Using custom model id.", c.Model.ID, provider), nil
}

// knownProvider returns the spelling under which a provider has models.
func knownProvider(name string, models []catalog.Model) string {
	found := ""
	for _, m := range models {
		if strings.EqualFold(m.Provider, name) {
			found = m.Provider
		}
	}
	return found
}

// firstExact finds the first model that is called exactly so, whoever has it.
func firstExact(ref string, models []catalog.Model) (catalog.Model, bool) {
	for _, m := range models {
		if strings.EqualFold(m.ID, ref) || strings.EqualFold(m.Provider+"/"+m.ID, ref) {
			return m, true
		}
	}
	return catalog.Model{}, false
}

// exactFlag finds the model that is called exactly so. If several providers have
// one, older versions take the first; newer ones the only one with auth.
func (r *Registry) exactFlag(ref string, models []catalog.Model) (catalog.Model, bool, error) {
	m, ok := firstExact(ref, models)
	if !ok || !r.persona.AmbiguousIsAnError {
		return m, ok, nil
	}
	var names []string
	var usable []catalog.Model
	for _, m := range models {
		if strings.EqualFold(m.ID, ref) || strings.EqualFold(m.Provider+"/"+m.ID, ref) {
			names = append(names, m.Provider+"/"+m.ID)
			if r.HasAuth(m.Provider) {
				usable = append(usable, m)
			}
		}
	}
	switch {
	case len(names) == 1:
		return m, true, nil
	case len(usable) == 1:
		return usable[0], true, nil
	}
	slices.Sort(names)
	hint := "No matching provider is authenticated."
	if len(usable) > 1 {
		hint = "More than one matching provider is authenticated."
	}
	return m, false, fmt.Errorf("Model %q is ambiguous across providers: %s. %s Use --provider or provider/model.", ref, strings.Join(names, ", "), hint)
}

// preferAuthenticated handles a reference that is both "provider/id" of a
// provider without auth and the whole id of a model that somebody has auth for.
func preferAuthenticated(c Choice, ref string, inferred bool, models []catalog.Model, r *Registry) Choice {
	if !inferred || r.HasAuth(c.Model.Provider) {
		return c
	}
	var usable []catalog.Model
	for _, m := range models {
		if strings.EqualFold(m.ID, ref) && !Same(m, c.Model) && r.HasAuth(m.Provider) {
			usable = append(usable, m)
		}
	}
	if len(usable) == 1 {
		return Choice{Model: usable[0]}
	}
	return c
}

// invented is an unknown id on the pattern of the provider's default model.
func invented(pattern, thinking string, siblings []catalog.Model, r *Registry) Choice {
	c := Choice{Model: siblings[0]}
	if p, ok := r.catalog.Provider(siblings[0].Provider); ok {
		for _, m := range siblings {
			if m.ID == p.DefaultModel {
				c.Model = m
			}
		}
	}
	if thinking == "" {
		pattern, c.Thinking, _ = r.cutLevel(pattern)
	}
	c.Model.ID, c.Model.Name = pattern, pattern
	if wanted := first(thinking, c.Thinking); wanted != "" && wanted != "off" {
		c.Model.Reasoning = true
	}
	return c
}
