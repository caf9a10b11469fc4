package pi

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/config"
)

// skill is a skill as the model and the client are told of it. It is never run
// here.
type skill struct {
	name, description string
	path              string
	scope, baseDir    string
	source            string
	hidden            bool // not shown to the model
}

// skills finds the skills of the agent folder and of the command line. Of two
// with one name the first counts; without a description it is none.
func (a *agent) skills() []skill {
	var found []skill
	if !a.args.noSkills {
		found = findSkills(filepath.Join(a.agentDir, "skills"), "user", true)
		found = append(found, findSkills(filepath.Join(a.env("HOME"), ".agents", "skills"), "user", false)...)
		for i := range found {
			found[i].source, found[i].baseDir = "auto", a.agentDir
		}
	}
	for _, path := range a.args.skills {
		path = config.Expand(path, a.env, a.Dir)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			found = append(found, readSkill(path, "temporary"))
		} else {
			found = append(found, findSkills(path, "temporary", true)...)
		}
	}
	var out []skill
	for _, s := range found {
		if s.description != "" && !slices.ContainsFunc(out, func(o skill) bool { return o.name == s.name }) {
			out = append(out, s)
		}
	}
	return out
}

// findSkills looks for SKILL.md files below dir, and in dir itself for any
// Markdown file if loose is set.
func findSkills(dir, scope string, loose bool) []skill {
	if _, err := os.Stat(filepath.Join(dir, "SKILL.md")); err == nil {
		return []skill{readSkill(filepath.Join(dir, "SKILL.md"), scope)}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // most agents have no skills
	}
	var found []skill
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		info, err := os.Stat(path)
		switch {
		case err != nil || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules":
		case info.IsDir():
			found = append(found, findSkills(path, scope, false)...)
		case loose && strings.HasSuffix(entry.Name(), ".md"):
			found = append(found, readSkill(path, scope))
		}
	}
	return found
}

// readSkill reads the head of a skill file: lines of "name: value" between two
// lines of dashes.
func readSkill(path, scope string) skill {
	s := skill{path: path, scope: scope, baseDir: filepath.Dir(path), name: filepath.Base(filepath.Dir(path)), source: "local"}
	text, err := os.ReadFile(path)
	if err != nil {
		return s
	}
	body, ok := strings.CutPrefix(string(text), "---\n")
	if !ok {
		return s
	}
	head, _, _ := strings.Cut(body, "\n---")
	for line := range strings.SplitSeq(head, "\n") {
		name, value, _ := strings.Cut(line, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch strings.TrimSpace(name) {
		case "name":
			s.name = value
		case "description":
			s.description = value
		case "disable-model-invocation":
			s.hidden = value == "true"
		}
	}
	return s
}

// skillsPrompt tells the model of the skills.
func skillsPrompt(skills []skill, intro string) string {
	var out strings.Builder
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")
	for _, s := range skills {
		if s.hidden {
			continue
		}
		if out.Len() == 0 {
			out.WriteString(intro + "\n<available_skills>\n")
		}
		out.WriteString("  <skill>\n    <name>" + escape.Replace(s.name) + "</name>\n    <description>" + escape.Replace(s.description) +
			"</description>\n    <location>" + escape.Replace(s.path) + "</location>\n  </skill>\n")
	}
	if out.Len() == 0 {
		return ""
	}
	return out.String() + "</available_skills>"
}

type commandData struct {
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Source      string     `json:"source"`
	SourceInfo  sourceInfo `json:"sourceInfo"`
}

type sourceInfo struct {
	Path    string `json:"path"`
	Source  string `json:"source"`
	Scope   string `json:"scope"`
	Origin  string `json:"origin"`
	BaseDir string `json:"baseDir,omitempty"`
}

func (a *agent) getCommands(r request) *response {
	commands := []commandData{}
	if a.who.ListsLlama {
		commands = append(commands, commandData{"llama", "Manage llama.cpp router models", "extension",
			sourceInfo{"<inline:llama.cpp>", "inline", "temporary", "top-level", ""}})
	}
	for _, t := range a.templates() {
		commands = append(commands, commandData{t.name, t.description, "prompt", sourceInfo{t.path, "auto", "user", "top-level", a.agentDir}})
	}
	for _, s := range a.skills() {
		commands = append(commands, commandData{"skill:" + s.name, s.description, "skill", sourceInfo{s.path, s.source, s.scope, "top-level", s.baseDir}})
	}
	return r.succeed(map[string]any{"commands": commands})
}
