package mutants

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Mutant is one deliberate fault.
type Mutant struct {
	Name  string // of its file
	Gap   string // the gap of the contract that it reopens, or a word such as "field"
	About string // one line: what is wrong
	// Edition is the one in which alone the fault shows; empty if it shows in each
	// that has the clauses.
	Edition string
	Binary  string   // which companion carries it; "reference" if the file says nothing
	Kills   []string // the clauses that have to notice it
	Edits   []Edit
}

// Edit replaces a text in one file.
type Edit struct {
	File string // below the module, with slashes
	Old  string // occurs exactly once
	New  string
}

// Load reads all mutants of a folder, sorted by name.
func Load(dir fs.FS) ([]Mutant, error) {
	names, err := fs.Glob(dir, "*.txt")
	if err != nil {
		return nil, err
	}
	var all []Mutant
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("read mutant: %w", err)
		}
		m, err := parse(strings.TrimSuffix(path.Base(name), ".txt"), string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// Overlay gives the files of the module as they are with the fault.
func (m Mutant) Overlay(module fs.FS) (map[string][]byte, error) {
	files := map[string]string{}
	for _, e := range m.Edits {
		text, ok := files[e.File]
		if !ok {
			raw, err := fs.ReadFile(module, e.File)
			if err != nil {
				return nil, fmt.Errorf("mutant %s: %w", m.Name, err)
			}
			text = string(raw)
		}
		switch n := strings.Count(text, e.Old); n {
		case 1:
			files[e.File] = strings.Replace(text, e.Old, e.New, 1)
		case 0:
			return nil, fmt.Errorf("mutant %s: the text it replaces is not in %s: %s", m.Name, e.File, firstLine(e.Old))
		default:
			return nil, fmt.Errorf("mutant %s: the text it replaces is %d times in %s: %s", m.Name, n, e.File, firstLine(e.Old))
		}
	}
	overlay := map[string][]byte{}
	for name, text := range files {
		overlay[name] = []byte(text)
	}
	return overlay, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\n"), "\n")
	return fmt.Sprintf("%q", strings.TrimSpace(line))
}
