package flight

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ReadDir reads all records of the folder, sorted by start. A process that was
// killed, or still runs, has a record without Exit. A folder that does not
// exist has no records.
func ReadDir(dir string) ([]Record, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read flight records: %w", err)
	}
	var records []Record
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), "flight-") || !strings.HasSuffix(entry.Name(), ".jsonl") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("read flight records: %w", err)
		}
		record, err := assemble(entry.Name(), text)
		if err != nil {
			return nil, fmt.Errorf("read flight record %s: %w", entry.Name(), err)
		}
		records = append(records, record)
	}
	slices.SortStableFunc(records, func(a, b Record) int { return a.Start.Compare(b.Start) })
	return records, nil
}

// assemble folds the lines of one file into a record. The last line may be cut.
func assemble(name string, text []byte) (Record, error) {
	record := named(name)
	for n := 1; len(text) > 0; n++ {
		line, rest, whole := bytes.Cut(text, []byte{'\n'})
		if !whole {
			break // the process died within this write
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return record, fmt.Errorf("line %d: %w", n, err)
		}
		if err := record.apply(e); err != nil {
			return record, fmt.Errorf("line %d: %w", n, err)
		}
		text = rest
	}
	return record, nil
}

// named is what the file's name alone says of the record, for a process that
// died before its first line was written.
func named(name string) Record {
	var r Record
	stem := strings.TrimSuffix(strings.TrimPrefix(name, "flight-"), ".jsonl")
	nano, pid, _ := strings.Cut(stem, "-")
	if n, err := strconv.ParseInt(nano, 10, 64); err == nil {
		r.Start = time.Unix(0, n)
	}
	r.PID, _ = strconv.Atoi(pid) // a foreign name has no process, and 0 says so
	return r
}

func (r *Record) apply(e event) error {
	switch {
	case e.Start != nil:
		*r = *e.Start
	case e.Stdin != nil:
		r.Stdin = append(r.Stdin, *e.Stdin)
	case e.Stdout != nil:
		r.Stdout = append(r.Stdout, *e.Stdout)
	case e.Request != nil:
		r.HTTP = append(r.HTTP, *e.Request)
	case e.Answer != nil:
		if e.Answer.Index < 0 || e.Answer.Index >= len(r.HTTP) {
			return fmt.Errorf("answer to request %d of %d", e.Answer.Index, len(r.HTTP))
		}
		x := &r.HTTP[e.Answer.Index]
		x.Status, x.Error, x.Millis = e.Answer.Status, e.Answer.Error, e.Answer.Millis
	case e.Exit != nil:
		r.Exit, r.FilesAtExit = e.Exit, e.FilesAtExit
	case e.Note != "":
		r.Notes = append(r.Notes, e.Note)
	}
	return nil
}
