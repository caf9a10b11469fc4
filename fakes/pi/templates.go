package pi

import (
	"os"
	"path/filepath"
	"strings"
)

// template is a prompt template, as the client is told of it.
type template struct{ name, description, path string }

// templates are the prompt templates of the agent folder, by name.
func (a *agent) templates() []template {
	dir := filepath.Join(a.agentDir, "prompts")
	entries, err := os.ReadDir(dir)
	if err != nil || a.args.noTemplates {
		return nil // most agents have none
	}
	var out []template
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".md")
		path := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(path)
		if !ok || err != nil {
			continue
		}
		out = append(out, template{name, described(string(text)), path})
	}
	return out
}

// described is what a template says of itself: its description, or the beginning of
// its first line.
func described(text string) string {
	const most = 60
	if rest, ok := strings.CutPrefix(text, "---\n"); ok {
		head, _, _ := strings.Cut(rest, "\n---")
		for line := range strings.SplitSeq(head, "\n") {
			if value, ok := strings.CutPrefix(line, "description:"); ok {
				if value = strings.Trim(strings.TrimSpace(value), `"'`); value != "" {
					return value
				}
			}
		}
	}
	for line := range strings.SplitSeq(body(text), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if r := []rune(line); len(r) > most {
			return string(r[:most]) + "..."
		}
		return line
	}
	return ""
}
