package runner

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/runner/banner"
	"github.com/agenta-ai/conform/subjects/reference/runner/pirpc"
	"github.com/agenta-ai/conform/subjects/reference/secret"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// turn hears what Pi does and makes events and a reply of it. What leaves it
// holds neither a banner nor a secret.
type turn struct {
	redactor *secret.Redactor
	sink     func(wire.Event) // nil collects
	events   []json.RawMessage

	banner *banner.Stream // of the whole reply: a banner stands at its head only
	clean  *secret.Stream // of the current message
	raw    int            // bytes of the current message that came as deltas
	id     string         // of the current message, "" until it shows text
	count  int

	text  strings.Builder // of the current message
	texts []string        // of the messages before it
	last  *pirpc.Message  // the latest answer
	usage wire.Usage
}

func newTurn(redactor *secret.Redactor, sink func(wire.Event)) *turn {
	return &turn{redactor: redactor, sink: sink, banner: banner.NewStream()}
}

// emit hands an event on, or keeps it.
func (t *turn) emit(e wire.Event) {
	if t.sink != nil {
		t.sink(e)
		return
	}
	if raw, err := json.Marshal(e); err == nil {
		t.events = append(t.events, raw)
	}
}

// MessageStart begins an answer.
func (t *turn) MessageStart() {
	t.clean, t.raw, t.id = t.redactor.Stream(), 0, ""
	t.text.Reset()
}

// Delta takes a piece of an answer.
func (t *turn) Delta(text string) {
	if t.clean == nil {
		t.MessageStart()
	}
	t.raw += len(text)
	t.show(t.clean.Push(t.banner.Push(text)))
}

// show hands on what is certain of the current message.
func (t *turn) show(text string) {
	if text == "" {
		return
	}
	t.text.WriteString(text)
	if t.sink == nil {
		return
	}
	if t.id == "" {
		t.count++
		t.id = "m" + strconv.Itoa(t.count)
		t.emit(wire.Event{Type: wire.EventMessageStart, ID: t.id})
	}
	t.emit(wire.Event{Type: wire.EventMessageDelta, ID: t.id, Delta: text})
}

// MessageEnd takes the whole answer, of which deltas may have shown a part.
func (t *turn) MessageEnd(m pirpc.Message) {
	if t.clean == nil {
		t.MessageStart()
	}
	if whole := string(m.Content); len(whole) > t.raw {
		t.Delta(whole[t.raw:])
	}
	t.show(t.clean.Push(t.banner.Flush()) + t.clean.Flush())
	switch {
	case t.id != "":
		t.emit(wire.Event{Type: wire.EventMessageEnd, ID: t.id})
	case t.text.Len() > 0:
		t.emit(wire.Event{Type: wire.EventMessage, Text: t.text.String()})
	}
	if t.text.Len() > 0 {
		t.texts = append(t.texts, t.text.String())
	}
	t.clean, t.last = nil, &m
	t.usage.Input += m.Usage.Input
	t.usage.Output += m.Usage.Output
	t.usage.Total += m.Usage.Total
	t.usage.Cost += m.Usage.Cost.Total
}

// Tool tells of a tool that starts.
func (t *turn) Tool(id, name string) {
	t.emit(wire.Event{Type: wire.EventToolCall, ID: id, Name: t.redactor.Text(name)})
}

// ToolEnd tells of a tool that has ended.
func (t *turn) ToolEnd(id, name string, failed bool) {
	t.emit(wire.Event{Type: wire.EventToolResult, ID: id, Name: t.redactor.Text(name), IsError: failed})
}

// Retry forgets what the failed attempt said.
func (t *turn) Retry() { t.texts, t.last = nil, nil }
