package pi

import (
	"fmt"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

const busy = "Agent is already processing. Specify streamingBehavior ('steer' or 'followUp') to queue the message."

// prompt begins a run, or queues the message while one goes on. The success of
// the command says nothing about the provider: that is seen in the events.
func (a *agent) prompt(r request) *response {
	message, problem := a.messageOf(r)
	if problem != "" {
		return r.fail(problem)
	}
	if a.streaming() {
		switch r.Get("streamingBehavior").Word() {
		case "undefined", "null", "":
			return r.fail(busy)
		case "followUp":
			a.enqueue(&a.followUps, &a.told.followUps, message)
		default:
			a.enqueue(&a.steering, &a.told.steering, message)
		}
		return r.succeed(nil)
	}
	if problem := a.unready(); problem != "" {
		return r.fail(problem)
	}
	if a.compactionDue() { // a model is asked first, and other commands do not wait for that
		go func() {
			a.gap.Lock()
			defer a.gap.Unlock()
			if a.compactFirst() {
				a.gap.Unlock()
				if next, ok := a.resume(); ok {
					a.converse(next)
				}
				a.gap.Lock()
			}
			a.accept(r, message)
		}()
		return nil
	}
	a.accept(r, message)
	return nil
}

// accept answers a prompt and begins its run.
func (a *agent) accept(r request, message *chat.User) {
	a.out.send(r.succeed(nil))
	run := a.begin()
	a.introduce(run)
	a.say(run, message)
	go a.converse(run)
}

// unready says why the current model cannot be asked, "" if it can.
func (a *agent) unready() string {
	a.mu.Lock()
	provider := a.model.Provider
	a.mu.Unlock()
	switch {
	case a.registry.HasAuth(provider):
		return ""
	case a.registry.ReadFailure(provider) != nil:
		return a.registry.ReadFailure(provider).Error()
	case a.registry.OAuth(provider):
		return fmt.Sprintf("Authentication failed for %q. Credentials may have expired or network is unavailable. Run '/login %s' to re-authenticate.", provider, provider)
	case provider == unknownModel().Provider:
		provider = "the selected model"
	}
	return fmt.Sprintf("No API key found for %s.\n\nUse /login to log into a provider via OAuth or API key. See:\n  %s/docs/providers.md\n  %s/docs/models.md", provider, a.root(), a.root())
}

func (a *agent) steer(r request) *response {
	return a.queueCommand(r, &a.steering, &a.told.steering)
}

func (a *agent) followUpCommand(r request) *response {
	return a.queueCommand(r, &a.followUps, &a.told.followUps)
}

func (a *agent) queueCommand(r request, q *queue, texts *[]string) *response {
	message, problem := a.messageOf(r)
	if problem != "" {
		return r.fail(problem)
	}
	a.enqueue(q, texts, message)
	return r.succeed(nil)
}

// messageOf reads the message of a command, or returns what Pi's own code says
// when it stumbles over it.
func (a *agent) messageOf(r request) (*chat.User, string) {
	text := r.Get("message")
	switch text.Kind() {
	case jsval.String:
	case jsval.Undefined, jsval.Null:
		return nil, fmt.Sprintf("Cannot read properties of %s (reading 'startsWith')", text.Word())
	default:
		return nil, "text.startsWith is not a function"
	}
	m := &chat.User{Role: "user", Content: []chat.Block{chat.NewText(a.expand(text.String()))}, Timestamp: time.Now().UnixMilli()}
	m.Content = append(m.Content, chat.Blocks(r.Get("images"))...)
	return m, ""
}

func (a *agent) enqueue(q *queue, texts *[]string, m *chat.User) {
	a.mu.Lock()
	*q = append(*q, m)
	*texts = append(*texts, chat.PlainText(m.Content, ""))
	update := a.told.update()
	a.mu.Unlock()
	a.out.send(update)
}

// clearQueue forgets what waits, and returns it.
func (a *agent) clearQueue(r request) *response {
	a.mu.Lock()
	cleared := a.told.update()
	a.steering, a.followUps, a.told = nil, nil, waiting{}
	update := a.told.update()
	a.mu.Unlock()
	a.out.send(update)
	return r.succeed(map[string][]string{"steering": cleared.Steering, "followUp": cleared.FollowUp})
}

// abort ends the run in progress and is answered when that has ended: at its
// agent_end, or where runs settle, when all that follows from it has ended too.
func (a *agent) abort(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	pausing := a.endPause != nil // also where another run came and went meanwhile
	a.cancelPause()
	if a.active != nil {
		a.active.cancel()
	}
	if a.active == nil && !a.busy && !pausing {
		return r.succeed(nil)
	}
	a.aborted = true
	a.aborts = append(a.aborts, r.succeed(nil))
	return nil
}

// answerAborts answers those that wait. The caller holds the lock.
func (a *agent) answerAborts() {
	for _, answer := range a.aborts {
		a.out.send(answer)
	}
	a.aborts = nil
}

// abortRetry ends the pause before a retry. The client hears of that first.
func (a *agent) abortRetry(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.endPause == nil {
		return r.succeed(nil)
	}
	a.cancelPause()
	a.paused = append(a.paused, r.succeed(nil))
	return nil
}

// cancelPause ends the pause before a retry. The caller holds the lock.
func (a *agent) cancelPause() {
	if a.endPause != nil {
		a.endPause()
	}
}
