package agentdir

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// entry is a credential by reference: Pi reads the variable when it needs it.
type entry struct {
	Type string `json:"type"`
	Key  string `json:"key"`
}

// auth writes auth.json: the operator's login, in which the run's own entry
// takes the place of the login's entry for the same provider.
func (c *content) auth(spec Spec) error {
	entries := map[string]json.RawMessage{}
	if spec.Login {
		entries = login(spec.Operator)
	}
	delete(entries, spec.Provider)
	if spec.Variable != "" {
		own, err := json.Marshal(entry{Type: "api_key", Key: reference(spec.Variable)})
		if err != nil {
			return err
		}
		entries[spec.Provider] = own
	}
	return c.writeJSON("auth.json", entries)
}

// reference is how Pi's files name a variable.
func reference(variable string) string { return "$" + variable }

// login reads the operator's entries. A login that Pi could not read either
// counts as none.
func login(folder string) map[string]json.RawMessage {
	entries := map[string]json.RawMessage{}
	if folder == "" {
		return entries
	}
	content, err := os.ReadFile(filepath.Join(folder, "auth.json"))
	if err != nil || json.Unmarshal(content, &entries) != nil || entries == nil {
		return map[string]json.RawMessage{}
	}
	return entries
}

// LoginSecrets gives the credentials of the operator's login, for whoever
// redacts them. What is a reference or a command is no credential.
func LoginSecrets(folder string) []string {
	var secrets []string
	for _, raw := range login(folder) {
		var e struct{ Key, Access, Refresh string }
		if json.Unmarshal(raw, &e) != nil {
			continue
		}
		for _, s := range []string{e.Key, e.Access, e.Refresh} {
			if s != "" && s[0] != '$' && s[0] != '!' {
				secrets = append(secrets, s)
			}
		}
	}
	return secrets
}
