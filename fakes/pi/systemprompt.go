package pi

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/tools"
)

// systemPrompt builds the instructions for the model: the default ones or those
// of the user, what the user appends, the context files on the way from the
// root to the working directory, the skills, the date and the directory.
func (a *agent) systemPrompt() string {
	var out strings.Builder
	if own := a.textOrFile(a.args.systemPrompt, "SYSTEM.md"); own != "" {
		out.WriteString(own)
	} else {
		out.WriteString("You are a coding assistant inside pi, played by a fake.\n\nAvailable tools:\n")
		for _, tool := range tools.Offered() {
			out.WriteString("- " + tool.Name + ": " + tool.Description + "\n")
		}
	}
	if len(a.args.appendSystemPrompt) == 0 {
		if text := a.textOrFile("", "APPEND_SYSTEM.md"); text != "" {
			out.WriteString("\n\n" + text)
		}
	}
	for _, text := range a.args.appendSystemPrompt {
		out.WriteString("\n\n" + a.textOrFile(text, ""))
	}
	if files := a.contextFiles(); len(files) > 0 {
		out.WriteString("\n\n<project_context>\n\nProject-specific instructions and guidelines:\n\n")
		for _, path := range files {
			text, err := os.ReadFile(path)
			a.keep(err)
			out.WriteString("<project_instructions path=\"" + path + "\">\n" + string(text) + "\n</project_instructions>\n\n")
		}
		out.WriteString("</project_context>\n")
	}
	out.WriteString(skillsPrompt(a.skills()))
	out.WriteString("\nCurrent date: " + time.Now().Format("2006-01-02") + "\nCurrent working directory: " + a.Dir)
	return out.String()
}

// textOrFile is an argument, or what the file holds that it names. Without an
// argument it is the file called fallback of the agent folder.
func (a *agent) textOrFile(arg, fallback string) string {
	if arg == "" && fallback != "" {
		text, err := os.ReadFile(filepath.Join(a.agentDir, fallback))
		if err != nil {
			return ""
		}
		return string(text)
	}
	path := arg
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.Dir, path)
	}
	if text, err := os.ReadFile(path); err == nil && arg != "" {
		return string(text)
	}
	return arg
}

// contextFiles lists the files that Pi reads unasked: one of the agent folder,
// and one of each folder from the root down to the working directory.
func (a *agent) contextFiles() []string {
	if a.args.noContextFiles {
		return nil
	}
	var files []string
	add := func(dir string) {
		for _, name := range []string{"AGENTS.md", "AGENTS.MD", "CLAUDE.md", "CLAUDE.MD"} {
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				files = append(files, path)
				return
			}
		}
	}
	add(a.agentDir)
	var dirs []string
	for dir := a.Dir; ; dir = filepath.Dir(dir) {
		dirs = append(dirs, dir)
		if dir == filepath.Dir(dir) {
			break
		}
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		if dirs[i] != a.agentDir {
			add(dirs[i])
		}
	}
	return files
}
