package pi

import (
	"bytes"
	"encoding/json"
	"io"
	"sync"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// outbox writes RPC lines. A line is encoded when it is sent and written by a
// goroutine of its own, together with all that gathered meanwhile: an answer is
// a burst of small events, and this makes one write of it.
type outbox struct {
	w       io.Writer
	journal *flight.Writer
	done    chan struct{}

	mu     sync.Mutex
	wake   sync.Cond
	lines  bytes.Buffer
	closed bool
}

func newOutbox(w io.Writer, journal *flight.Writer) *outbox {
	o := &outbox{w: w, journal: journal, done: make(chan struct{})}
	o.wake.L = &o.mu
	go o.write()
	return o
}

// send queues v as one line.
func (o *outbox) send(v any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	enc := json.NewEncoder(&o.lines)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		o.journal.Note("cannot send: " + err.Error())
	}
	o.wake.Signal()
}

// close writes what is queued, and ends. Later lines are dropped.
func (o *outbox) close() {
	o.mu.Lock()
	o.closed = true
	o.wake.Signal()
	o.mu.Unlock()
	<-o.done
}

func (o *outbox) write() {
	defer close(o.done)
	var batch bytes.Buffer
	for {
		o.mu.Lock()
		for o.lines.Len() == 0 && !o.closed {
			o.wake.Wait()
		}
		batch, o.lines = o.lines, batch
		o.lines.Reset()
		o.mu.Unlock()
		if batch.Len() == 0 {
			return
		}
		// A reader that went away is no reason to stop: the record goes on.
		if _, err := o.w.Write(batch.Bytes()); err != nil {
			o.journal.Note("stdout: " + err.Error())
		}
		for line := range bytes.Lines(batch.Bytes()) {
			o.journal.Stdout(string(bytes.TrimSuffix(line, []byte("\n"))))
		}
		o.journal.Flush()
	}
}
