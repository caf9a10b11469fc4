package runner

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/agenta-ai/conform/subjects/reference/runner/agentdir"
)

// workFiles are the files of the folder in which a run works: the agent's
// instructions where Pi looks for them, and the skills of a run whose agent
// folder nothing may be written to.
func (p plan) workFiles() []agentdir.File {
	var files []agentdir.File
	if p.AgentsMD != "" {
		files = append(files, agentdir.File{Name: "AGENTS.md", Content: []byte(p.AgentsMD)})
	}
	if p.private() {
		return files
	}
	for _, s := range p.Skills {
		files = append(files, agentdir.File{Name: skillFile(s.Name), Content: []byte(s.Content)})
	}
	return files
}

func skillFile(name string) string { return "skills/" + name + "/SKILL.md" }

// arguments hands prompts and skills to a Pi that uses a folder which nothing
// may be written to: they come by command line and from the working folder.
func (p plan) arguments(workdir string) []string {
	if p.private() {
		return nil
	}
	var args []string
	if p.SystemPrompt != "" {
		args = append(args, "--system-prompt", p.SystemPrompt)
	}
	if p.AppendSystemPrompt != "" {
		args = append(args, "--append-system-prompt", p.AppendSystemPrompt)
	}
	for _, s := range p.Skills {
		args = append(args, "--skill", path.Join(filepath.ToSlash(workdir), skillFile(s.Name)))
	}
	return args
}

// workdir makes the working folder on this machine.
func (r *Runner) workdir(p plan) (string, error) {
	dir, err := os.MkdirTemp(r.Temp, "agenta-work-*")
	if err != nil {
		return "", fmt.Errorf("make a working folder: %w", err)
	}
	for _, f := range p.workFiles() {
		file := filepath.Join(dir, filepath.FromSlash(f.Name))
		err := os.MkdirAll(filepath.Dir(file), 0o700)
		if err == nil {
			err = os.WriteFile(file, f.Content, 0o600)
		}
		if err != nil {
			os.RemoveAll(dir)
			return "", fmt.Errorf("fill the working folder: %w", err)
		}
	}
	return dir, nil
}
