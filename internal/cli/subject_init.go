package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/subjects/skeleton"
	"github.com/agenta-ai/conform/verdict"
)

// subjectInit writes a driver to begin with.
type subjectInit struct {
	Lang string `required:"" placeholder:"LANG" help:"python, node or go."`
	Dir  string `arg:"" help:"Folder to write it to; made where it is not there. Nothing is overwritten."`
}

func (s *subjectInit) run(_ context.Context, con *console) (int, error) {
	chosen, ok := skeleton.Find(s.Lang)
	if !ok {
		var langs []string
		for _, k := range skeleton.All() {
			langs = append(langs, k.Lang)
		}
		return 0, usagef("--lang: no skeleton in %q; there are %s%s", s.Lang, strings.Join(langs, ", "), nearest.Hint(s.Lang, langs))
	}
	names, err := chosen.Write(s.Dir)
	if err != nil {
		return 0, usageError{err}
	}
	fmt.Fprintf(con.out, "Wrote %s to %s. It works as it is; now make it drive your system.\n\n", strings.Join(names, ", "), s.Dir)
	fmt.Fprintf(con.out, "  cd %s\n", quote(s.Dir))
	if chosen.Build != "" {
		fmt.Fprintf(con.out, "  %s\n", chosen.Build)
	}
	fmt.Fprintf(con.out, "  conform subject check 'cmd:%s'\n  conform --subject 'cmd:%s' --level smoke\n", chosen.Command, chosen.Command)
	return verdict.ExitOK, nil
}
