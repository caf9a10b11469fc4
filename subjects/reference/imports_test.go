package reference_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImportsNothingOfTheHarness holds the rule that the reference and the
// harness cannot share a mistake: outside the standard library, the reference
// may import its own packages only.
func TestImportsNothingOfTheHarness(t *testing.T) {
	const own = "github.com/agenta-ai/conform/subjects/reference"
	out, err := exec.Command("go", "list", "-deps", "-test", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, path := range strings.Fields(string(out)) {
		if !strings.HasPrefix(path, own) && !strings.HasPrefix(path, "[") {
			t.Errorf("the reference depends on %s", path)
		}
	}
}
