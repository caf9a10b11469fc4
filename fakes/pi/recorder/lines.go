package recorder

import "bytes"

// lines cuts a stream into lines.
type lines struct {
	tell func(line string)
	part []byte // of a line that has not ended
}

func (l *lines) add(p []byte) {
	for {
		line, rest, whole := bytes.Cut(p, []byte{'\n'})
		if !whole {
			l.part = append(l.part, p...)
			return
		}
		l.tell(string(bytes.TrimSuffix(append(l.part, line...), []byte{'\r'})))
		l.part, p = nil, rest
	}
}

// end tells a last line that has no line end.
func (l *lines) end() {
	if len(l.part) > 0 {
		l.tell(string(l.part))
		l.part = nil
	}
}
