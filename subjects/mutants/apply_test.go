package mutants_test

import (
	"os"
	"testing"

	"github.com/agenta-ai/conform/subjects/mutants"
)

// The shipped mutants fit the sources as they are now.
func TestShippedMutantsApply(t *testing.T) {
	all, err := mutants.All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 6 {
		t.Errorf("%d mutants", len(all))
	}
	for _, m := range all {
		if _, err := m.Overlay(os.DirFS("../..")); err != nil {
			t.Error(err)
		}
		if len(m.Kills) == 0 {
			t.Errorf("mutant %s names no clause that has to notice it", m.Name)
		}
	}
}
