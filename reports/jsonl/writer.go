package jsonl

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/agenta-ai/conform/verdict"
)

// Format is the version of the file format. A reader refuses any other.
const Format = 1

// Writer appends a run to a file. It is safe for several goroutines.
//
// Every line is handed to the kernel before the call returns, in one write, so a
// kill -9 of the harness loses at most the line that is being written. A
// background goroutine follows with fsync and takes all lines along that arrived
// while the last one ran: against a power cut the last few milliseconds are open,
// and no cell waits for the disk.
type Writer struct {
	file file

	mu     sync.Mutex
	err    error // the first that happened; every later call returns it
	closed bool

	dirty chan struct{} // capacity 1: something is to be synced
	done  chan struct{}
}

// file is the part of *os.File that a Writer needs.
type file interface {
	io.WriteCloser
	Sync() error
}

// Create begins a new run at path and writes its header.
func Create(path string, h verdict.Header) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("create results: %w", err)
	}
	return newWriter(f, h)
}

func newWriter(f file, h verdict.Header) (*Writer, error) {
	w := start(f)
	h.Type, h.Format = "header", Format
	if err := w.line(h); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func start(f file) *Writer {
	w := &Writer{file: f, dirty: make(chan struct{}, 1), done: make(chan struct{})}
	go w.sync()
	return w
}

// Cell appends the outcome of one cell.
func (w *Writer) Cell(r verdict.Result) error {
	r.Type = "cell"
	return w.line(r)
}

// Finish appends the footer, waits until everything is on disk and closes the
// file.
func (w *Writer) Finish(f verdict.Footer) error {
	f.Type = "footer"
	err := w.line(f)
	if closing := w.Close(); err == nil {
		err = closing // with an error before, Close says that one again
	}
	return err
}

// Close waits until everything is on disk and closes the file; without Finish
// the run stays incomplete. Closing twice is harmless.
func (w *Writer) Close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	close(w.dirty)
	w.mu.Unlock()
	<-w.done
	w.fail(w.file.Sync())
	w.fail(w.file.Close())
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *Writer) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	text = append(text, '\n')
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.err != nil:
		return w.err
	case w.closed:
		return errors.New("write result: the file is closed")
	}
	if _, err := w.file.Write(text); err != nil {
		w.err = fmt.Errorf("write result: %w", err)
		return w.err
	}
	select {
	case w.dirty <- struct{}{}:
	default: // a sync is due already and will take this line along
	}
	return nil
}

// sync is the background half of the group commit.
func (w *Writer) sync() {
	defer close(w.done)
	for range w.dirty {
		w.fail(w.file.Sync())
	}
}

func (w *Writer) fail(err error) {
	if err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = fmt.Errorf("write results: %w", err)
	}
}
