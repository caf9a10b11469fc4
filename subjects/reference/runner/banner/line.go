package banner

import "strings"

const (
	versionHead = "pi v"
	noticeHead  = "New version available: v"
	rule        = "---"
)

// isVersion accepts the line of any release: pi v0.87.1, pi v1.0.0-rc.1.
func isVersion(line string) bool {
	version, ok := strings.CutPrefix(line, versionHead)
	parts := strings.SplitN(version, ".", 3)
	return ok && len(parts) == 3 && digits(parts[0]) && digits(parts[1]) &&
		parts[2] != "" && digits(parts[2][:1]) && !strings.ContainsAny(version, " \t")
}

// isNotice accepts the notice of a new version in full.
func isNotice(line string) bool {
	rest, ok := strings.CutPrefix(line, noticeHead)
	newer, rest, installed := strings.Cut(rest, " (installed v")
	older, command, run := strings.Cut(rest, "). Run: ")
	return ok && installed && run && command != "" && !strings.ContainsAny(newer+older, " \t")
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// heading says whether a line names a section, with its hashes or rendered.
func heading(line string) bool {
	switch strings.TrimPrefix(line, "## ") {
	case "Context", "Skills", "Prompts", "Extensions":
		return true
	}
	return false
}

// isRule accepts the rule as written and as a terminal renders it.
func isRule(line string) bool {
	return line == rule || (len(line) > 0 && strings.Trim(line, "─") == "")
}

// bullet gives the text of a list item.
func bullet(line string) (string, bool) {
	for _, mark := range []string{"- ", "* ", "• "} {
		if text, ok := strings.CutPrefix(line, mark); ok {
			return strings.TrimSpace(text), true
		}
	}
	return line, false
}

// item says whether a line stands in a section: a path, a package, a prompt's
// command or, in a list, a file of a package. Paths may hold blanks; so a line
// without a bullet must also end like a file that is loaded at start.
func item(line string) bool {
	text, listed := bullet(strings.TrimSpace(line))
	switch {
	case text == "":
		return false
	case packaged(text):
		return true
	case listed:
		return pathLike(text) || loadable(text)
	}
	return pathLike(text) && (loadable(text) || command(text))
}

func pathLike(text string) bool {
	for _, head := range []string{"/", "~/", "./", "../", `C:\`} {
		if strings.HasPrefix(text, head) {
			return true
		}
	}
	return false
}

func packaged(text string) bool {
	for _, head := range []string{"npm:", "git:", "https://", "file:"} {
		if strings.HasPrefix(text, head) && !strings.Contains(text, " ") {
			return true
		}
	}
	return false
}

func command(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.ContainsAny(text[1:], "/ ") && len(text) > 1
}

func loadable(text string) bool {
	for _, tail := range []string{".js", ".ts", ".mjs", ".cjs", ".mts", ".md"} {
		if strings.HasSuffix(text, tail) {
			return true
		}
	}
	return false
}
