package config

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// Registry knows all models, built-in and custom, and who may use them. Once
// set up it is safe for concurrent use.
type Registry struct {
	persona persona.Personality
	catalog catalog.Catalog
	env     Env
	auth    *Auth
	path    string
	custom  atomic.Pointer[custom]
	flagKey map[string]string // provider to the key of --api-key

	mu    sync.Mutex
	known map[string]bool // which providers are available, where that takes resolving
}

// NewRegistry reads models.json of the agent folder.
func NewRegistry(dir string, p persona.Personality, c catalog.Catalog, auth *Auth, env Env) *Registry {
	r := &Registry{
		persona: p, catalog: c, env: env, auth: auth,
		path: filepath.Join(dir, "models.json"), flagKey: map[string]string{}, known: map[string]bool{},
	}
	r.Reload()
	return r
}

// Reload reads models.json again, as a new session does.
func (r *Registry) Reload() {
	c, err := loadModels(r.path, r.persona, r.catalog)
	if err != nil {
		c.problem = err
	}
	r.mu.Lock()
	clear(r.known)
	r.mu.Unlock()
	r.custom.Store(&c)
}

// Problem is what is wrong with models.json, in Pi's words.
func (r *Registry) Problem() error { return r.custom.Load().problem }

// Unusable is why auth.json leaves no model at all, nil if it does not.
func (r *Registry) Unusable() error {
	return r.auth.Unusable(func(provider string) bool { return r.source(provider).exists() })
}

// ReadFailure is why a provider that there is cannot be looked up in auth.json,
// nil if it can.
func (r *Registry) ReadFailure(provider string) error {
	if !r.source(provider).exists() {
		return nil
	}
	return r.auth.readFailure(provider)
}

// custom settings of one provider, undefined if there are none.
func (r *Registry) overrides(provider string) jsval.Value {
	return r.custom.Load().providers.Get(provider)
}

// UseAuth replaces what auth.json says.
func (r *Registry) UseAuth(auth *Auth) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.auth = auth
	clear(r.known)
}

// UseKey makes key the credential of the provider, above all others.
func (r *Registry) UseKey(provider, key string) {
	r.flagKey[provider] = key
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, provider)
}

// HasAuth reports whether the provider's models are available. Without a model
// runtime, whether its key resolves is not asked: that comes out at the first
// request. With one, it is asked once.
func (r *Registry) HasAuth(provider string) bool {
	if r.persona.Runtime {
		r.mu.Lock()
		defer r.mu.Unlock()
		has, asked := r.known[provider]
		if !asked {
			has = r.configured(r.source(provider))
			r.known[provider] = has
		}
		return has
	}
	if r.flagKey[provider] != "" || r.auth.Has(provider) || r.envKey(provider) != "" {
		return true
	}
	key := r.overrides(provider).Get("apiKey")
	return key.Kind() == jsval.String && len(missing(key.String(), r.env)) == 0
}

// OAuth reports whether the provider is used by a login.
func (r *Registry) OAuth(provider string) bool { return r.auth.OAuth(provider) }

// Available lists the models whose provider has auth: the built-in ones in
// catalogue order, then the custom ones in the order of the file.
func (r *Registry) Available() []catalog.Model { return r.list(r.HasAuth) }

// All lists all models.
func (r *Registry) All() []catalog.Model { return r.list(func(string) bool { return true }) }

func (r *Registry) list(wanted func(provider string) bool) []catalog.Model {
	models := []catalog.Model{}
	for _, p := range r.catalog.Providers() {
		if wanted(p.ID) {
			models = append(models, r.builtin(p)...)
		}
	}
	custom := r.custom.Load()
	for _, id := range custom.order {
		if wanted(id) {
			models = append(models, custom.composed[id]...)
		}
	}
	for _, m := range custom.models {
		if !wanted(m.Provider) {
			continue
		}
		if i := slices.IndexFunc(models, func(o catalog.Model) bool { return Same(o, m) }); i >= 0 {
			models[i] = m
		} else {
			models = append(models, m)
		}
	}
	return models
}

// Find finds a model, available or not.
func (r *Registry) Find(provider, id string) (catalog.Model, bool) {
	for _, m := range r.list(func(p string) bool { return p == provider }) {
		if m.ID == id {
			return m, true
		}
	}
	return catalog.Model{}, false
}

// Same reports whether two models are the same choice.
func Same(a, b catalog.Model) bool { return a.Provider == b.Provider && a.ID == b.ID }

// builtin expands a built-in provider and applies what models.json overrides.
func (r *Registry) builtin(p catalog.Provider) []catalog.Model {
	if models, ok := r.custom.Load().composed[p.ID]; ok {
		return slices.Clone(models)
	}
	models := p.Models()
	if r.persona.Runtime {
		return models
	}
	over := r.overrides(p.ID)
	if over.Kind() == jsval.Undefined {
		return models
	}
	for i := range models {
		m := &models[i]
		m.BaseURL = first(over.Get("baseUrl").String(), m.BaseURL)
		m.Compat = merged(m.Compat, over.Get("compat"))
		patch(m, over.Get("modelOverrides").Get(m.ID))
	}
	return models
}

// ambient stands for credentials that Pi leaves to a cloud's own library.
const ambient = "<authenticated>"

// envKey returns the key that the environment holds for a provider.
func (r *Registry) envKey(provider string) string {
	p, ok := r.catalog.Provider(provider)
	if !ok {
		return ""
	}
	for _, name := range p.Env {
		if value := r.env(name); value != "" && provider != "amazon-bedrock" {
			return value
		}
	}
	switch {
	case provider == "amazon-bedrock" && anyOf(p.Env, r.env):
		return ambient
	case provider == "google-vertex" && vertex(r.env):
		return ambient
	}
	return ""
}

// anyOf reports whether one of the alternatives is set, each one variable or
// several joined by "+".
func anyOf(alternatives []string, env Env) bool {
	return slices.ContainsFunc(alternatives, func(names string) bool {
		return len(missing("$"+join(names), env)) == 0
	})
}

// join turns "A+B" into "A$B", so that both become references of one value.
func join(names string) string {
	out := []byte(names)
	for i := range out {
		if out[i] == '+' {
			out[i] = '$'
		}
	}
	return string(out)
}

// vertex reports whether Google's application default credentials are there.
func vertex(env Env) bool {
	if env("GOOGLE_CLOUD_LOCATION") == "" || first(env("GOOGLE_CLOUD_PROJECT"), env("GCLOUD_PROJECT")) == "" {
		return false
	}
	path := first(env("GOOGLE_APPLICATION_CREDENTIALS"),
		filepath.Join(env("HOME"), ".config", "gcloud", "application_default_credentials.json"))
	_, err := os.Stat(path)
	return err == nil
}
