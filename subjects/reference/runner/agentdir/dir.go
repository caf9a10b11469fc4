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

// Dir is one private folder.
type Dir struct{ path string }

// Create makes the folder with everything in it. When anything cannot be
// written, nothing is left and the run must not go on: Pi would fall back to
// some default of its own.
func Create(spec Spec) (*Dir, error) {
	path, err := os.MkdirTemp(spec.Temp, "agenta-pi-agentdir-*") // 0700
	if err != nil {
		return nil, fmt.Errorf("make a private agent folder: %w", err)
	}
	d := &Dir{path: path}
	if err := d.fill(spec); err != nil {
		d.Remove()
		return nil, fmt.Errorf("fill the private agent folder: %w", err)
	}
	return d, nil
}

// Path is where the folder is.
func (d *Dir) Path() string { return d.path }

// Remove deletes the folder and all that Pi left in it.
func (d *Dir) Remove() error { return os.RemoveAll(d.path) }

func (d *Dir) fill(spec Spec) error {
	for _, part := range []func(Spec) error{d.auth, d.models, d.settings, d.extension, d.prompts, d.skills} {
		if err := part(spec); err != nil {
			return err
		}
	}
	return nil
}

// write puts a file into the folder, readable by the runner's own user only.
func (d *Dir) write(name string, content []byte) error {
	f, err := os.OpenFile(filepath.Join(d.path, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if bad := f.Close(); err == nil {
		err = bad
	}
	return err
}

func (d *Dir) writeJSON(name string, doc any) error {
	var content bytes.Buffer
	enc := json.NewEncoder(&content)
	enc.SetEscapeHTML(false) // an address or a login entry stays as it was written
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return d.write(name, content.Bytes())
}

func (d *Dir) mkdir(name string) error {
	return os.MkdirAll(filepath.Join(d.path, name), 0o700)
}
