package companion_test

import (
	"os"
	"testing"

	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/subjects/mutants"
)

// Every shipped mutant compiles: one that does not would be "killed" by the
// compiler.
func TestShippedMutantsCompile(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program for each mutant")
	}
	store, err := companion.Open(companion.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := mutants.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		overlay, err := m.Overlay(os.DirFS(store.Module()))
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := store.Mutated(t.Context(), companion.Binary(m.Binary), overlay); err != nil {
			t.Errorf("mutant %s: %v", m.Name, err)
		}
	}
}
