package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// NDJSON is the media type of a stream of records.
const NDJSON = "application/x-ndjson"

// The kinds of records.
const (
	KindEvent  = "event"
	KindResult = "result"
)

// ErrNoResult says that a stream ended without its result record.
var ErrNoResult = errors.New("the stream ended without a result")

// Record is one line of a stream: events, then exactly one result whose own
// events are empty.
type Record struct {
	Kind   string          `json:"kind"`
	Event  json.RawMessage `json:"event,omitempty"`
	Result *Reply          `json:"result,omitempty"`
}

// WriteRecord writes one line.
func WriteRecord(w io.Writer, r Record) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode a record: %w", err)
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// ReadRecords hands each event to the callback and gives the result. Anything
// but events and then a result is an error.
func ReadRecords(r io.Reader, event func(json.RawMessage) error) (Reply, error) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			var rec Record
			if bad := json.Unmarshal(line, &rec); bad != nil {
				return Reply{}, fmt.Errorf("decode a record: %w", bad)
			}
			switch {
			case rec.Kind == KindResult && rec.Result != nil:
				return *rec.Result, nil
			case rec.Kind == KindEvent && rec.Event != nil:
				if bad := event(rec.Event); bad != nil {
					return Reply{}, bad
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return Reply{}, ErrNoResult
		}
		if err != nil {
			return Reply{}, fmt.Errorf("read a record: %w", err)
		}
	}
}
