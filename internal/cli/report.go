package cli

import (
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/reports/terminal"
	"github.com/agenta-ai/conform/verdict"
)

// report writes all reports of a run that is over.
func (r *runCommand) report(con *console, c *contract.Contract, run verdict.Run) error {
	files := []string{filepath.Join(r.Out, "results.jsonl")}
	return terminal.Summary(con.out, run, c, files, con.terminal())
}

// terminal says what the user's output can do.
func (con *console) terminal() terminal.Options {
	if f, ok := con.out.(*os.File); ok {
		return terminal.Detect(f, os.Getenv)
	}
	return terminal.Options{}
}
