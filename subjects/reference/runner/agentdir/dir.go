package agentdir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Spec is what one run needs in its folder.
type Spec struct {
	Temp     string // folder below which the new one is made
	Operator string // the operator's own folder; "" copies nothing of it
	Login    bool   // the operator's login entries are part of the run
	Provider string // the resolved provider, as Pi calls it
	Variable string // the variable that carries its key; "" if the run has none
	Model    string // the id that was asked for, if any
	BuiltIn  bool   // Pi knows that id by itself
	BaseURL  string // address of a custom connection

	Skills             []Skill
	SystemPrompt       string
	AppendSystemPrompt string
}

// Skill is one skill of the run.
type Skill struct{ Name, Content string }

// File is one file of a private folder.
type File struct {
	Name    string // below the folder, with slashes
	Content []byte
}

// Files gives what a private folder holds, wherever it will lie. Each file is
// for the run's own user only.
func Files(spec Spec) ([]File, error) {
	c := &content{}
	for _, part := range []func(Spec) error{c.auth, c.models, c.settings, c.extension, c.prompts, c.skills} {
		if err := part(spec); err != nil {
			return nil, fmt.Errorf("fill the private agent folder: %w", err)
		}
	}
	return c.files, nil
}

// content is a folder that is being thought out.
type content struct{ files []File }

func (c *content) write(name string, text []byte) error {
	c.files = append(c.files, File{name, text})
	return nil
}

func (c *content) writeJSON(name string, doc any) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // an address or a login entry stays as it was written
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return c.write(name, text.Bytes())
}

// Dir is one private folder on this machine.
type Dir struct{ path string }

// Create makes the folder with everything in it. When anything cannot be
// written, nothing is left and the run must not go on: Pi would fall back to
// some default of its own.
func Create(spec Spec) (*Dir, error) {
	files, err := Files(spec)
	if err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(spec.Temp, "agenta-pi-agentdir-*") // 0700
	if err != nil {
		return nil, fmt.Errorf("make a private agent folder: %w", err)
	}
	d := &Dir{path: path}
	for _, f := range files {
		if err := d.write(f); err != nil {
			d.Remove()
			return nil, fmt.Errorf("fill the private agent folder: %w", err)
		}
	}
	return d, nil
}

// Path is where the folder is.
func (d *Dir) Path() string { return d.path }

// Remove deletes the folder and all that Pi left in it.
func (d *Dir) Remove() error { return os.RemoveAll(d.path) }

// write puts a file into the folder, readable by the runner's own user only.
func (d *Dir) write(file File) error {
	path := filepath.Join(d.path, filepath.FromSlash(file.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(file.Content)
	if bad := f.Close(); err == nil {
		err = bad
	}
	return err
}
