package pi

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/tools"
	"github.com/agenta-ai/conform/fakes/pi/internal/words"
)

// section is a part of the instructions for the model.
type section struct{ name, text string }

// sections are the instructions for the model: the default ones or those of
// the user, what the user appends, the context files on the way from the root
// to the working directory, the skills, and the directory. Names, order and
// lengths are Pi's; its own sentences are not repeated here.
func (a *agent) sections() []section {
	var out []section
	add := func(name, text string) {
		if text != "" {
			out = append(out, section{name, text})
		}
	}
	kit := a.tools()
	if own := a.textOrFile(a.args.systemPrompt, "SYSTEM.md"); own != "" {
		add("preamble", own)
	} else {
		add("preamble", words.Fit("You are a coding assistant inside pi, played by a fake.", a.sizes.Preamble-1)+"\n")
		add("tools", a.toolList(kit))
		add("rules", a.rules(kit))
		add("docs", words.Fit("Pi documentation:", a.sizes.Docs-a.sizes.Roots)+strings.Repeat(" "+a.root(), a.sizes.Roots))
	}
	add("addendum", a.appendix())
	add("project_context", a.projectContext())
	_, read := kit.Find("read")
	_, shell := kit.Find("bash")
	if read || shell && a.sizes.SkillsByShell > 0 {
		add("skills", skillsPrompt(a.skills(), a.skillsIntro(read)))
	}
	add("cwd", a.Dir)
	return out
}

// toolList lists the tools, and what Pi says of others.
func (a *agent) toolList(kit tools.Kit) string {
	list := []string{}
	for _, tool := range kit {
		list = append(list, "- "+tool.Name+": "+tool.Snippet)
	}
	if len(list) == 0 {
		list = append(list, "(none)")
	}
	return strings.Join(list, "\n") + words.Fit("\n\n", a.sizes.Tools-1) + "\n"
}

// rules lists what Pi asks for: to use the shell if there is nothing better, what
// the tools ask for, and what always holds.
func (a *agent) rules(kit tools.Kit) string {
	var list []string
	if _, ok := kit.Find("bash"); ok {
		list = append(list, words.Fit("- List files with the shell.", a.sizes.ShellRule))
	}
	for _, tool := range kit {
		list = append(list, tool.Rules...)
	}
	for _, size := range a.sizes.Rules {
		list = append(list, words.Fit("- Be concise.", size))
	}
	return strings.Join(list, "\n")
}

// skillsIntro precedes the list of skills.
func (a *agent) skillsIntro(read bool) string {
	const text = "Skills for particular tasks, to be loaded when they are needed."
	if read {
		return words.Fit(text, a.sizes.Skills)
	}
	return words.Fit(text, a.sizes.SkillsByShell)
}

// systemPrompt is the text of the instructions.
func (a *agent) systemPrompt() string {
	if a.who.SystemFirst {
		return instructions(a.sections())
	}
	var out strings.Builder
	own := true
	for i, s := range a.sections() {
		switch s.name {
		case "tools", "rules": // the headings are part of what is before them
			out.WriteString(s.text)
			own = false
		case "project_context":
			out.WriteString("\n\n<project_context>\n\n" + s.text + "\n\n</project_context>\n")
		case "cwd":
			if a.who.DatesPrompt {
				out.WriteString("\nCurrent date: " + time.Now().Format("2006-01-02"))
			}
			out.WriteString("\nCurrent working directory: " + s.text)
			if a.who.EndsOwnPrompt && own {
				out.WriteString("\n")
			}
		default:
			if i > 0 {
				out.WriteString("\n\n")
			}
			out.WriteString(s.text)
		}
	}
	return out.String()
}

// instructions joins the sections, each in tags of its name but the first.
func instructions(sections []section) string {
	var out strings.Builder
	for i, s := range sections {
		if i > 0 {
			out.WriteString("\n\n")
		}
		out.WriteString(s.tagged())
	}
	return out.String()
}

func (s section) tagged() string {
	if s.name == "preamble" {
		return s.text
	}
	return "<" + s.name + ">\n" + s.text + "\n</" + s.name + ">"
}

// introduce makes the instructions the first message of a conversation, in the
// versions that do so.
func (a *agent) introduce(r *run) {
	a.mu.Lock()
	known := !a.who.SystemFirst
	for _, m := range a.messages {
		if _, ok := m.(*chat.System); ok {
			known = true
		}
	}
	a.mu.Unlock()
	if known {
		return
	}
	var texts jsval.Value
	for _, s := range a.sections() {
		texts = texts.With(s.name, jsval.Of(s.tagged()))
	}
	m := &chat.System{
		Role: "system", Sections: texts.Append(nil), Timestamp: time.Now().UnixMilli(),
		ToolsAdded: a.tools().Described(a.who),
	}
	a.out.send(messageEvent{"message_start", m})
	a.add(r, m)
}

// appendix is what the user appends to the instructions.
func (a *agent) appendix() string {
	if len(a.args.appendSystemPrompt) == 0 {
		return a.textOrFile("", "APPEND_SYSTEM.md")
	}
	var texts []string
	for _, text := range a.args.appendSystemPrompt {
		texts = append(texts, a.textOrFile(text, ""))
	}
	return strings.Join(texts, "\n\n")
}

// projectContext is the text of the context files, "" if there are none.
func (a *agent) projectContext() string {
	files := a.contextFiles()
	if len(files) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("Project-specific instructions and guidelines:")
	for _, path := range files {
		text, err := os.ReadFile(path)
		a.keep(err)
		out.WriteString("\n\n<project_instructions path=\"" + path + "\">\n" + string(text) + "\n</project_instructions>")
	}
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
