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
func (c *content) settings(spec Spec) error {
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
	return c.write("settings.json", content)
}

func (c *content) extension(Spec) error {
	return c.write("extensions/agenta.js", []byte(extensionSource))
}

func (c *content) prompts(spec Spec) error {
	for _, p := range []struct{ name, text string }{{"SYSTEM.md", spec.SystemPrompt}, {"APPEND_SYSTEM.md", spec.AppendSystemPrompt}} {
		if p.text == "" {
			continue
		}
		if err := c.write(p.name, []byte(p.text)); err != nil {
			return err
		}
	}
	return nil
}

func (c *content) skills(spec Spec) error {
	for _, s := range spec.Skills {
		if err := CheckSkill(s.Name); err != nil {
			return err
		}
		if err := c.write("skills/"+s.Name+"/SKILL.md", []byte(s.Content)); err != nil {
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
