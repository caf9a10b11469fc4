package cli

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
	"github.com/agenta-ai/conform/verdict/known"
)

// knownCommand writes a file of known failures from a run, to begin with.
type knownCommand struct {
	Run     string `arg:"" optional:"" default:"conform-report" help:"Folder of a run, or a results.jsonl (default ${default})."`
	Owner   string `required:"" placeholder:"WHO" help:"Who looks after the exceptions."`
	Issue   string `required:"" placeholder:"ISSUE" help:"Where they are followed up."`
	Expires string `placeholder:"DAY" help:"Last day on which they count, as 2027-03-31 (default in 90 days)."`
}

func (k *knownCommand) run(_ context.Context, con *console) (int, error) {
	until := time.Now().AddDate(0, 0, 90)
	if k.Expires != "" {
		var err error
		if until, err = time.Parse(time.DateOnly, k.Expires); err != nil {
			return 0, usagef("--expires: %q is no day such as 2027-03-31", k.Expires)
		}
	}
	runs, err := readRuns(k.Run)
	if err != nil {
		return 0, err
	}
	if len(runs) != 1 {
		return 0, usagef("%q is a sweep: failures are known of one version", k.Run)
	}
	c, err := contract.Load()
	if err != nil {
		return 0, err
	}
	return verdict.ExitOK, known.Write(con.out, runs[0], c, k.Owner, k.Issue, until)
}

// exceptions reads the known failures of the run, nil where there is no file.
func (r *runCommand) exceptions(cat *catalogue) (*known.Judge, error) {
	if r.Known == "" {
		return nil, nil
	}
	f, err := known.Read(r.Known, cat.contract)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("--known: no file %q", r.Known)
	}
	if err == nil {
		err = f.For(r.Subject, r.Edition, r.Level)
	}
	if err != nil {
		return nil, usagef("--known: %w", err)
	}
	return known.NewJudge(f), nil
}

// part reports whether only a part of the level's plan runs.
func (r *runCommand) part() bool {
	return len(r.Only)+len(r.Skip)+len(r.Cell)+len(r.Clause) > 0
}
