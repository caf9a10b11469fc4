package dialect

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// stream grows an answer and tells the sink of each step.
type stream struct {
	answer *chat.Assistant
	events *events
	sink   Sink
	model  catalog.Model
	who    persona.Personality
	ctx    context.Context // of the request

	args map[*chat.ToolCall]string // JSON of arguments, as far as it came
	// finished are the blocks whose end was told.
	finished map[chat.Block]bool
}

func newStream(ctx context.Context, c *Call, sink Sink) *stream {
	return &stream{
		ctx: ctx, who: c.Persona, model: c.Model, answer: NewAnswer(c.Model, c.Persona), sink: sink,
		args: map[*chat.ToolCall]string{}, finished: map[chat.Block]bool{},
	}
}

// aborted reports whether the client has lost interest.
func (s *stream) aborted() bool { return s.ctx.Err() != nil }

// start tells that there is an answer.
func (s *stream) start() { s.sink.Start(s.answer) }

func (s *stream) tell(e chat.Event) {
	e.Partial = s.answer
	s.sink.Update(e)
}

func (s *stream) add(b chat.Block) int {
	s.answer.Content = append(s.answer.Content, b)
	return len(s.answer.Content) - 1
}

func (s *stream) index(b chat.Block) int {
	for i, o := range s.answer.Content {
		if o == b {
			return i
		}
	}
	return -1
}

func (s *stream) startText() *chat.Text {
	b := chat.NewText("")
	s.tell(chat.Event{Type: chat.TextStart, ContentIndex: s.add(b)})
	return b
}

func (s *stream) text(b *chat.Text, delta string) {
	b.Text += delta
	s.tell(chat.Event{Type: chat.TextDelta, ContentIndex: s.index(b), Delta: &delta})
}

func (s *stream) startThinking(signature string) *chat.Thinking {
	b := &chat.Thinking{Type: "thinking", Signature: signature}
	s.tell(chat.Event{Type: chat.ThinkingStart, ContentIndex: s.add(b)})
	return b
}

func (s *stream) thinking(b *chat.Thinking, delta string) {
	b.Thinking += delta
	s.tell(chat.Event{Type: chat.ThinkingDelta, ContentIndex: s.index(b), Delta: &delta})
}

func (s *stream) startCall(id, name string) *chat.ToolCall {
	b := &chat.ToolCall{Type: "toolCall", ID: id, Name: name, Arguments: json.RawMessage("{}")}
	s.tell(chat.Event{Type: chat.ToolCallStart, ContentIndex: s.add(b)})
	return b
}

// arguments adds a piece of a call's arguments. Until they are whole JSON, the
// call has what there is of them.
func (s *stream) arguments(b *chat.ToolCall, delta string) {
	s.setArguments(b, s.args[b]+delta)
	s.tell(chat.Event{Type: chat.ToolCallDelta, ContentIndex: s.index(b), Delta: &delta})
}

func (s *stream) setArguments(b *chat.ToolCall, text string) {
	s.args[b] = text
	b.Arguments = jsval.ParseBegun(text).Append(nil)
}

// finish tells the end of a block, once.
func (s *stream) finish(b chat.Block) {
	if b == nil || s.finished[b] {
		return
	}
	s.finished[b] = true
	e := chat.Event{ContentIndex: s.index(b)}
	switch b := b.(type) {
	case *chat.Text:
		e.Type, e.Content = chat.TextEnd, &b.Text
	case *chat.Thinking:
		e.Type, e.Content = chat.ThinkingEnd, &b.Thinking
	case *chat.ToolCall:
		e.Type, e.ToolCall = chat.ToolCallEnd, b
	default:
		return
	}
	s.tell(e)
}

func (s *stream) finishAll() {
	for _, b := range s.answer.Content {
		s.finish(b)
	}
}

// usage sets what the answer cost.
func (s *stream) usage(u chat.Usage) {
	u.Price(s.model, s.who.TieredPrices)
	s.answer.Usage = u
}

// reasoned says how much of a usage was reasoning, where Pi says so.
func (s *stream) reasoned(u *chat.Usage, tokens float64) {
	if s.who.Reasoning {
		u.Reasoning = &tokens
	}
}

// rawStop keeps the provider's own word for why it stopped, where Pi does.
func (s *stream) rawStop(word string) {
	if s.who.RawStop {
		s.answer.RawStopReason = word
	}
}

// stopped judges why an answer stopped. early is what Pi says of a stream that
// did not say.
func (s *stream) stopped(early string) error {
	switch {
	case s.answer.StopReason == chat.Pending:
		return errors.New(early)
	case s.answer.StopReason == chat.Error && s.answer.RawStopReason != "":
		return errors.New("Provider stopped with: " + s.answer.RawStopReason)
	case s.answer.StopReason == chat.Error:
		return errors.New("An unknown error occurred")
	}
	return nil
}

// num returns a number of a usage report; null and absent are 0.
func num(v jsval.Value) float64 {
	n, _ := v.Float()
	return n
}
