package pi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// arguments are what the command line says, as far as the fake acts on it.
type arguments struct {
	mode          string
	version, help bool
	list          bool
	listPattern   string
	file          bool // there was an @file

	provider, model, apiKey, thinking string
	models                            []string // --models

	noSession          bool
	session, sessionID string
	sessionDir, name   string

	noSkills           bool
	skills             []string
	noContextFiles     bool
	systemPrompt       string
	appendSystemPrompt []string
	noTools            bool
	tools              []string // nil for all

	noTemplates bool

	trusts bool // it is said whether the working directory is trusted; that changes nothing else here

	extensions bool     // there are extensions, which may have options of their own
	unknown    []string // options that only an extension could know
}

// parseArgs reads the command line in Pi's way: an option that needs a value
// and has none counts as unknown, and so does everything else that starts with
// two dashes, which swallows the word after it.
func parseArgs(args []string, who persona.Personality) (a arguments, warnings []string, err error) {
	values := map[string]*string{
		"--mode": &a.mode, "--provider": &a.provider, "--model": &a.model, "--api-key": &a.apiKey,
		"--session": &a.session, "--session-id": &a.sessionID, "--session-dir": &a.sessionDir,
		"--system-prompt": &a.systemPrompt, "--thinking": &a.thinking, "--name": &a.name, "-n": &a.name,
	}
	lists := map[string]*[]string{"--skill": &a.skills, "--append-system-prompt": &a.appendSystemPrompt}
	flags := map[string]*bool{
		"--version": &a.version, "-v": &a.version, "--help": &a.help, "-h": &a.help,
		"--approve": &a.trusts, "-a": &a.trusts, "--no-approve": &a.trusts, "-na": &a.trusts,
		"--no-session": &a.noSession, "--no-skills": &a.noSkills, "-ns": &a.noSkills,
		"--no-context-files": &a.noContextFiles, "-nc": &a.noContextFiles,
		"--no-tools": &a.noTools, "-nt": &a.noTools,
		"--no-prompt-templates": &a.noTemplates, "-np": &a.noTemplates,
	}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		next := i+1 < len(args)
		switch {
		case flags[arg] != nil:
			*flags[arg] = true
		case values[arg] != nil && next:
			i++
			*values[arg] = args[i]
		case lists[arg] != nil && next:
			i++
			*lists[arg] = append(*lists[arg], args[i])
		case arg == "--models" && next:
			i++
			for pattern := range strings.SplitSeq(args[i], ",") {
				a.models = append(a.models, strings.TrimSpace(pattern))
			}
		case (arg == "--tools" || arg == "-t") && next:
			i++
			for name := range strings.SplitSeq(args[i], ",") {
				a.tools = append(a.tools, strings.TrimSpace(name))
			}
		case (arg == "--extension" || arg == "-e") && next:
			i++
			a.extensions = true
		case arg == "--list-models":
			a.list = true
			if next && !strings.HasPrefix(args[i+1], "-") && !strings.HasPrefix(args[i+1], "@") {
				i++
				a.listPattern = args[i]
			}
		case slices.Contains(idleFlags(), arg):
		case slices.Contains(idleValues(), arg) && next:
			i++
		case strings.HasPrefix(arg, "@"):
			a.file = true
		case strings.HasPrefix(arg, "--"):
			name, _, assigned := strings.Cut(arg, "=")
			a.unknown = append(a.unknown, name)
			if !assigned && next && !strings.HasPrefix(args[i+1], "-") && !strings.HasPrefix(args[i+1], "@") {
				i++
			}
		case strings.HasPrefix(arg, "-"):
			return a, warnings, fmt.Errorf("Unknown option: %s", arg)
		}
	}
	if a.thinking != "" && !slices.Contains(config.Thinking(who), a.thinking) {
		warnings = append(warnings, fmt.Sprintf("Invalid thinking level %q. Valid values: %s", a.thinking, strings.Join(config.Thinking(who), ", ")))
		a.thinking = ""
	}
	return a, warnings, nil
}

// idleFlags are options of Pi that change nothing that the fake plays.
func idleFlags() []string {
	return []string{
		"--no-themes", "--offline", "--verbose", "--no-extensions", "-ne",
		"--no-builtin-tools", "-nbt", "--continue", "-c", "--resume", "-r", "--print", "-p",
	}
}

// idleValues are the same, with a value.
func idleValues() []string {
	return []string{"--theme", "--prompt-template", "--exclude-tools", "-xt", "--export", "--fork"}
}
