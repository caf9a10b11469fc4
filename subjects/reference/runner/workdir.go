package runner

import (
	"fmt"
	"os"
	"path/filepath"
)

// workdir makes the folder in which a run works, with the agent's instructions
// where Pi looks for them.
func (r *Runner) workdir(p plan) (string, error) {
	path, err := os.MkdirTemp(r.Temp, "agenta-work-*")
	if err != nil {
		return "", fmt.Errorf("make a working folder: %w", err)
	}
	if p.AgentsMD != "" {
		if err := os.WriteFile(filepath.Join(path, "AGENTS.md"), []byte(p.AgentsMD), 0o600); err != nil {
			os.RemoveAll(path)
			return "", fmt.Errorf("write the agent's instructions: %w", err)
		}
	}
	return path, nil
}

// arguments hands prompts and skills to a Pi that uses the operator's folder:
// nothing may be written there, so they come by command line and from the
// working folder.
func arguments(p plan, workdir string) ([]string, error) {
	if p.private() {
		return nil, nil
	}
	var args []string
	if p.SystemPrompt != "" {
		args = append(args, "--system-prompt", p.SystemPrompt)
	}
	if p.AppendSystemPrompt != "" {
		args = append(args, "--append-system-prompt", p.AppendSystemPrompt)
	}
	for _, s := range p.Skills {
		file := filepath.Join(workdir, "skills", s.Name, "SKILL.md")
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, fmt.Errorf("make a skill's folder: %w", err)
		}
		if err := os.WriteFile(file, []byte(s.Content), 0o600); err != nil {
			return nil, fmt.Errorf("write a skill: %w", err)
		}
		args = append(args, "--skill", file)
	}
	return args, nil
}
