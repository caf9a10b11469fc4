package providers

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"strconv"
	"time"
)

// begin sends the head of the answer. The journal has the status first.
func (e *exchange) begin(status int, contentType string) {
	e.entry.Update(func(c *Call) { c.Status = status })
	e.w.Header().Set("Content-Type", contentType)
	e.w.WriteHeader(status)
}

// send answers with one JSON document.
func (e *exchange) send(status int, document []byte) {
	e.begin(status, "application/json")
	e.write(document)
}

// write sends bytes of the body and reports whether the client is still there.
func (e *exchange) write(text []byte) bool {
	// Sooner than a write would notice, which first goes to a buffer.
	if e.end == "" && context.Cause(e.r.Context()) != nil {
		e.end = Gone
	}
	if e.end != "" {
		return false
	}
	if e.first.IsZero() {
		e.first = time.Now()
	}
	n, err := e.w.Write(text)
	if e.sent += n; err != nil {
		e.end = Gone
	}
	return err == nil
}

func (e *exchange) flush() {
	if err := http.NewResponseController(e.w).Flush(); err != nil && e.end == "" {
		e.end = Gone
	}
}

// close completes the journal's entry.
func (e *exchange) close() {
	end := cmp.Or(e.end, Whole)
	took := time.Since(e.began)
	e.entry.Update(func(c *Call) {
		c.End, c.ClientGone, c.Events, c.Sent = end, end == Gone, e.events, e.sent
		c.Millis = millis(took)
		if !e.first.IsZero() {
			c.FirstMillis = millis(e.first.Sub(e.began))
		}
		e.server.meter.count(c, took)
	})
	e.entry.Close()
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// abort breaks the connection off, as net/http wants it.
func (e *exchange) abort() {
	if e.end == "" {
		e.end = Broken
	}
	panic(http.ErrAbortHandler)
}

// reset breaks the connection off with a TCP reset, where there is a TCP
// connection of its own.
func (e *exchange) reset() {
	e.flush()
	if e.end == "" {
		e.end = Broken
	}
	conn, _, err := http.NewResponseController(e.w).Hijack()
	if err != nil {
		e.abort()
	}
	for inner := conn; ; {
		if tcp, ok := inner.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // then closing resets; it breaks either way
		}
		wrapped, ok := inner.(interface{ NetConn() net.Conn })
		if !ok {
			inner.Close()
			break
		}
		inner = wrapped.NetConn()
	}
	panic(http.ErrAbortHandler)
}

// wait holds the answer back until the client goes or the case ends, and then
// breaks the connection.
func (e *exchange) wait() {
	select {
	case <-e.r.Context().Done():
		e.end = Gone
	case <-e.entry.Ended():
		e.end = Stopped
	}
	e.abort()
}

// sleep lets time pass; it reports whether the client waited.
func (e *exchange) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-e.r.Context().Done():
		e.end = Gone
	case <-e.entry.Ended():
		e.end = Stopped
	}
	return false
}

// page answers as something in between would that knows nothing of the API.
func (e *exchange) page(b Behaviour) {
	e.begin(cmp.Or(b.Status, http.StatusOK), cmp.Or(b.ContentType, "text/html; charset=utf-8"))
	e.write([]byte("<html><body><h1>" + cmp.Or(b.Message, "It works!") + "</h1></body></html>\n"))
}

// speak composes the answer and tells the journal of it.
func (e *exchange) speak(dialect dialect) *answer {
	a := compose(e)
	usage := a.usage
	e.play.spend(e, usage.Prompt+usage.Output)
	e.entry.Update(func(c *Call) {
		c.AnswerID, c.AnswerModel, c.Usage = dialect.label(a), a.model, &usage
		c.Finish = a.ending("stop", "tool_calls", "length", "content_filter")
		if _, ok := dialect.(router); ok {
			c.Cost = a.total()
		}
	})
	return a
}

// plain answers with one document, or what the behaviour makes of it.
func (e *exchange) plain(dialect dialect) {
	b := e.behaviour
	if b.Kind == ErrorFrame {
		// Without a stream the failure is the whole answer. OpenRouter has said 200
		// by then.
		status := cmp.Or(b.Status, http.StatusInternalServerError)
		f := failure{status: status, message: e.message(status, b.Message), id: e.id, known: true}
		if _, ok := dialect.(openRouter); ok {
			status = http.StatusOK
		}
		e.send(status, encode(dialect.failure(f)))
		return
	}
	a := e.speak(dialect)
	document := encode(dialect.whole(a))
	pauses := e.pace.pauses(uint64(e.n))
	if !e.sleep(pauses(0, true)) || !e.sleep(pauses(a.usage.Output, false)) {
		e.abort()
	}
	contentType, half := "application/json", document[:len(document)/2]
	if b.After == AtStart {
		half = nil
	}
	switch b.Kind {
	case Stall, Cut, Reset:
		if half == nil {
			e.strike(b.Kind)
		}
		// A length that is never reached, so that nobody takes half for the whole.
		e.w.Header().Set("Content-Length", strconv.Itoa(len(document)))
		e.begin(http.StatusOK, contentType)
		e.write(half)
		e.flush()
		e.strike(b.Kind)
	case Malformed, End:
		document = document[:len(document)/2]
	case WrongType:
		contentType = cmp.Or(b.ContentType, "text/plain; charset=utf-8")
	}
	e.begin(http.StatusOK, contentType)
	e.write(document)
}

// strike does not return.
func (e *exchange) strike(kind Kind) {
	switch kind {
	case Stall:
		e.wait()
	case Reset:
		e.reset()
	}
	e.abort()
}
