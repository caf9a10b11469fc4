package cli_test

import (
	"os/exec"
	"strings"
	"testing"
)

// allowed says which packages of ours a part of the tree may import, as
// docs/architecture.md tells it. A name stands for itself and what is below it.
// The first entry that fits a package counts.
func allowed() [][2]string {
	const seen = "evidence fakes subjects/protocol" // what evidence is made of
	return [][2]string{
		{"cmd/conform", "internal/cli"},
		{"internal/cli", "contract evidence fakes/providers internal matrix reports subjects/agenta subjects/mutants subjects/protocol subjects/skeleton suites verdict"},
		{"contract", ""},
		{"subjects/protocol", "subjects/protocol"},
		{"subjects/reference", "subjects/reference"},
		{"subjects/mutants", ""},
		{"subjects/agenta", ""},
		{"subjects/skeleton", ""},
		{"fakes", "fakes"},
		{"matrix", "contract internal/nearest"},
		{"evidence/runrequest", ""},
		{"evidence", "evidence/runrequest fakes subjects/protocol"},
		{"verdict/known", "contract evidence internal/nearest subjects/protocol verdict"},
		{"verdict", "contract evidence"},
		{"suites", "contract matrix verdict " + seen},
		{"reports", "contract verdict reports " + seen},
		{"internal/scenario", "matrix internal/world " + seen},
		{"internal/world", "internal/world internal/seal internal/tempdir " + seen},
		{"internal/subjectcheck", "internal/world " + seen},
		{"internal/docker", "internal/docker internal/world internal/seal " + seen},
		{"internal/engine", "evidence verdict"},
		{"internal/verify", "contract internal/tempdir internal/verify verdict " + seen},
		{"internal/pidist/addversion", "fakes/pi internal/pidist internal/verify/play"},
		{"internal/pidist", "fakes/pi/catalog internal/filelock internal/cachedir"},
		{"internal", "internal/filelock internal/cachedir"},
	}
}

func TestDataGoesOneWay(t *testing.T) {
	const module = "github.com/agenta-ai/conform/"
	out, err := exec.Command("go", "list", "-e", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := 0
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name, ours := strings.CutPrefix(words[0], module)
		if !ours {
			continue
		}
		packages++
		may, known := "", false
		for _, rule := range allowed() {
			if known = within(name, rule[0]); known {
				may = rule[1]
				break
			}
		}
		if !known {
			t.Errorf("%s: the table does not say what it may import", name)
		}
	imports:
		for _, path := range words[1:] {
			imported, ours := strings.CutPrefix(path, module)
			if !ours {
				continue
			}
			for _, top := range strings.Fields(may) {
				if within(imported, top) {
					continue imports
				}
			}
			t.Errorf("%s imports %s", name, imported)
		}
	}
	if packages < 20 {
		t.Errorf("only %d packages were seen", packages)
	}
}

func within(path, top string) bool {
	return path == top || strings.HasPrefix(path, top+"/")
}
