package jsonl

import (
	"errors"
	"fmt"
	"os"
)

// Resume opens a run that was cut off, so that it can be continued: a torn last
// line and a footer are taken off the file, everything else stays as it is. The
// recording holds the cells that need not run again; its footer is nil.
func Resume(path string) (*Writer, *Recording, error) {
	rec, err := Open(path)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("resume results: %w", err)
	}
	if err := f.Truncate(rec.cells); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("resume results: %w", err), f.Close())
	}
	if !rec.newline {
		if _, err := f.WriteString("\n"); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("resume results: %w", err), f.Close())
		}
	}
	rec.Footer = nil
	return start(f), rec, nil
}
