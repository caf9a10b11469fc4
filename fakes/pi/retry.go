package pi

import (
	"context"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// retryPolicy is what settings.json says about retries.
type retryPolicy struct {
	enabled    bool
	max, delay float64
}

func (a *agent) retryPolicy() retryPolicy {
	const retries, firstDelay = 3, 2000
	return retryPolicy{
		enabled: a.settings.Flag(true, "retry", "enabled"),
		max:     a.settings.Number(retries, "retry", "maxRetries"),
		delay:   a.settings.Number(firstDelay, "retry", "baseDelayMs"),
	}
}

// maxDelay is the longest pause, in milliseconds, in versions that have one.
const maxDelay = 60_000

// willRetry reports whether the answer just heard will be asked for again.
func (a *agent) willRetry() bool {
	p := a.retryPolicy()
	a.mu.Lock()
	defer a.mu.Unlock()
	return p.enabled && float64(a.attempt) < p.max && retryable(a.last, a.who)
}

// again decides after a run whether another one follows: a retry, after its
// pause, or a run for messages that wait.
func (a *agent) again() bool {
	a.mu.Lock()
	answer, attempt := a.last, a.attempt
	a.last = nil
	a.mu.Unlock()
	if answer == nil {
		return false
	}
	if retryable(answer, a.who) && a.pause(answer) {
		return true
	}
	if answer.StopReason == chat.Error {
		a.mu.Lock()
		gaveUp := a.attempt > 0
		a.attempt = 0
		a.mu.Unlock()
		if gaveUp {
			a.out.send(retryEnd{"auto_retry_end", false, attempt, answer.ErrorMessage})
		}
	}
	if a.autoCompact(answer, false) {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.aborted && a.who.AbortSettles {
		return false
	}
	return len(a.steering) > 0 || len(a.followUps) > 0
}

// omit takes a failed answer out of what is stored of the conversation, where failed
// answers are kept at first. The caller holds mu.
func (a *agent) omit(failed *chat.Assistant) {
	if !a.who.KeepsFailed {
		return
	}
	edit, err := a.session.Omit(failed)
	a.keep(err)
	a.out.send(entryAppended{"entry_appended", edit})
}

// pause announces a retry, takes the failed answer out of the conversation and
// waits, with the gap open meanwhile. It reports whether to go on.
func (a *agent) pause(failed *chat.Assistant) bool {
	p := a.retryPolicy()
	if !p.enabled {
		return false
	}
	ctx, cancel := context.WithCancel(a.base)
	defer cancel()
	a.mu.Lock()
	if float64(a.attempt+1) > p.max {
		a.mu.Unlock()
		return false
	}
	a.attempt++
	attempt := a.attempt
	a.endPause = cancel
	s := a.session
	if n := len(a.messages); n > 0 && a.messages[n-1] == chat.Message(failed) {
		a.messages = a.messages[:n-1]
	}
	a.mu.Unlock()
	delay := p.delay
	for range attempt - 1 {
		delay *= 2
	}
	if a.who.CapsRetryDelay {
		delay = min(delay, maxDelay)
	}
	a.out.send(retryStart{"auto_retry_start", attempt, p.max, delay, failed.ErrorMessage})
	if a.who.KeepsFailed {
		edit, err := s.Omit(failed)
		a.keep(err)
		a.out.send(entryAppended{"entry_appended", edit})
	}

	a.gap.Unlock()
	timer := time.NewTimer(time.Duration(delay * float64(time.Millisecond)))
	defer timer.Stop()
	cancelled := false
	select {
	case <-timer.C:
	case <-ctx.Done():
		cancelled = true
	}
	a.gap.Lock()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.endPause = nil
	if cancelled {
		a.out.send(retryEnd{"auto_retry_end", false, a.attempt, "Retry cancelled"})
		a.attempt = 0
	}
	for _, answer := range a.paused {
		a.out.send(answer)
	}
	a.paused = nil
	if !a.who.Settles {
		a.answerAborts()
	}
	return !cancelled
}

// retryable reports whether Pi would ask again. It goes by the words of the
// error alone, never by the status.
func retryable(answer *chat.Assistant, who persona.Personality) bool {
	if answer == nil || answer.StopReason != chat.Error || answer.ErrorMessage == "" || overflow(answer.ErrorMessage, answer.Provider, who) {
		return false
	}
	return !anyOf(answer.ErrorMessage, final()) && anyOf(answer.ErrorMessage, counting(who, passing()))
}
