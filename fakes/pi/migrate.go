package pi

import (
	"fmt"
	"os"
	"path/filepath"
)

// migrate moves what earlier versions kept elsewhere, and says so.
func (h *host) migrate() {
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
