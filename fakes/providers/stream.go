package providers

import (
	"bytes"
	"strings"
)

// stream is an answer as server-sent events: one buffer, and where each event
// ends in it. Faults strike, and time passes, between events.
type stream struct {
	out    []byte
	events []event
	eol    string
	first  int // event with which the model's words begin, after the head
	last   int // event after them
}

// event is one frame of a stream.
type event struct {
	end    int
	name   string
	data   bool // not a comment
	tokens int  // that it carries
}

func newStream() *stream { return &stream{eol: "\n"} }

// borrow gives a stream whose buffers have been used before.
func (s *Server) borrow() *stream {
	if used, ok := s.streams.Get().(*stream); ok {
		*used = stream{out: used.out[:0], events: used.events[:0], eol: "\n"}
		return used
	}
	return &stream{out: make([]byte, 0, 8<<10), events: make([]event, 0, 32), eol: "\n"}
}

// largest is the size, in bytes, up to which a buffer is worth keeping.
const largest = 256 << 10

// giveBack leaves a stream to other exchanges. After a write that failed, HTTP/2
// may still be reading from it.
func (e *exchange) giveBack(used *stream) {
	if e.end == "" && cap(used.out) <= largest {
		e.server.streams.Put(used)
	}
}

// comment adds a line that clients skip.
func (s *stream) comment(text string) {
	s.out = append(append(append(append(s.out, ": "...), text...), s.eol...), s.eol...)
	s.events = append(s.events, event{end: len(s.out)})
}

// data adds an event without a name.
func (s *stream) data(document any) { s.event("", document, 0) }

// says adds an event that carries a piece of what the model says.
func (s *stream) says(name string, document any, piece string) {
	s.event(name, document, tokens(len(piece)))
}

// blank is where a template has its text: something that no model says and no
// model is called.
const blank = "\x00blank\x00"

// template gives a function that adds an event which carries a piece of what the
// model says: the document, with the piece in the place of blank. A stream is
// hundreds of them.
func (s *stream) template(name string, document any) func(piece string) {
	before, after, _ := bytes.Cut(encode(document), encode(blank))
	if name != "" {
		name = "event: " + name + s.eol
	}
	return func(piece string) {
		s.out = append(append(append(s.out, name...), "data: "...), before...)
		s.out = append(append(appendString(s.out, piece), after...), s.eol...)
		s.out = append(s.out, s.eol...)
		s.events = append(s.events, event{len(s.out), strings.TrimSpace(strings.TrimPrefix(name, "event: ")), true, tokens(len(piece))})
	}
}

func (s *stream) event(name string, document any, tokens int) {
	if name != "" {
		s.out = append(append(append(s.out, "event: "...), name...), s.eol...)
	}
	s.out = appendJSON(append(s.out, "data: "...), document)
	s.out = append(append(s.out, s.eol...), s.eol...)
	s.events = append(s.events, event{len(s.out), name, true, tokens})
}

// body says that the model's words begin with the next event, tail that they
// ended with the one before it.
func (s *stream) body() { s.first = len(s.events) }
func (s *stream) tail() { s.last = len(s.events) }

// between is the text of the events from one to another.
func (s *stream) between(from, to int) []byte {
	start := 0
	if from > 0 {
		start = s.events[from-1].end
	}
	return s.out[start:s.events[to-1].end]
}

// after is the event before which a fault strikes.
func (s *stream) after(at After) int {
	switch at {
	case AtStart:
		return 0
	case AtHalf:
		return s.first + (s.last-s.first+1)/2
	}
	left := int(at)
	for i, e := range s.events {
		if left == 0 {
			return i
		}
		if e.data {
			left--
		}
	}
	return len(s.events)
}

// malformed adds a broken event, named like the one it stands before: clients of
// dialects with named events skip the others.
func (s *stream) malformed(id string, whole *stream, before int) {
	name := ""
	if whole.eol != "" && before < len(whole.events) {
		s.eol, name = whole.eol, whole.events[before].name
	}
	s.event(name, raw(`{"id":"`+id+`","choices":[{"delta":`), 0)
}

// doneMark ends the streams of OpenAI and of those who follow it.
const doneMark = raw("[DONE]")
