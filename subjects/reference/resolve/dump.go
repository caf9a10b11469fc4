package resolve

import (
	"context"
	"fmt"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/secret"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

// Dump gives the keys of all plain provider keys of a project.
//
// The platform has deprecated it: no run uses it, because a run gets one connection and no more. It
// stays for programs that were written before connections existed.
func Dump(ctx context.Context, from Lister, authorization string) (map[string]secret.Value, error) {
	records, err := from.List(ctx, authorization)
	if err != nil {
		return nil, fmt.Errorf("dump the vault: %w", err)
	}
	env := map[string]secret.Value{}
	for _, r := range records {
		name, ok := DumpVar(capability.Kind(r.Data.Kind))
		if _, taken := env[name]; ok && !taken && r.Kind == vault.ProviderKey && !r.Data.Provider.Key.Empty() {
			env[name] = r.Data.Provider.Key
		}
	}
	return env, nil
}

// DumpVar gives the variable under which the dump shows a provider's key.
func DumpVar(provider string) (string, bool) { return envvars.Name(provider) }
