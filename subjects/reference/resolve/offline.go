package resolve

import (
	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/secret"
)

// Offline resolves without a platform, for programs that use the agents as a
// library: Lookup says where keys come from.
type Offline struct {
	Lookup func(variable string) (string, bool)
}

// ProcessEnv takes keys from an environment.
func ProcessEnv(lookup func(variable string) (string, bool)) Offline { return Offline{Lookup: lookup} }

// Static takes keys from a fixed set of variables.
func Static(vars map[string]string) Offline {
	return Offline{Lookup: func(variable string) (string, bool) {
		value, ok := vars[variable]
		return value, ok
	}}
}

// Resolve gives the key of the provider's own variable, or a connection without
// a credential.
func (o Offline) Resolve(ref modelref.Ref) Connection {
	conn := runtimeProvided(ref)
	name, ok := OfflineVar(capability.Kind(ref.Provider))
	if !ok {
		return conn
	}
	if text, _ := o.Lookup(name); text != "" {
		conn.CredentialMode = ModeEnv
		conn.Env[name] = secret.New(text)
	}
	return conn
}

// OfflineVar gives the variable in which the offline resolvers look for a
// provider's key.
func OfflineVar(provider string) (string, bool) { return envvars.Name(provider) }
