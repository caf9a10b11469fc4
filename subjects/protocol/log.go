package protocol

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"syscall"
)

// The limits of a Log.
const (
	maxLogLine  = 8 << 10 // bytes kept of a line
	maxLogBytes = 2 << 20 // bytes kept in all; the oldest lines go first
	maxKept     = 256     // dropped lines that are kept all the same
)

// keptLine is a line that had to go but carries what must not be lost.
type keptLine struct {
	number int
	text   string
}

// Log keeps what a driver and its children write on stderr.
type Log struct {
	conn  syscall.RawConn
	keep  string // lines that contain it outlive the others
	ended chan struct{}

	mu      sync.Mutex
	lines   []string
	first   int // number of the oldest line kept
	bytes   int
	kept    []keptLine
	partial []byte
	buf     []byte
	eof     bool
}

// newLog reads from the read end of a pipe until it ends or is closed.
func newLog(conn syscall.RawConn, keep string) *Log {
	l := &Log{conn: conn, keep: keep, buf: make([]byte, 32<<10), ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		// An error means that the pipe was closed: then there is no more to read.
		_ = conn.Read(func(fd uintptr) bool { return l.drain(fd) })
	}()
	return l
}

// drain takes everything that is in the pipe now and reports whether it ended.
// The lock is held around the reads, so that Since, which drains too, sees
// lines in order and misses none that was written before it was called.
func (l *Log) drain(fd uintptr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.eof {
		n, err := syscall.Read(int(fd), l.buf)
		switch {
		case n > 0:
			l.take(l.buf[:n])
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return false
		default:
			l.eof = true
		}
	}
	return true
}

func (l *Log) take(data []byte) {
	for len(data) > 0 {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			if room := maxLogLine - len(l.partial); room > 0 {
				l.partial = append(l.partial, data[:min(room, len(data))]...)
			}
			return
		}
		line := data[:i]
		if room := maxLogLine - len(l.partial); len(line) > room {
			line = line[:max(room, 0)]
		}
		l.add(string(l.partial) + strings.TrimSuffix(string(line), "\r"))
		l.partial = l.partial[:0]
		data = data[i+1:]
	}
}

func (l *Log) add(line string) {
	l.lines = append(l.lines, line)
	l.bytes += len(line) + 1
	if l.bytes <= maxLogBytes {
		return
	}
	// Drop a quarter at once, so that a flood costs little for each line.
	drop := 0
	for ; l.bytes > maxLogBytes*3/4 && drop < len(l.lines)-1; drop++ {
		oldest := l.lines[drop]
		l.bytes -= len(oldest) + 1
		// A secret in a flood is still a secret that was logged.
		if l.keep != "" && strings.Contains(oldest, l.keep) && len(l.kept) < maxKept {
			l.kept = append(l.kept, keptLine{l.first + drop, oldest})
		}
	}
	l.lines, l.first = append([]string(nil), l.lines[drop:]...), l.first+drop
}

// Mark is the place where the next line will be.
func (l *Log) Mark() int {
	l.pull()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first + len(l.lines)
}

// Since is every line from a mark on, with whatever has been written up to now.
func (l *Log) Since(mark int) []string {
	l.pull()
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	if mark < l.first {
		out = append(out, fmt.Sprintf("(conform: %d lines dropped)", l.first-mark))
	}
	for _, k := range l.kept {
		if k.number >= mark {
			out = append(out, k.text)
		}
	}
	if from := max(mark-l.first, 0); from < len(l.lines) {
		out = append(out, l.lines[from:]...)
	}
	if len(l.partial) > 0 {
		out = append(out, string(l.partial))
	}
	return out
}

// Tail is the last n lines.
func (l *Log) Tail(n int) []string {
	all := l.Since(0)
	return all[max(len(all)-n, 0):]
}

// pull empties the pipe without waiting. It fails when the pipe is closed, and
// then there is nothing to take.
func (l *Log) pull() { _ = l.conn.Control(func(fd uintptr) { l.drain(fd) }) }
