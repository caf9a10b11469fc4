package config

import (
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// source is where a provider's credential comes from in versions with a model
// runtime: its entry in auth.json if it has one, else what models.json or the
// environment has.
type source struct {
	id      string
	builtin catalog.Provider
	known   bool        // built in
	over    jsval.Value // what models.json says, undefined if nothing that holds
	entry   jsval.Value // of auth.json
}

func (r *Registry) source(provider string) source {
	s := source{id: provider, entry: r.auth.entry(provider)}
	s.builtin, s.known = r.catalog.Provider(provider)
	if c := r.custom.Load(); c.composed[provider] != nil || c.providers.Has(provider) && c.holds(provider) {
		s.over = c.providers.Get(provider)
	}
	if key := r.flagKey[provider]; key != "" {
		s.entry = jsval.Value{}.With("type", jsval.Of("api_key")).With("key", jsval.Of(key))
	}
	return s
}

// kind is the type of the entry, "" without one.
func (s source) kind() string { return s.entry.Get("type").String() }

// exists reports whether Pi has such a provider at all.
func (s source) exists() bool { return s.known || s.over.Kind() != jsval.Undefined }

// configured reports whether the provider's models are available: whether
// there is a credential, and for most kinds whether it resolves.
func (r *Registry) configured(s source) bool {
	if r.Unusable() != nil && r.flagKey[s.id] == "" || !s.exists() {
		return false
	}
	if s.kind() == "oauth" {
		return s.known && s.builtin.Login
	}
	raw := s.over.Get("apiKey")
	if s.over.Kind() == jsval.Undefined {
		found, _ := r.resolved(s)
		return found
	}
	switch {
	case s.kind() == "api_key":
		if r.entryKey(s) != "" {
			return !s.known || s.builtin.KeyNeeds != catalog.NoKey
		}
		_, found := r.inherited(s, "")
		return found
	case raw.Kind() == jsval.String && isCommand(raw.String()):
		return true // it is not run to find out
	case raw.Kind() == jsval.String:
		return len(missing(raw.String(), r.env)) == 0
	default:
		_, found := r.inherited(s, "")
		return found
	}
}

// resolved reports whether a credential is found when it is needed, and the
// key, which is empty where a cloud's own library has the credential. A found
// bearer token is returned as a header by Credentials.
func (r *Registry) resolved(s source) (found bool, key string) {
	switch {
	case s.kind() == "oauth":
		token, ok := r.auth.login(s.entry, s.builtin.Login)
		return ok, token
	case s.kind() == "api_key":
		key, found = r.inherited(s, r.entryKey(s))
		return found, key
	case s.entry.Truthy():
		return false, "" // it owns the provider, and is of no use
	default:
		key, found = r.inherited(s, "")
		return found, key
	}
}

// entryKey resolves the key of the provider's entry, "" if it does not.
func (r *Registry) entryKey(s source) string {
	key := s.entry.Get("key")
	if key.Kind() != jsval.String {
		return ""
	}
	if r.flagKey[s.id] != "" {
		return key.String() // --api-key is no template
	}
	out, _, err := r.auth.resolve(key, entryEnv(s.entry, r.env))
	if err != nil {
		return ""
	}
	return out
}

// inherited is what a provider makes of a key, or of none.
func (r *Registry) inherited(s source, key string) (string, bool) {
	if !s.known {
		return key, key != ""
	}
	env := entryEnv(s.entry, r.env)
	if key != "" {
		if s.builtin.KeyNeeds == catalog.NoKey {
			return "", false
		}
		return key, s.builtin.KeyNeeds == "" || len(missing("$"+join(s.builtin.KeyNeeds), env)) == 0
	}
	switch s.id {
	case "google-vertex":
		if key := env("GOOGLE_CLOUD_API_KEY"); key != "" {
			return key, true
		}
		return ambient, vertex(env)
	case "amazon-bedrock":
		if s.entry.Get("env").Get("AWS_PROFILE").String() != "" {
			return ambient, true
		}
		return ambient, anyOf(s.builtin.Env, r.env)
	}
	for _, names := range s.builtin.Env {
		first, _, _ := strings.Cut(names, "+")
		if len(missing("$"+join(names), r.env)) == 0 && strings.TrimSpace(r.env(first)) != "" {
			return r.env(first), true
		}
	}
	return "", false
}

// bearer is the variable with a token that goes into a header as it is.
const bearer = "ANTHROPIC_AUTH_TOKEN"

// resolveCredentials is Credentials for versions with a model runtime.
func (r *Registry) resolveCredentials(m catalog.Model) (key string, headers []Header, err error) {
	s := r.source(m.Provider)
	wrap := func(err error) error { return fmt.Errorf("API key auth failed for provider %s: %w", m.Provider, err) }
	found := false
	if raw := s.over.Get("apiKey"); raw.Kind() == jsval.String && !s.entry.Truthy() {
		if key, err = resolveOr(raw.String(), fmt.Sprintf("API key for provider %q", m.Provider), r.env); err != nil {
			return "", nil, wrap(err)
		}
		key, found = r.inherited(s, key)
	} else {
		found, key = r.resolved(s)
	}
	if !found {
		if s.kind() == "oauth" {
			return "", nil, fmt.Errorf("OAuth refresh failed for %s: fetch failed", m.Provider)
		}
		return "", nil, fmt.Errorf("Provider is not configured: %s", m.Provider)
	}
	env := entryEnv(s.entry, r.env)
	for name, value := range m.Headers {
		headers = append(headers, Header{name, value})
	}
	if m.Provider == "anthropic" && !s.entry.Truthy() && key != "" && key == r.env(bearer) && r.persona.BearerFromEnv {
		headers, key = append(headers, Header{"Authorization", "Bearer " + key}), ""
	}
	if headers, err = appendHeaders(headers, s.over.Get("headers"), fmt.Sprintf("provider %q", m.Provider), env); err != nil {
		return "", nil, wrap(err)
	}
	if s.over.Get("authHeader").Truthy() {
		if key == "" {
			return "", nil, wrap(fmt.Errorf("authHeader requires a resolved API key"))
		}
		headers = append(headers, Header{"Authorization", "Bearer " + key})
	}
	headers, err = appendHeaders(headers, modelHeaders(s.over, m.ID, true), fmt.Sprintf("model %q", m.Provider+"/"+m.ID), env)
	return key, headers, err
}

// entryEnv looks names up in an entry's env object first.
func entryEnv(entry jsval.Value, env Env) Env {
	own := entry.Get("env")
	if own.Kind() != jsval.Object {
		return env
	}
	return func(name string) string {
		if value := own.Get(name).String(); value != "" {
			return value
		}
		return env(name)
	}
}
