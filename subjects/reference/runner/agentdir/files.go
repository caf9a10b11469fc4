package agentdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// extensionSource is the platform's extension: it has nothing to register in
// this edition, and Pi loads it as it would any other.
const extensionSource = "export default function (pi) {}\n"

// settings copies the operator's settings as they are.
func (d *Dir) settings(spec Spec) error {
	if spec.Operator == "" {
		return nil
	}
	content, err := os.ReadFile(filepath.Join(spec.Operator, "settings.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.write("settings.json", content)
}

func (d *Dir) extension(Spec) error {
	if err := d.mkdir("extensions"); err != nil {
		return err
	}
	return d.write("extensions/agenta.js", []byte(extensionSource))
}

func (d *Dir) prompts(spec Spec) error {
	for name, text := range map[string]string{"SYSTEM.md": spec.SystemPrompt, "APPEND_SYSTEM.md": spec.AppendSystemPrompt} {
		if text == "" {
			continue
		}
		if err := d.write(name, []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

func (d *Dir) skills(spec Spec) error {
	for _, s := range spec.Skills {
		if err := CheckSkill(s.Name); err != nil {
			return err
		}
		folder := "skills/" + s.Name
		if err := d.mkdir(folder); err != nil {
			return err
		}
		if err := d.write(folder+"/SKILL.md", []byte(s.Content)); err != nil {
			return err
		}
	}
	return nil
}

// CheckSkill refuses a name that would not be one folder below skills.
func CheckSkill(name string) error {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") {
		return fmt.Errorf("skill name %q is not a folder name", name)
	}
	return nil
}
