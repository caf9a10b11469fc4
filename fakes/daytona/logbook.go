package daytona

import (
	"io"
	"strings"
	"sync"
)

// chunk is a piece of a command's output.
type chunk struct {
	stream byte // 1 for stdout, 2 for stderr
	data   []byte
}

// logbook is the output of one command, in the order in which it came.
type logbook struct {
	mu      sync.Mutex
	chunks  []chunk
	closed  bool
	changed chan struct{} // closed and replaced with each change
}

func newLogbook() *logbook { return &logbook{changed: make(chan struct{})} }

// stream is a writer of one of the streams.
func (l *logbook) stream(n byte) io.Writer { return streamWriter{l, n} }

type streamWriter struct {
	book *logbook
	n    byte
}

func (w streamWriter) Write(p []byte) (int, error) {
	w.book.mu.Lock()
	defer w.book.mu.Unlock()
	w.book.chunks = append(w.book.chunks, chunk{w.n, append([]byte(nil), p...)})
	w.book.announce()
	return len(p), nil
}

func (l *logbook) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.announce()
}

func (l *logbook) announce() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// since is what came after the first n chunks, whether more may come, and what
// tells of it.
func (l *logbook) since(n int) (more []chunk, closed bool, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.chunks[n:len(l.chunks):len(l.chunks)], l.closed, l.changed
}

// text is the output of one stream so far, of both for 0.
func (l *logbook) text(n byte) string {
	all, _, _ := l.since(0)
	var out strings.Builder
	for _, c := range all {
		if n == 0 || c.stream == n {
			out.Write(c.data)
		}
	}
	return out.String()
}
