package pi

import (
	"os"
	"path/filepath"
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

// fillTemplate puts the words of a command into a template: $1 and so on, and all
// of them for $@ and $ARGUMENTS.
func fillTemplate(template string, args []string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "$")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		template = strings.TrimLeft(rest, "0123456789")
		if digits := rest[:len(rest)-len(template)]; digits != "" {
			if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= len(args) {
				out.WriteString(args[n-1])
			}
			continue
		}
		for _, name := range []string{"@", "ARGUMENTS"} {
			if template, ok = strings.CutPrefix(rest, name); ok {
				break
			}
		}
		if ok {
			out.WriteString(strings.Join(args, " "))
		} else {
			out.WriteByte('$')
		}
	}
}
