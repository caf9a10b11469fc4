package resolve

import (
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/secret"
)

// project gives the variables of one record: those of its own family and no
// others.
func project(picked candidate, provider string) map[string]secret.Value {
	if capability.Cloud(picked.kind) {
		return projectCloud(picked)
	}
	env := map[string]secret.Value{}
	if name, ok := envvars.Name(capability.Kind(provider)); ok {
		if key := keyOf(picked, name); !key.Empty() {
			env[name] = key
		}
	}
	return env
}

func projectCloud(picked candidate) map[string]secret.Value {
	env := map[string]secret.Value{}
	surface := capability.Surface(picked.kind)
	for extra, value := range picked.record.Data.Provider.Extras {
		if name, ok := envvars.Extra(surface, extra); ok && !value.Empty() {
			env[name] = value
		}
	}
	if name, ok := envvars.Bearer(surface); ok {
		if key := keyOf(picked, name); !key.Empty() {
			env[name] = key
		}
	}
	return env
}

// keyOf gives the key of a record: the member of that name, else the place
// where the platform's own form stores it, else an extra that is the variable.
func keyOf(picked candidate, variable string) secret.Value {
	p := picked.record.Data.Provider
	for _, key := range []secret.Value{p.Key, p.Extras["api_key"], p.Extras[variable]} {
		if !key.Empty() {
			return key
		}
	}
	return secret.Value{}
}

func authenticates(env map[string]secret.Value) bool {
	for name := range env {
		if envvars.Credential(name) {
			return true
		}
	}
	return false
}

// secretVariable says whether a variable's value must not be shown. A profile
// and a place are names.
func secretVariable(name string) bool {
	return envvars.Credential(name) && !strings.HasSuffix(name, "_PROFILE")
}
