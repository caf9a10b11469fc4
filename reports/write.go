package reports

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/reports/html"
	"github.com/agenta-ai/conform/reports/junit"
	"github.com/agenta-ai/conform/verdict"
)

// The files of a run, all in one folder.
const (
	Results = "results.jsonl"
	JUnit   = "junit.xml"
	HTML    = "report.html"
)

// Write writes the reports that are made from a finished run into dir. A report
// replaces its predecessor in one step or not at all; that one of them fails
// does not keep the other from being written.
func Write(dir string, run verdict.Run, c *contract.Contract) error {
	return errors.Join(
		Replace(filepath.Join(dir, JUnit), func(w io.Writer) error { return junit.Write(w, run) }),
		Replace(filepath.Join(dir, HTML), func(w io.Writer) error { return html.Write(w, run, c, html.Options{}) }),
	)
}

// Replace writes a file beside its place and moves it there when it is whole.
func Replace(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
