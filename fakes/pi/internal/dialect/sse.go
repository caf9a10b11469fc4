package dialect

import (
	"bufio"
	"io"
	"strings"
)

// maxLine bounds a line of a stream.
const maxLine = 32 << 20

// sse is one event of a stream.
type sse struct {
	name  string
	data  string
	lines []string // as received
	cut   bool     // the stream ended before the blank line that ends an event
}

// events reads server-sent events.
type events struct {
	lines *bufio.Scanner
}

func newEvents(in io.Reader) *events {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	lines.Split(splitLine)
	return &events{lines}
}

// next returns the next event that has a name or data. At the end of the stream
// what is pending comes as an event, cut and maybe without data, then io.EOF.
func (e *events) next() (sse, error) {
	var ev sse
	var data []string
	for e.lines.Scan() {
		line := e.lines.Text()
		if line == "" {
			if ev.name == "" && data == nil {
				ev.lines = nil
				continue
			}
			ev.data = strings.Join(data, "\n")
			return ev, nil
		}
		ev.lines = append(ev.lines, line)
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			ev.name = value
		case "data":
			data = append(data, value)
		}
	}
	if err := e.lines.Err(); err != nil {
		return sse{}, err
	}
	if ev.lines == nil {
		return sse{}, io.EOF
	}
	ev.data, ev.cut = strings.Join(data, "\n"), true
	return ev, nil
}

// splitLine splits at LF, CR LF and CR. A CR at the end of what there is may be
// half of a CR LF, so it waits for more.
func splitLine(data []byte, atEOF bool) (advance int, token []byte, err error) {
	for i, c := range data {
		switch {
		case c == '\n':
			return i + 1, data[:i], nil
		case c == '\r' && i+1 < len(data):
			if data[i+1] == '\n' {
				return i + 2, data[:i], nil
			}
			return i + 1, data[:i], nil
		case c == '\r' && atEOF:
			return i + 1, data[:i], nil
		}
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}
