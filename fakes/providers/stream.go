package providers

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
)

// stream answers with server-sent events, or what the behaviour makes of them.
func (e *exchange) stream(dialect dialect) {
	a := e.answer(dialect)
	p := dialect.pieces(a)
	e.w.Header().Set("Cache-Control", "no-cache")
	e.begin(http.StatusOK, "text/event-stream")

	out := &events{ctx: e.r.Context(), w: e.w, flush: http.NewResponseController(e.w).Flush, end: cmp.Or(p.lineEnd, "\n")}
	half := (len(p.text) + 1) / 2
	out.send(p.head...)
	out.each(p.text[:half])

	behaviour := e.script.Behaviour
	switch behaviour.Kind {
	case Stall:
		e.wait()
	case Cut:
		panic(http.ErrAbortHandler)
	case ErrorFrame:
		status := cmp.Or(behaviour.Status, http.StatusInternalServerError)
		out.send(dialect.broken(a, failure{status: status, message: e.message(status, behaviour.Message), id: e.id, known: true}))
	case Malformed:
		broken := frame{data: raw(`{"id":"` + e.id + `","choices":[{"delta":`)}
		if len(p.text) > 0 {
			broken.event = p.text[0].event // clients of dialects with named events skip the others
		}
		out.send(broken)
		fallthrough
	default:
		out.each(p.text[half:])
		out.send(p.tail...)
	}
	if out.err != nil {
		e.gone()
	}
}

// events writes server-sent events. Once the client is gone it writes no more.
type events struct {
	ctx   context.Context
	w     http.ResponseWriter
	flush func() error
	end   string // of a line
	err   error
}

// each sends every frame by itself, as it would come from a model.
func (o *events) each(frames []frame) {
	for _, f := range frames {
		o.send(f)
	}
}

// send writes frames and flushes them together.
func (o *events) send(frames ...frame) {
	if o.err == nil {
		// Sooner than a write would notice, which first goes to a buffer.
		o.err = context.Cause(o.ctx)
	}
	if o.err != nil || len(frames) == 0 {
		return
	}
	var text bytes.Buffer
	for _, f := range frames {
		if f.comment != "" {
			text.WriteString(": " + f.comment + o.end + o.end)
			continue
		}
		if f.event != "" {
			text.WriteString("event: " + f.event + o.end)
		}
		text.WriteString("data: ")
		if literal, ok := f.data.(raw); ok {
			text.WriteString(string(literal))
		} else {
			text.Write(encode(f.data))
		}
		text.WriteString(o.end + o.end)
	}
	if _, o.err = o.w.Write(text.Bytes()); o.err == nil {
		o.err = o.flush()
	}
}
