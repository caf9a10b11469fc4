package pi

import (
	"context"
	"errors"
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/compaction"
)

// Tokens that Pi keeps of a conversation, and leaves free for an answer, unless the
// settings say otherwise.
const (
	keptTokens = 20_000
	reserved   = 16_384
)

// What Pi says where it does not compact.
var (
	errTooSmall  = errors.New("Nothing to compact (session too small)")
	errCompacted = errors.New("Already compacted")
	errCancelled = errors.New("Compaction cancelled")
)

// compactionStart is compaction_start.
type compactionStart struct {
	Type   string `json:"type"`
	Reason string `json:"reason"`
}

// compactionEnd is compaction_end.
type compactionEnd struct {
	Type         string             `json:"type"`
	Reason       string             `json:"reason"`
	Result       *compaction.Result `json:"result,omitempty"`
	Aborted      bool               `json:"aborted"`
	WillRetry    bool               `json:"willRetry"`
	ErrorMessage string             `json:"errorMessage,omitempty"`
}

// Reasons for a compaction.
const (
	manual    = "manual"
	threshold = "threshold" // the context is nearly full
	overflown = "overflow"  // it is full
)

// compact shortens the conversation because the client wants it. A run in progress
// ends first. Where a model is asked, the command is answered when that is done.
func (a *agent) compact(r request) *response {
	a.mu.Lock()
	if a.active != nil {
		a.active.cancel()
	}
	a.cancelPause()
	a.mu.Unlock()
	focus := r.Get("customInstructions")
	a.out.send(compactionStart{"compaction_start", manual})
	plan, err := a.plan()
	if err != nil {
		a.endCompaction(manual, nil, err, false)
		return r.fail(err.Error())
	}
	ctx, done := a.beginCompaction()
	go func() {
		summary, err := a.summarise(ctx, plan, manual, focus.String())
		a.gap.Lock()
		defer a.gap.Unlock()
		if err == nil && ctx.Err() != nil {
			err = errCancelled
		}
		done()
		if err != nil {
			a.endCompaction(manual, nil, err, false)
			a.out.send(r.fail(err.Error()))
			return
		}
		result := a.compacted(plan, summary)
		a.endCompaction(manual, &result, nil, false)
		a.out.send(r.succeed(result))
	}()
	return nil
}

// plan looks for what can be summed up.
func (a *agent) plan() (compaction.Plan, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	path := a.session.Path()
	plan, ok := compaction.Prepare(path, a.compactionSetting("keepRecentTokens", keptTokens))
	switch {
	case ok && (a.who.CompactsAll || !plan.Empty()):
		return plan, nil
	case len(path) > 0 && path[len(path)-1].Compaction != nil:
		return plan, errCompacted
	default:
		return plan, errTooSmall
	}
}

func (a *agent) compactionSetting(name string, otherwise float64) float64 {
	return a.settings.Number(otherwise, "compaction", name)
}

// beginCompaction makes the agent a compacting one until the returned function is
// called. The caller does not hold mu.
func (a *agent) beginCompaction() (context.Context, func()) {
	ctx, cancel := context.WithCancel(a.base)
	a.mu.Lock()
	a.endSummary = cancel
	a.mu.Unlock()
	return ctx, func() {
		cancel()
		a.mu.Lock()
		a.endSummary = nil
		a.mu.Unlock()
	}
}

// compacted stores a summary and goes on with the shorter conversation.
func (a *agent) compacted(plan compaction.Plan, summary summary) compaction.Result {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.estimate(a.session.Messages())
	a.keep(a.session.Compact(plan.Record(summary.text, before, summary.usage)))
	a.messages = a.session.Messages()
	result := compaction.Result{
		Summary: summary.text, FirstKept: plan.FirstKept, TokensBefore: before, Usage: summary.usage, Details: plan.Files,
	}
	if a.who.SizesSummary {
		after := 0.0
		for _, m := range a.messages {
			after += chat.Tokens(m)
		}
		result.EstimatedAfter = &after
	}
	return result
}

// endCompaction tells how a compaction went.
func (a *agent) endCompaction(reason string, result *compaction.Result, err error, again bool) {
	end := compactionEnd{Type: "compaction_end", Reason: reason, Result: result, WillRetry: again}
	switch {
	case errors.Is(err, errCancelled):
		end.Aborted = true
	case errors.Is(err, errTooSmall) && reason != manual, errors.Is(err, errCompacted) && reason != manual:
	case err != nil:
		end.ErrorMessage = map[string]string{
			manual: "Compaction failed: ", threshold: "Auto-compaction failed: ", overflown: "Context overflow recovery failed: ",
		}[reason] + err.Error()
	}
	a.out.send(end)
}

// autoCompact shortens the conversation after a run if it is nearly as long as the
// context, or longer. It reports whether a run follows. The caller holds the gap,
// which is open while a model is asked.
func (a *agent) autoCompact(answer *chat.Assistant, abortedToo bool) bool {
	reason := a.compactionReason(answer, abortedToo)
	if reason == "" {
		return false
	}
	again := reason == overflown && (answer.StopReason != chat.Stop || a.who.CompactsAll)
	if reason == overflown && again {
		a.mu.Lock()
		tried, text := a.overflowed, overflowAgain
		if a.overflowed = true; !overflows(answer, a.model.ContextWindow, a.who) {
			text = cutAgain
		}
		if n := len(a.messages); n > 0 && !tried {
			if last, ok := a.messages[n-1].(*chat.Assistant); ok {
				a.messages = a.messages[: n-1 : n-1]
				a.omit(last)
			}
		}
		a.mu.Unlock()
		if tried {
			a.out.send(compactionEnd{Type: "compaction_end", Reason: overflown, ErrorMessage: text})
			return false
		}
	}
	if a.who.CompactsAll {
		a.out.send(compactionStart{"compaction_start", reason})
	}
	plan, err := a.plan()
	if err != nil {
		if a.who.CompactsAll {
			a.endCompaction(reason, nil, err, false)
		}
		return false
	}
	if !a.who.CompactsAll {
		a.out.send(compactionStart{"compaction_start", reason})
	}
	ctx, done := a.beginCompaction()
	a.gap.Unlock()
	summary, err := a.summarise(ctx, plan, reason, "")
	a.gap.Lock()
	if err == nil && ctx.Err() != nil {
		err = errCancelled
	}
	done()
	if err != nil {
		a.endCompaction(reason, nil, err, false)
		return false
	}
	result := a.compacted(plan, summary)
	a.endCompaction(reason, &result, nil, again)
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.messages); again && n > 0 {
		if last, ok := a.messages[n-1].(*chat.Assistant); ok && last.StopReason == chat.Error {
			a.messages = a.messages[: n-1 : n-1]
		}
	}
	return again || len(a.steering) > 0 || len(a.followUps) > 0
}

const (
	overflowAgain = "Context overflow recovery failed after one compact-and-retry attempt. Try reducing context or switching to a larger-context model."
	cutAgain      = "Truncated response recovery failed after one compact-and-retry attempt."
)

// compactionReason says why the conversation is to be shortened after an answer,
// "" if it is not.
func (a *agent) compactionReason(answer *chat.Assistant, abortedToo bool) string {
	if !a.settings.Flag(true, "compaction", "enabled") || answer.StopReason == chat.Aborted && !abortedToo {
		return ""
	}
	reserve := a.compactionSetting("reserveTokens", reserved)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.session.CompactedSince(answer) {
		return "" // it says nothing of the conversation as it is now
	}
	window := a.model.ContextWindow
	if answer.Provider == a.model.Provider && answer.Model == a.model.ID && overflows(answer, window, a.who) {
		return overflown
	}
	if a.cutShort(answer) {
		return overflown
	}
	tokens := answer.Usage.Sum()
	if answer.StopReason == chat.Error || tokens == 0 && a.who.DoubtsZero {
		from := a.lastUsage(a.messages)
		if from < 0 && !a.who.EstimatesAll {
			return ""
		}
		if from >= 0 && a.session.CompactedSince(a.messages[from]) {
			return ""
		}
		tokens = a.estimate(a.messages)
	}
	if tokens > window-reserve {
		return threshold
	}
	return ""
}

// cutShort reports whether an answer ends before the model's own limit, because the
// context left no room for more. The caller holds mu.
func (a *agent) cutShort(answer *chat.Assistant) bool {
	return a.who.RecoversCut && answer.StopReason == chat.Length && answer.Usage.Output < a.model.MaxTokens &&
		answer.Provider == a.model.Provider && answer.Model == a.model.ID
}

// compactionDue reports whether the last answer says that the conversation is too
// long for another prompt.
func (a *agent) compactionDue() bool {
	last := a.lastAnswer()
	return last != nil && a.compactionReason(last, true) != ""
}

// compactFirst shortens the conversation before a prompt. It reports whether
// something is to be said to the model before the prompt. The caller holds the gap.
func (a *agent) compactFirst() bool { return a.autoCompact(a.lastAnswer(), true) }

func (a *agent) lastAnswer() *chat.Assistant {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range slices.Backward(a.messages) {
		if answer, ok := m.(*chat.Assistant); ok {
			return answer
		}
	}
	return nil
}
