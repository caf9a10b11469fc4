package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/docker"
	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/internal/pidist"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/mutants"
	"github.com/agenta-ai/conform/verdict"
)

// completionCommand prints a completion script. Kong has none of its own, and
// ours know the words of the matrix too.
type completionCommand struct {
	Shell string `arg:"" help:"bash, zsh or fish."`
}

// completed is a flag and the words that it takes; without words, files.
type completed struct {
	flag  string
	help  string
	takes bool // a value at all
	words []string
}

func (c *completionCommand) run(_ context.Context, con *console) (int, error) {
	shells := map[string]func(io.Writer, []completed, map[string]string){"bash": bash, "zsh": zsh, "fish": fish}
	script, ok := shells[c.Shell]
	if !ok {
		names := slices.Sorted(maps.Keys(shells))
		return 0, usagef("completion: no script for %q; there are %s%s", c.Shell, strings.Join(names, ", "), nearest.Hint(c.Shell, names))
	}
	cat, err := selection{Level: string(matrix.Pairwise), Edition: editions()[0], Pi: "fake"}.open()
	if err != nil {
		return 0, err
	}
	commands := map[string]string{}
	flags := map[string]completed{}
	words, err := cat.words()
	if err != nil {
		return 0, err
	}
	for _, command := range con.parser.Model.Children {
		commands[command.Name] = command.Help
		for _, group := range command.AllFlags(true) {
			for _, f := range group {
				flags[f.Name] = completed{"--" + f.Name, firstSentence(f.Help), !f.IsBool(), words[f.Name]}
			}
		}
	}
	var sorted []completed
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		sorted = append(sorted, flags[name])
	}
	script(con.out, sorted, commands)
	return verdict.ExitOK, nil
}

// words are what flags take, as far as it is a closed set.
func (cat *catalogue) words() (map[string][]string, error) {
	faults, err := mutants.All()
	if err != nil {
		return nil, err
	}
	var selectors []string
	for _, a := range cat.matrix.Axes {
		for _, v := range a.Values {
			// A word that stands on several axes is no selector by itself.
			if _, err := cat.matrix.Selector(v.Name, matrix.Tags{}); err == nil {
				selectors = append(selectors, v.Name)
			}
		}
	}
	selectors = append(selectors, "pi")
	pis := []string{"fake", "real"}
	for _, v := range world.FakePis() {
		pis = append(pis, "fake@"+v)
	}
	for _, v := range pidist.Versions() {
		pis = append(pis, "real@"+v)
	}
	return map[string][]string{
		"only": selectors, "skip": selectors, "clause": cat.contract.IDs(), "require": append([]string{"all"}, cat.contract.IDs()...), "level": matrix.Levels(),
		"edition": editions(), "pi": pis, "backend": {process, docker.Name}, "subject": subjectNames(faults),
	}, nil
}

func firstSentence(text string) string {
	head, _, _ := strings.Cut(text, ": ")
	head, _, _ = strings.Cut(head, ". ")
	return strings.TrimSuffix(head, ".")
}

func bash(w io.Writer, flags []completed, commands map[string]string) {
	fmt.Fprint(w, "# bash completion of conform; source it.\n_conform() {\n"+
		"  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n  case $prev in\n")
	var all []string
	for _, f := range flags {
		all = append(all, f.flag)
		switch {
		case len(f.words) > 0:
			fmt.Fprintf(w, "    %s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", f.flag, strings.Join(f.words, " "))
		case f.takes:
			fmt.Fprintf(w, "    %s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", f.flag)
		}
	}
	fmt.Fprintf(w, "  esac\n  case $cur in\n    -*) COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n"+
		"    *) COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n  esac\n}\ncomplete -F _conform conform\n",
		strings.Join(all, " "), strings.Join(slices.Sorted(maps.Keys(commands)), " "))
}

func zsh(w io.Writer, flags []completed, commands map[string]string) {
	fmt.Fprint(w, "#compdef conform\n_conform() {\n  case $words[CURRENT-1] in\n")
	var all []string
	for _, f := range flags {
		all = append(all, f.flag)
		switch {
		case len(f.words) > 0:
			fmt.Fprintf(w, "    %s) compadd -- %s; return ;;\n", f.flag, strings.Join(f.words, " "))
		case f.takes:
			fmt.Fprintf(w, "    %s) _files; return ;;\n", f.flag)
		}
	}
	fmt.Fprintf(w, "  esac\n  if [[ $words[CURRENT] == -* ]]; then\n    compadd -- %s\n  else\n    compadd -- %s\n  fi\n}\ncompdef _conform conform\n",
		strings.Join(all, " "), strings.Join(slices.Sorted(maps.Keys(commands)), " "))
}

func fish(w io.Writer, flags []completed, commands map[string]string) {
	fmt.Fprintln(w, "# fish completion of conform; source it.")
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		fmt.Fprintf(w, "complete -c conform -n __fish_use_subcommand -f -a %s -d %s\n", name, quote(firstSentence(commands[name])))
	}
	for _, f := range flags {
		takes := ""
		switch {
		case len(f.words) > 0:
			takes = " -x -a " + quote(strings.Join(f.words, " "))
		case f.takes:
			takes = " -r"
		}
		fmt.Fprintf(w, "complete -c conform -l %s%s -d %s\n", strings.TrimPrefix(f.flag, "--"), takes, quote(f.help))
	}
}
