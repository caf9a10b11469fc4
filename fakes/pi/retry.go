package pi

import (
	"context"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
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
	return p.enabled && float64(a.attempt) < p.max && retryable(a.last)
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
	if retryable(answer) && a.pause(answer) {
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
		if overflow(answer.ErrorMessage) {
			a.journal.Note("Pi would compact the conversation now; the fake does not")
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.aborted && a.who.AbortSettles {
		return false
	}
	return len(a.steering) > 0 || len(a.followUps) > 0
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
		edit, err := s.Omit()
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
func retryable(answer *chat.Assistant) bool {
	if answer == nil || answer.StopReason != chat.Error || answer.ErrorMessage == "" || overflow(answer.ErrorMessage) {
		return false
	}
	return !anyOf(answer.ErrorMessage, final()) && anyOf(answer.ErrorMessage, passing())
}

// final are words of errors that waiting does not mend.
func final() []string {
	return []string{
		"gousagelimiterror", "freeusagelimiterror", "monthly usage limit reached", "available balance",
		"insufficient_quota", "out of budget", "quota exceeded", "billing",
	}
}

// passing are words of errors that may pass. A "~" stands for any one
// character or none.
func passing() []string {
	return []string{
		"overloaded", "provider~returned~error", "rate~limit", "too many requests", "429", "500", "502", "503", "504",
		"service~unavailable", "server~error", "internal~error", "network~error", "connection~error",
		"connection~refused", "connection~lost", "websocket~closed", "websocket~error", "other side closed",
		"fetch failed", "upstream~connect", "reset before headers", "socket hang up", "ended without",
		"stream ended before message_stop", "http2 request did not get a response", "timed out", "time out",
		"timeout", "terminated", "retry delay",
	}
}

// anyOf reports whether a text contains one of the patterns, in any case.
func anyOf(text string, patterns []string) bool {
	text = strings.ToLower(text)
	for _, pattern := range patterns {
		if contains(text, pattern) {
			return true
		}
	}
	return false
}

func contains(text, pattern string) bool {
	head, tail, gapped := strings.Cut(pattern, "~")
	for {
		at := strings.Index(text, head)
		if at < 0 || !gapped {
			return at >= 0
		}
		rest := text[at+len(head):]
		if starts(rest, tail) || rest != "" && starts(strings.TrimPrefix(rest, string([]rune(rest)[:1])), tail) {
			return true
		}
		text = text[at+1:]
	}
}

// starts reports whether text starts with a pattern.
func starts(text, pattern string) bool {
	head, tail, gapped := strings.Cut(pattern, "~")
	rest, ok := strings.CutPrefix(text, head)
	if !ok || !gapped {
		return ok
	}
	return starts(rest, tail) || rest != "" && starts(strings.TrimPrefix(rest, string([]rune(rest)[:1])), tail)
}

// overflow reports whether an error says that the conversation is too long,
// which Pi answers by shortening it.
func overflow(text string) bool {
	if anyOf(text, []string{"rate limit", "too many requests"}) {
		return false
	}
	for _, status := range []string{"400", "413"} {
		if rest, ok := strings.CutPrefix(text, status); ok {
			rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), "status code"))
			if strings.HasPrefix(rest, "(no body)") {
				return true
			}
		}
	}
	return anyOf(text, []string{
		"prompt is too long", "request_too_large", "input is too long for requested model", "exceeds the context window",
		"maximum context length", "exceeds the maximum allowed input length", "maximum allowed input length",
		"maximum prompt length is", "reduce the length of the messages", "longer than the model's context length",
		"longer than the models context length", "exceeds the available context size", "greater than the context length",
		"context window exceeds limit", "exceeded model token limit", "model_context_window_exceeded",
		"prompt too long; exceeded", "context~length~exceeded", "too many tokens", "token limit exceeded",
	})
}
