package mutants_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/agenta-ai/conform/subjects/mutants"
)

const good = `# a comment
gap: 1
about: says the wrong thing
kills: RES-3 GATE-4

-- a.go --
<<<<
	one()
====
	two()
>>>>
<<<<
	three()
====
>>>>
-- b.go --
<<<<
b
====
c
>>>>
`

func load(t *testing.T, text string) (mutants.Mutant, error) {
	t.Helper()
	all, err := mutants.Load(fstest.MapFS{"m.txt": {Data: []byte(text)}})
	if err != nil {
		return mutants.Mutant{}, err
	}
	return all[0], nil
}

func TestOverlay(t *testing.T) {
	m, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "m" || m.Gap != "1" || m.Binary != "reference" || len(m.Kills) != 2 || len(m.Edits) != 3 {
		t.Errorf("got %+v", m)
	}
	got, err := m.Overlay(fstest.MapFS{
		"a.go": {Data: []byte("x\n\tone()\ny\n\tthree()\nz\n")},
		"b.go": {Data: []byte("b\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if string(got["a.go"]) != "x\n\ttwo()\ny\nz\n" || string(got["b.go"]) != "c\n" {
		t.Errorf("got %q", got)
	}
}

func TestOverlayWantsTheTextOnce(t *testing.T) {
	m, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"nothing\n":            "mutant m: the text it replaces is not in a.go",
		"\tone()\n\n\tone()\n": "mutant m: the text it replaces is 2 times in a.go",
	} {
		_, err := m.Overlay(fstest.MapFS{"a.go": {Data: []byte(text)}})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v", text, err)
		}
	}
	if _, err := m.Overlay(fstest.MapFS{}); err == nil {
		t.Error("a missing file goes unnoticed")
	}
}

func TestLoadRefusesMalformedFiles(t *testing.T) {
	for name, text := range map[string]string{
		"no header":       "-- a --\n<<<<\na\n====\nb\n>>>>\n",
		"no edit":         "gap: 1\nabout: x\n",
		"unknown header":  "gap: 1\nabuot: x\n",
		"no file":         "gap: 1\nabout: x\n<<<<\na\n====\nb\n>>>>\n",
		"not closed":      "gap: 1\nabout: x\n-- a --\n<<<<\na\n====\nb\n",
		"no divider":      "gap: 1\nabout: x\n-- a --\n<<<<\na\n>>>>\n",
		"empty old":       "gap: 1\nabout: x\n-- a --\n<<<<\n====\nb\n>>>>\n",
		"same halves":     "gap: 1\nabout: x\n-- a --\n<<<<\na\n====\na\n>>>>\n",
		"text in between": "gap: 1\nabout: x\n-- a --\nwords\n",
	} {
		if m, err := load(t, text); err == nil {
			t.Errorf("%s: read as %+v", name, m)
		}
	}
}
