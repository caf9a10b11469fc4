package flight

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Writer streams one record to its file. What a sudden death must not take
// away (the start, lines received, requests) is written at once; lines sent
// wait for the next of those or for Flush. It is safe for concurrent use.
//
// The zero Writer and a nil one record nothing.
type Writer struct {
	start time.Time

	mu        sync.Mutex
	file      *os.File
	buf       bytes.Buffer
	exchanges int
	began     []time.Time // when each exchange was sent
	err       error
}

// Create begins the record of this process. start holds what is known at exec;
// its Start is set if it is zero. Without a folder in the sidecar nothing is
// recorded.
func Create(s Sidecar, start Record) (*Writer, error) {
	if start.Start.IsZero() {
		start.Start = time.Now()
	}
	w := &Writer{start: start.Start}
	if s.Records == "" {
		return w, nil
	}
	name := "flight-" + strconv.FormatInt(start.Start.UnixNano(), 10) + "-" + strconv.Itoa(start.PID) + ".jsonl"
	file, err := create(s.Records, name)
	if err != nil {
		return w, fmt.Errorf("create flight record: %w", err)
	}
	w.file = file
	w.write(event{Start: &start}, true)
	return w, w.err
}

// create opens the file, and makes the folder only when it turns out to be missing.
func create(dir, name string) (*os.File, error) {
	const flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL | os.O_APPEND
	file, err := os.OpenFile(filepath.Join(dir, name), flags, 0o644)
	if !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(dir, name), flags, 0o644)
}

// Stdin records one RPC line received, without its line end.
func (w *Writer) Stdin(text string) {
	w.put(func() event { return event{Stdin: &Line{w.since(), text}} }, true)
}

// Stdout records one RPC line sent, without its line end.
func (w *Writer) Stdout(text string) {
	w.put(func() event { return event{Stdout: &Line{w.since(), text}} }, false)
}

// Note records something that Pi found wrong and does not say on stdout.
func (w *Writer) Note(text string) {
	w.put(func() event { return event{Note: text} }, true)
}

// Request records a request that is about to be sent and returns its index.
func (w *Writer) Request(x Exchange) (index int) {
	w.put(func() event {
		x.AtMS = w.since()
		index = w.exchanges
		w.exchanges++
		w.began = append(w.began, time.Now())
		return event{Request: &x}
	}, true)
	return index
}

// Answer records how the request with the given index was answered: a status,
// or a transport error.
func (w *Writer) Answer(index, status int, transport error) {
	w.put(func() event {
		a := answer{Index: index, Status: status, Millis: millis(time.Since(w.began[index]))}
		if transport != nil {
			a.Error = transport.Error()
		}
		return event{Answer: &a}
	}, true)
}

// Flush writes what was held back.
func (w *Writer) Flush() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flush()
}

// Exit records the end of the process and closes the file. It returns the first
// error that any write met. Nothing is recorded after it.
func (w *Writer) Exit(exit Exit, files []File) error {
	w.put(func() event {
		exit.AtMS = w.since()
		return event{Exit: &exit, FilesAtExit: files}
	}, true)
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return w.err
	}
	err := errors.Join(w.err, w.file.Close())
	w.file = nil
	return err
}

// put takes the event from make under the lock, so that times and indexes stand
// in the order of the file.
func (w *Writer) put(makeEvent func() event, now bool) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file != nil {
		w.write(makeEvent(), now)
	}
}

func (w *Writer) write(e event, now bool) {
	enc := json.NewEncoder(&w.buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil && w.err == nil {
		w.err = fmt.Errorf("write flight record: %w", err)
	}
	if now {
		w.flush()
	}
}

func (w *Writer) flush() {
	if w.file == nil || w.buf.Len() == 0 {
		return
	}
	if _, err := w.file.Write(w.buf.Bytes()); err != nil && w.err == nil {
		w.err = fmt.Errorf("write flight record: %w", err)
	}
	w.buf.Reset()
}

func (w *Writer) since() float64 { return millis(time.Since(w.start)) }

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
