package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/reports"
	"github.com/agenta-ai/conform/reports/findings"
	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/verdict"
)

// findingsCommand writes what a run or a sweep found for the people who own the
// code under test.
type findingsCommand struct {
	Run    string `arg:"" optional:"" default:"conform-report" help:"Folder of a run or of a sweep, or a results.jsonl (default ${default})."`
	Format string `default:"md" placeholder:"FORMAT" help:"md or json (default ${default})."`
}

func (f *findingsCommand) run(_ context.Context, con *console) (int, error) {
	if f.Format != "md" && f.Format != "json" {
		return 0, usagef("--format: %q is neither md nor json", f.Format)
	}
	runs, err := readRuns(f.Run)
	if err != nil {
		return 0, err
	}
	c, err := contract.Load()
	if err != nil {
		return 0, err
	}
	doc, err := findings.Build(runs, c)
	if err != nil {
		return 0, err
	}
	if f.Format == "json" {
		enc := json.NewEncoder(con.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return verdict.ExitOK, enc.Encode(doc)
	}
	return verdict.ExitOK, findings.Markdown(con.out, doc)
}

// readRuns reads the run in a folder, or each run of a sweep in the order of its
// versions.
func readRuns(path string) ([]verdict.Run, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, usagef("no run at %q: there is no such file or folder", path)
	}
	files := []string{path}
	if info.IsDir() {
		if files, err = runFiles(path); err != nil {
			return nil, err
		}
	}
	var runs []verdict.Run
	for _, file := range files {
		rec, err := jsonl.Open(file)
		if err != nil {
			return nil, usageError{err}
		}
		runs = append(runs, rec.Run)
	}
	return runs, nil
}

func runFiles(dir string) ([]string, error) {
	one := filepath.Join(dir, reports.Results)
	if _, err := os.Stat(one); err == nil {
		return []string{one}, nil
	}
	order, err := readSweepOrder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("no run at %q: neither %s nor %s is in it", dir, reports.Results, sweepFile)
	}
	if err != nil {
		return nil, fmt.Errorf("read the sweep: %w", err)
	}
	var files []string
	for _, name := range order {
		files = append(files, filepath.Join(dir, name, reports.Results))
	}
	return files, nil
}
