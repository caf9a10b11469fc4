package providers

// stream has an event for each beginning and end, of the answer and of its
// parts.
func (d responses) stream(s *stream, a *answer) {
	w := &responseEvents{s: s}
	w.send("response.created", member{"response", d.response(a, "in_progress", list{})})
	w.send("response.in_progress", member{"response", d.response(a, "in_progress", list{})})
	s.body()
	if a.reasoning != "" {
		d.thinks(w, a)
	}
	if a.text != "" || len(a.calls) == 0 {
		d.speaks(w, a)
	}
	for _, c := range a.calls {
		d.asks(w, a, c)
	}
	s.tail()
	whole := d.whole(a)
	kind := "response.completed"
	if d.status(a) == "incomplete" {
		kind = "response.incomplete"
	}
	w.send(kind, member{"response", whole})
}

// responseEvents numbers events, and items of the output.
type responseEvents struct {
	s        *stream
	sequence int
	item     int
}

func (w *responseEvents) send(kind string, members ...member) { w.says(kind, "", members...) }

// says sends an event that carries a piece of text.
func (w *responseEvents) says(kind, piece string, members ...member) {
	document := append(make(obj, 0, len(members)+2), member{"type", kind}, member{"sequence_number", w.sequence})
	w.sequence++
	if piece == "" {
		w.s.event(kind, append(document, members...), 0)
		return
	}
	w.s.says(kind, append(document, members...), piece)
}

// within sends the events of one item between its own two.
func (w *responseEvents) within(first, last obj, inner func()) {
	w.send("response.output_item.added", member{"output_index", w.item}, member{"item", first})
	inner()
	w.send("response.output_item.done", member{"output_index", w.item}, member{"item", last})
	w.item++
}

func (d responses) speaks(w *responseEvents, a *answer) {
	at := []member{{"item_id", "msg_" + a.id}, {"output_index", w.item}, {"content_index", 0}}
	about := func(more ...member) []member { return append(at[:len(at):len(at)], more...) }
	w.within(d.item(a, "in_progress", list{}), d.item(a, "completed", list{d.part(a.text)}), func() {
		w.send("response.content_part.added", about(member{"part", d.part("")})...)
		for _, text := range a.pieces(a.text) {
			w.says("response.output_text.delta", text, about(member{"delta", text}, member{"logprobs", list{}})...)
		}
		w.send("response.output_text.done", about(member{"text", a.text}, member{"logprobs", list{}})...)
		w.send("response.content_part.done", about(member{"part", d.part(a.text)})...)
	})
}

func (d responses) thinks(w *responseEvents, a *answer) {
	at := []member{{"item_id", "rs_" + a.id}, {"output_index", w.item}, {"summary_index", 0}}
	about := func(more ...member) []member { return append(at[:len(at):len(at)], more...) }
	w.within(d.reasoning(a, list{}), d.reasoning(a, list{summary(a.reasoning)}), func() {
		w.send("response.reasoning_summary_part.added", about(member{"part", summary("")})...)
		for _, text := range a.pieces(a.reasoning) {
			w.says("response.reasoning_summary_text.delta", text, about(member{"delta", text})...)
		}
		w.send("response.reasoning_summary_text.done", about(member{"text", a.reasoning})...)
		w.send("response.reasoning_summary_part.done", about(member{"part", summary(a.reasoning)})...)
	})
}

func (d responses) asks(w *responseEvents, a *answer, c toolCall) {
	at := []member{{"item_id", "fc_" + c.id}, {"output_index", w.item}}
	about := func(more ...member) []member { return append(at[:len(at):len(at)], more...) }
	w.within(d.call(c, "in_progress", ""), d.call(c, "completed", c.arguments), func() {
		for _, text := range a.pieces(c.arguments) {
			w.says("response.function_call_arguments.delta", text, about(member{"delta", text})...)
		}
		w.send("response.function_call_arguments.done", about(member{"name", c.name}, member{"arguments", c.arguments})...)
	})
}
