package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/agenta-ai/conform/verdict"
)

// What can be wrong with a file of results; each comes wrapped in a PlaceError.
var (
	ErrNoHeader  = errors.New("no header: the file is empty, or was never a run of conform")
	ErrVersion   = errors.New("wrong format version")
	ErrDuplicate = errors.New("duplicate cell")
	ErrOrder     = errors.New("line out of place")
	ErrLine      = errors.New("not a line of a run")
)

// PlaceError says where in a file of results something is wrong.
type PlaceError struct {
	File string
	Line int
	Err  error
}

// Error is file:line and what is wrong there.
func (e *PlaceError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap gives errors.Is one of the errors above.
func (e *PlaceError) Unwrap() error { return e.Err }

// Recording is a run that was read back.
type Recording struct {
	verdict.Run
	// Torn names the last line if it was cut off, as it is after a kill; the run
	// goes as far as the line before it. It is "" for a whole file.
	Torn string

	cells   int64 // offset behind the last whole line that is not the footer
	newline bool  // that line has its end
}

// Open reads the run at path.
func Open(path string) (*Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	defer f.Close() // read only: nothing is lost with the error
	return Read(path, f)
}

// Read reads a run. The name stands in errors.
func Read(name string, r io.Reader) (*Recording, error) {
	rec := &Recording{newline: true}
	lines := map[string]int{} // cell → line
	in := bufio.NewReaderSize(r, 1<<20)
	var offset int64
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, &PlaceError{name, n, err}
		}
		if len(line) == 0 {
			break
		}
		offset += int64(len(line))
		whole := line[len(line)-1] == '\n'
		if !whole && !json.Valid(line) {
			rec.Torn = fmt.Sprintf("%s:%d: the last line is cut off after %d bytes and left out", name, n, len(line))
			break
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err := rec.add(line, n, lines); err != nil {
			return nil, &PlaceError{name, n, err}
		}
		if rec.Footer == nil {
			rec.cells, rec.newline = offset, whole
		}
	}
	if rec.Header.Type == "" {
		return nil, &PlaceError{name, 1, ErrNoHeader}
	}
	return rec, nil
}

func (rec *Recording) add(line []byte, n int, lines map[string]int) error {
	switch kind := typeOf(line); {
	case rec.Header.Type == "" && kind != "header":
		return ErrNoHeader
	case rec.Footer != nil:
		return fmt.Errorf("%w: a %s behind the footer", ErrOrder, kind)
	case kind == "header":
		if rec.Header.Type != "" {
			return fmt.Errorf("%w: a second header", ErrOrder)
		}
		var format struct{ Format int } // before the rest, which another version may shape otherwise
		if err := json.Unmarshal(line, &format); err != nil {
			return fmt.Errorf("%w: %w", ErrLine, err)
		}
		if format.Format != Format {
			return fmt.Errorf("%w: %d, this build reads %d", ErrVersion, format.Format, Format)
		}
		return decode(line, &rec.Header)
	case kind == "cell":
		var r verdict.Result
		if err := decode(line, &r); err != nil {
			return err
		}
		if first, twice := lines[r.Cell]; twice {
			return fmt.Errorf("%w: %s stands in line %d already", ErrDuplicate, r.Cell, first)
		}
		lines[r.Cell] = n
		rec.Results = append(rec.Results, r)
		return nil
	case kind == "footer":
		rec.Footer = &verdict.Footer{}
		return decode(line, rec.Footer)
	default:
		return fmt.Errorf("%w: its type is %q", ErrLine, kind)
	}
}

func decode(line []byte, into any) error {
	if err := json.Unmarshal(line, into); err != nil {
		return fmt.Errorf("%w: %w", ErrLine, err)
	}
	return nil
}

// typeOf reads the type of a line without decoding megabytes twice: the writer
// puts it first. It is "" for what is no object with a type in front.
func typeOf(line []byte) string {
	dec := json.NewDecoder(bytes.NewReader(line[:min(len(line), 64)]))
	for _, want := range []json.Token{json.Delim('{'), "type"} {
		if token, err := dec.Token(); err != nil || token != want {
			return ""
		}
	}
	token, err := dec.Token()
	if err != nil {
		return ""
	}
	kind, _ := token.(string)
	return kind
}
