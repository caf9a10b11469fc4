package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/reports"
	"github.com/agenta-ai/conform/reports/terminal"
	"github.com/agenta-ai/conform/verdict"
)

// forget removes the reports of an earlier run: if this one is cut off, nobody
// may take them for its own.
func (r *runCommand) forget() error { return forget(r.Out) }

func forget(dir string) error {
	for _, name := range []string{reports.HTML, reports.JUnit} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the report of an earlier run: %w", err)
		}
	}
	return nil
}

// report writes all reports of a run that is over, and the summary whether or
// not they could be written.
func (r *runCommand) report(con *console, c *contract.Contract, run verdict.Run) error {
	err := reports.Write(r.Out, run, c)
	files := []string{filepath.Join(r.Out, reports.Results)}
	if err == nil {
		files = append([]string{filepath.Join(r.Out, reports.HTML), filepath.Join(r.Out, reports.JUnit)}, files...)
	}
	return errors.Join(err, terminal.Summary(con.out, run, c, files, con.terminal()))
}

// terminal says what the user's output can do.
func (con *console) terminal() terminal.Options {
	if f, ok := con.out.(*os.File); ok {
		return terminal.Detect(f, os.Getenv)
	}
	return terminal.Options{}
}
