package config

import "github.com/agenta-ai/conform/fakes/pi/catalog"

// StartModel picks the model of a new session when neither the command line nor
// a scope names one: the saved default, else the default model of the first
// provider in Pi's own order that has auth, else the first available model.
func StartModel(r *Registry, s *Settings) (catalog.Model, bool) {
	if provider, id := s.Text("defaultProvider"), s.Text("defaultModel"); provider != "" && id != "" {
		if m, ok := r.Find(provider, id); ok && (!r.persona.DefaultNeedsAuth || r.HasAuth(provider)) {
			return m, true
		}
	}
	for _, id := range r.catalog.StartOrder() {
		if !r.HasAuth(id) {
			continue
		}
		p, _ := r.catalog.Provider(id)
		if m, ok := r.Find(id, p.DefaultModel); ok {
			return m, true
		}
	}
	if models := r.Available(); len(models) > 0 {
		return models[0], true
	}
	return catalog.Model{}, false
}
