package pi

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// migrate moves what earlier versions kept elsewhere.
func (h *host) migrate() {
	h.migrateKeys()
	from, to := filepath.Join(h.agentDir, "commands"), filepath.Join(h.agentDir, "prompts")
	if info, err := os.Stat(from); err != nil || !info.IsDir() {
		return
	}
	if _, err := os.Stat(to); err == nil {
		return
	}
	if err := os.Rename(from, to); err != nil {
		h.journal.Note(err.Error())
		return
	}
	fmt.Fprintln(h.Stderr, "Migrated Global commands/ → prompts/")
}

// migrateKeys moves the keys of settings.json into auth.json, if there is none.
func (h *host) migrateKeys() {
	auth, settings := filepath.Join(h.agentDir, "auth.json"), filepath.Join(h.agentDir, "settings.json")
	if _, err := os.Stat(auth); err == nil {
		return
	}
	text, err := os.ReadFile(settings)
	if err != nil {
		return
	}
	root, err := jsval.Parse(string(text))
	keys := root.Get("apiKeys")
	if err != nil || keys.Kind() != jsval.Object {
		return
	}
	entries := jsval.Value{}
	for _, k := range keys.Members() {
		if k.Value.Kind() == jsval.String {
			entries = entries.With(k.Name, jsval.Value{}.With("type", jsval.Of("api_key")).With("key", k.Value))
		}
	}
	if err := os.WriteFile(auth, []byte(entries.JSON()), 0o600); err != nil {
		h.journal.Note(err.Error())
		return
	}
	if err := os.WriteFile(settings, []byte(root.Without("apiKeys").JSON()), 0o644); err != nil {
		h.journal.Note(err.Error())
	}
}
