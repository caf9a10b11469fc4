package service

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/secret"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// caller is the receiving end of a stream: NDJSON, or server-sent events, whose
// data are our records or the parts of Vercel's AI SDK.
type caller struct {
	w           http.ResponseWriter
	sse, vercel bool
	opened      bool
}

// event hands on one event of the run.
func (c *caller) event(doc []byte) error {
	if c.vercel {
		return c.send(vercelEvent(doc)...)
	}
	return c.send(record(wire.KindEvent, "event", doc))
}

// result ends the stream with what became of the run.
func (c *caller) result(doc []byte) error {
	if c.vercel {
		return c.send(vercelResult(doc)...)
	}
	return c.send(record(wire.KindResult, "result", doc))
}

// open says what kind of stream follows.
func (c *caller) open() [][]byte {
	c.opened = true
	media := wire.NDJSON
	if c.sse {
		media = eventStream
	}
	c.w.Header().Set("Content-Type", media)
	if !c.vercel {
		return nil
	}
	c.w.Header().Set(vercelStreamHeader, "v1")
	return vercelOpening()
}

// send writes documents and lets them go at once.
func (c *caller) send(docs ...[]byte) error {
	if !c.opened {
		docs = append(c.open(), docs...)
	}
	for _, doc := range docs {
		if c.sse {
			doc = append(append([]byte("data: "), doc...), '\n')
		}
		if _, err := c.w.Write(append(doc, '\n')); err != nil {
			return err
		}
	}
	return http.NewResponseController(c.w).Flush()
}

// stream runs a turn and hands on its events as they come. Until the first one,
// a failure is a plain answer with its status; after it, the result record says
// so: a stream never just ends.
func (s *Service) stream(ctx context.Context, c *caller, req wire.Request, redactor *secret.Redactor) {
	resp, err := s.runner.post(ctx, req, wire.NDJSON)
	if err != nil {
		s.refuse(c.w, redactor, err)
		return
	}
	defer resp.Body.Close()
	defer io.Copy(io.Discard, resp.Body) // read to its end, so the connection can serve again
	reply, err := s.relay(resp, c, redactor)
	answer := succeeded(reply)
	if err != nil {
		answer = failed(err, reply)
	}
	if !c.opened && answer.Error != nil {
		s.respond(c.w, redactor, answer)
		return
	}
	if answer.Error != nil {
		s.logFailure(redactor, answer.Error)
	}
	answer.Events = nil
	c.result(answer.encode(redactor))
}

// relay hands on the events of a runner's stream and gives its result.
func (s *Service) relay(resp *http.Response, c *caller, redactor *secret.Redactor) (wire.Reply, error) {
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), wire.NDJSON) {
		return document(resp)
	}
	events := 0
	deltas := &deltaFilter{text: redactor.Stream()}
	reply, err := wire.ReadRecords(resp.Body, func(event json.RawMessage) error {
		events++
		for _, clean := range deltas.pass(event) {
			if err := c.event(redactor.JSON(clean)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return wire.Reply{}, unusable("the runner's stream broke off: "+err.Error(), err)
	}
	return reply, verdict(reply, events)
}

// record wraps a document that is JSON already.
func record(kind, member string, doc []byte) []byte {
	out := make([]byte, 0, len(doc)+32)
	out = append(out, `{"kind":"`+kind+`","`+member+`":`...)
	return append(append(out, doc...), '}')
}

// deltaFilter redacts text that is spread over deltas: a secret may be cut in
// two, so what could be the head of one waits for the next.
type deltaFilter struct{ text *secret.Stream }

// pass gives the events that can go on in place of one.
func (f *deltaFilter) pass(event json.RawMessage) []json.RawMessage {
	var e struct{ Type, Delta string }
	if json.Unmarshal(event, &e) != nil || e.Type != wire.EventMessageDelta {
		if rest := f.text.Flush(); rest != "" {
			return []json.RawMessage{delta(nil, rest), event}
		}
		return []json.RawMessage{event}
	}
	switch shown := f.text.Push(e.Delta); shown {
	case e.Delta:
		return []json.RawMessage{event}
	case "":
		return nil
	default:
		return []json.RawMessage{delta(event, shown)}
	}
}

// delta gives a delta event with another text.
func delta(event json.RawMessage, text string) json.RawMessage {
	members := map[string]any{"type": wire.EventMessageDelta}
	if event != nil {
		json.Unmarshal(event, &members)
	}
	members["delta"] = text
	out, err := json.Marshal(members)
	if err != nil {
		return event
	}
	return out
}
