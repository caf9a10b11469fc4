package providers

import (
	"cmp"
	"net/http"
	"time"
)

// keepAlive is how long OpenRouter is silent before it sends a comment.
const keepAlive = 500 * time.Millisecond

// fewBytes is what net/http may answer without chunks when a handler is done
// with so little; providers stream in chunks.
const fewBytes = 2048

// stream answers with server-sent events, or what the behaviour makes of them.
func (e *exchange) stream(dialect dialect) {
	b := e.behaviour
	a := e.speak(dialect)
	s := e.server.borrow()
	dialect.stream(s, a)

	at := len(s.events)
	switch b.Kind {
	case Stall, Cut, Reset, End, ErrorFrame, Malformed:
		at = s.after(b.After)
	}
	if b.After == AtStart && (b.Kind == Stall || b.Kind == Cut || b.Kind == Reset) {
		e.strike(b.Kind)
	}
	contentType := "text/event-stream"
	if b.Kind == WrongType {
		contentType = cmp.Or(b.ContentType, "text/plain; charset=utf-8")
	}
	e.w.Header().Set("Cache-Control", "no-cache")
	e.begin(http.StatusOK, contentType)

	_, patient := dialect.(openRouter)
	pauses := e.pace.pauses(uint64(e.n))
	e.perform(s, 0, at, pauses, patient)
	switch b.Kind {
	case Stall, Cut, Reset:
		e.flush()
		e.giveBack(s) // others may use it while this one waits
		e.strike(b.Kind)
	case ErrorFrame:
		status := cmp.Or(b.Status, http.StatusInternalServerError)
		f := failure{status: status, message: e.message(status, b.Message), id: e.id, known: true}
		if b.Metadata != nil {
			f.metadata = b.Metadata
		}
		broken := newStream()
		dialect.broken(broken, a, f, b.Code)
		e.emit(broken, 0, len(broken.events))
	case Malformed:
		broken := newStream()
		broken.malformed(e.id, s, at)
		e.emit(broken, 0, 1)
		e.perform(s, at, len(s.events), pauses, patient)
	}
	e.giveBack(s)
	if e.end == "" && e.sent < fewBytes {
		e.flush()
	}
	switch b.Kind {
	case End, ErrorFrame:
		e.end = cmp.Or(e.end, Broken)
	}
	if e.end == Stopped {
		e.abort() // nobody may take it for the whole
	}
}

// perform sends events from one to another with the pauses between them.
func (e *exchange) perform(s *stream, from, to int, pauses func(int, bool) time.Duration, patient bool) {
	if !e.pace.steps() {
		e.emit(s, from, to)
		return
	}
	for i := from; i < to; i++ {
		d := time.Duration(0)
		switch {
		case i == 0:
			d = pauses(0, true)
		case s.events[i].tokens > 0:
			d = pauses(s.events[i].tokens, false)
		}
		for ; patient && d > keepAlive; d -= keepAlive {
			if !e.sleep(keepAlive) {
				return
			}
			e.emit(processing(), 0, 1)
			e.flush()
		}
		if !e.sleep(d) {
			return
		}
		e.emit(s, i, i+1)
		if e.flush(); e.end != "" {
			return
		}
	}
}

// processing is the comment with which OpenRouter keeps a connection alive.
func processing() *stream {
	s := newStream()
	s.comment("OPENROUTER PROCESSING")
	return s
}

// emit sends events together.
func (e *exchange) emit(s *stream, from, to int) {
	if from >= to || !e.write(s.between(from, to)) {
		return
	}
	for _, sent := range s.events[from:to] {
		if sent.data {
			e.events++
		}
	}
}
