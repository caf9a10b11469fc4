package pi

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// expand replaces "/skill:NAME …" by the skill, and "/NAME …" by the prompt
// template of that name. Everything else stays as it is.
func (a *agent) expand(text string) string {
	rest, ok := strings.CutPrefix(text, "/")
	if !ok {
		return text
	}
	name, args, _ := strings.Cut(rest, " ")
	if skill, ok := strings.CutPrefix(name, "skill:"); ok {
		return a.expandSkill(text, skill, strings.TrimSpace(args))
	}
	template, err := os.ReadFile(filepath.Join(a.agentDir, "prompts", name+".md"))
	if err != nil || strings.ContainsAny(name, "/\\") || a.args.noTemplates {
		return text
	}
	return fillTemplate(body(string(template)), strings.Fields(args))
}

func (a *agent) expandSkill(text, name, args string) string {
	for _, s := range a.skills() {
		if s.name != name {
			continue
		}
		content, err := os.ReadFile(s.path)
		if err != nil {
			return text
		}
		out := `<skill name="` + s.name + `" location="` + s.path + `">` + "\nReferences are relative to " + filepath.Dir(s.path) + ".\n\n" +
			strings.TrimSpace(body(string(content))) + "\n</skill>"
		if args != "" {
			out += "\n\n" + args
		}
		return out
	}
	return text
}

// body is what follows the head of a Markdown file.
func body(text string) string {
	rest, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return text
	}
	if _, after, ok := strings.Cut(rest, "\n---"); ok {
		return strings.TrimSpace(after)
	}
	return text
}

var parameter = regexp.MustCompile(`\$(\d+|@|ARGUMENTS)`)

// fillTemplate puts the words of a command into a template.
func fillTemplate(template string, args []string) string {
	return parameter.ReplaceAllStringFunc(template, func(p string) string {
		if n, err := strconv.Atoi(p[1:]); err == nil {
			if n >= 1 && n <= len(args) {
				return args[n-1]
			}
			return ""
		}
		return strings.Join(args, " ")
	})
}
