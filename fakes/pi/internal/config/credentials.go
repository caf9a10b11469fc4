package config

import (
	"fmt"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// Header is one HTTP header.
type Header struct {
	Name, Value string
}

// Credentials returns the key and the additional headers for requests to a
// model. An empty key without an error means that there is none; the text of
// that error is the business of each dialect.
func (r *Registry) Credentials(m catalog.Model) (key string, headers []Header, err error) {
	if r.persona.Runtime {
		return r.resolveCredentials(m)
	}
	over := r.overrides(m.Provider)
	key, err = r.key(m.Provider, over)
	if err != nil {
		return "", nil, err
	}
	for name, value := range m.Headers {
		headers = append(headers, Header{name, value})
	}
	env := r.entryEnv(m.Provider)
	headers, err = appendHeaders(headers, over.Get("headers"), fmt.Sprintf("provider %q", m.Provider), env)
	if err == nil {
		headers, err = appendHeaders(headers, modelHeaders(over, m.ID, false), fmt.Sprintf("model %q", m.Provider+"/"+m.ID), env)
	}
	if err != nil {
		return "", nil, err
	}
	if over.Get("authHeader").Truthy() {
		if key == "" {
			return "", nil, fmt.Errorf("No API key found for %q", m.Provider)
		}
		headers = append(headers, Header{"Authorization", "Bearer " + key})
	}
	if key == "" && (r.persona.EnvBeatsModelsKey || !r.emptyKey(m.Provider)) {
		key = r.envKey(m.Provider) // where all else came to nothing, Pi's provider library looks again
	}
	return key, headers, nil
}

// key walks the places of a key in order. An entry in auth.json that does not
// resolve lets models.json speak, but not the environment.
func (r *Registry) key(provider string, over jsval.Value) (string, error) {
	if key := r.flagKey[provider]; key != "" {
		return key, nil
	}
	env := r.entryEnv(provider)
	key, ok, err := r.auth.key(provider, env)
	if ok || err != nil {
		return key, err
	}
	written := over.Get("apiKey").String()
	if fromEnv := r.envKey(provider); fromEnv != "" && (r.persona.EnvBeatsModelsKey || written == "") && !r.auth.opaque(provider) {
		return fromEnv, nil
	}
	if written == "" {
		return "", nil
	}
	return resolveOr(written, fmt.Sprintf("API key for provider %q", provider), env)
}

// emptyKey reports whether the provider's entry has a key that is no text at all.
func (r *Registry) emptyKey(provider string) bool {
	key := r.auth.entry(provider).Get("key")
	return key.Kind() == jsval.String && key.String() == ""
}

// entryEnv looks names up in the env object of the provider's entry first,
// where the version knows such objects.
func (r *Registry) entryEnv(provider string) Env {
	entry := r.auth.entry(provider)
	if !r.persona.EntryEnv || entry.Get("type").String() != "api_key" {
		return r.env
	}
	return entryEnv(entry, r.env)
}

// opaque reports whether the provider's entry is of a known type, which keeps
// Pi from looking at the environment.
func (a *Auth) opaque(provider string) bool {
	switch a.entry(provider).Get("type").String() {
	case "api_key", "oauth":
		return true
	default:
		return false
	}
}

// modelHeaders are the headers of a model's definition, of several the first or the
// last.
func modelHeaders(over jsval.Value, id string, first bool) jsval.Value {
	var headers jsval.Value
	for _, def := range over.Get("models").Items() {
		if def.Get("id").String() == id {
			headers = def.Get("headers")
			if first {
				break
			}
		}
	}
	if headers.Kind() == jsval.Undefined {
		headers = over.Get("modelOverrides").Get(id).Get("headers")
	}
	return headers
}

func appendHeaders(headers []Header, v jsval.Value, whose string, env Env) ([]Header, error) {
	for _, m := range v.Members() {
		value, err := resolveOr(m.Value.String(), fmt.Sprintf("%s header %q", whose, m.Name), env)
		if err != nil {
			return nil, err
		}
		headers = append(headers, Header{m.Name, value})
	}
	return headers, nil
}
