package pi

import (
	"context"
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/dialect"
)

// run is one stretch of work between agent_start and agent_end.
type run struct {
	ctx    context.Context
	cancel context.CancelFunc
	fresh  []chat.Message // messages of this run

	// What the model is asked with throughout, in versions that look only once.
	model    catalog.Model
	thinking string
}

// begin opens a run.
func (a *agent) begin() *run {
	ctx, cancel := context.WithCancel(a.base)
	a.mu.Lock()
	r := &run{ctx: ctx, cancel: cancel, model: a.model, thinking: a.thinking}
	a.active, a.busy = r, true
	a.mu.Unlock()
	a.out.send(plainEvent{"agent_start"})
	a.out.send(plainEvent{"turn_start"})
	return r
}

// end closes a run, for the client and for all who wait for it. Who sees
// agent_end finds Pi idle. The gap is held afterwards: what is said between two
// runs, or after the last, comes before the answer to any later command.
func (a *agent) end(r *run, messages []chat.Message) {
	r.cancel()
	again := a.willRetry()
	a.gap.Lock()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.out.send(agentEnd{"agent_end", messages, again})
	if a.active == r {
		a.active = nil
	}
	if !a.who.Settles {
		a.answerAborts()
	}
}

// converse carries a run to its end, and those that follow from it: retries,
// and messages that nobody has told to the model yet.
func (a *agent) converse(r *run) {
	defer a.recordShells()
	a.turns(r)
	for a.base.Err() == nil && a.again() {
		next, ok := a.resume()
		a.gap.Unlock()
		if !ok {
			return // somebody else began a run in the pause
		}
		a.turns(next)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy, a.aborted = false, false
	if a.who.Settles {
		a.out.send(plainEvent{"agent_settled"})
	}
	a.answerAborts()
	a.gap.Unlock()
}

// resume opens a run that goes on where the conversation stands.
func (a *agent) resume() (*run, bool) {
	a.mu.Lock()
	if a.active != nil {
		a.mu.Unlock()
		return nil, false
	}
	answered := false
	if n := len(a.messages); n > 0 {
		_, answered = a.messages[n-1].(*chat.Assistant)
	}
	a.mu.Unlock()
	r := a.begin()
	if answered {
		queued := a.take(&a.steering, &a.steeringMode)
		if len(queued) == 0 {
			queued = a.take(&a.followUps, &a.followUpMode)
		}
		for _, m := range queued {
			a.say(r, m)
		}
	}
	return r, true
}

// turns asks the model, runs the tools that it calls, and asks again, until it
// has nothing more to do and nothing waits to be told to it.
func (a *agent) turns(r *run) {
	pending := a.take(&a.steering, &a.steeringMode)
	for first := true; ; first = false {
		if !first {
			a.out.send(plainEvent{"turn_start"})
		}
		for _, m := range pending {
			a.say(r, m)
		}
		answer, err := a.ask(r)
		if err != nil {
			a.failed(r, err)
			return
		}
		if answer.StopReason == chat.Error || answer.StopReason == chat.Aborted {
			a.out.send(turnEnd{"turn_end", answer, []*chat.ToolResult{}})
			break
		}
		results := a.runTools(r, answer.Calls())
		a.out.send(turnEnd{"turn_end", answer, results})
		pending = a.take(&a.steering, &a.steeringMode)
		if len(results) == 0 && len(pending) == 0 {
			pending = a.take(&a.followUps, &a.followUpMode)
			if len(pending) == 0 {
				break
			}
		}
	}
	a.end(r, r.fresh)
}

// askedWith are the model and the thinking level of the next request of a run. The
// caller holds mu.
func (a *agent) askedWith(r *run) (catalog.Model, string) {
	if a.who.FixesRun {
		return r.model, r.thinking
	}
	return a.model, a.thinking
}

// failed ends a run in which there was no provider to ask.
func (a *agent) failed(r *run, err error) {
	a.mu.Lock()
	model, _ := a.askedWith(r)
	answer := dialect.NewAnswer(model, a.who)
	a.mu.Unlock()
	if !a.who.Runtime {
		answer.Content = []chat.Block{chat.NewText("")}
	}
	answer.StopReason, answer.ErrorMessage = chat.Error, err.Error()
	if r.ctx.Err() != nil {
		answer.StopReason = chat.Aborted
	}
	a.out.send(messageEvent{"message_start", answer})
	a.heard(r, answer)
	a.out.send(turnEnd{"turn_end", answer, []*chat.ToolResult{}})
	if a.who.Runtime {
		a.end(r, r.fresh)
	} else {
		a.end(r, []chat.Message{answer})
	}
}

// say tells a message of the user, which leaves its list if it was in one.
func (a *agent) say(r *run, m *chat.User) {
	a.mu.Lock()
	a.overflowed = false
	if a.told.leave(chat.PlainText(m.Content, "")) {
		a.out.send(a.told.update())
	}
	a.mu.Unlock()
	a.out.send(messageEvent{"message_start", m})
	a.add(r, m)
}

// heard records an answer.
func (a *agent) heard(r *run, m *chat.Assistant) {
	a.add(r, m)
	a.mu.Lock()
	a.last = m
	attempt := a.attempt
	if m.StopReason != chat.Error {
		a.attempt = 0
		a.overflowed = a.overflowed && a.who.RecoversCut && m.StopReason == chat.Length
	}
	a.mu.Unlock()
	if m.StopReason != chat.Error && attempt > 0 {
		a.out.send(retryEnd{Type: "auto_retry_end", Success: true, Attempt: attempt})
	}
}

// add ends a message: it is told, stored and part of the conversation.
func (a *agent) add(r *run, m chat.Message) {
	a.mu.Lock()
	a.messages = append(slices.Clip(a.messages), m)
	s := a.session
	a.mu.Unlock()
	r.fresh = append(r.fresh, m)
	a.out.send(messageEvent{"message_end", m})
	if a.base.Err() == nil { // a process that has ended writes nothing
		a.keep(s.Message(m))
	}
}
