package pi

import (
	"cmp"
	"context"
	"errors"
	"math"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/compaction"
	"github.com/agenta-ai/conform/fakes/pi/internal/dialect"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
)

// summary is what a model made of a conversation.
type summary struct {
	text  string
	usage *chat.Usage // nil where the version does not count it
}

// summarise asks the current model for the summaries that a plan needs.
func (a *agent) summarise(ctx context.Context, plan compaction.Plan, reason, focus string) (summary, error) {
	history, prefix := summary{text: compaction.NoHistory}, summary{}
	var err error
	if a.who.PaysSummary && plan.Previous != "" {
		history.text = plan.Previous
	}
	if len(plan.History) > 0 || len(plan.Prefix) == 0 {
		if history, err = a.summary(ctx, plan.HistoryPrompt(focus), compaction.HistoryShare, reason, "Summarization"); err != nil {
			return summary{}, err
		}
	}
	if len(plan.Prefix) > 0 {
		if prefix, err = a.summary(ctx, plan.PrefixPrompt(a.who.HeadsPrefix), compaction.PrefixShare, reason, "Turn prefix summarization"); err != nil {
			return summary{}, err
		}
	}
	return summary{plan.Summary(history.text, prefix.text), history.usage.Plus(prefix.usage)}, nil
}

// summary asks for one summary, which may take a share of what is left free for an
// answer.
func (a *agent) summary(ctx context.Context, prompt string, share float64, reason, name string) (summary, error) {
	a.mu.Lock()
	question := []chat.Message{&chat.User{Role: "user", Content: []chat.Block{chat.NewText(prompt)}}}
	call := &dialect.Call{
		Persona: a.who, Model: a.model, Thinking: a.thinking, System: compaction.System(), Env: a.env, Log: a.Stderr,
		Messages: question, History: question,
	}
	a.mu.Unlock()
	call.Telemetry = a.telemetry()
	call.Limit = math.Floor(share * a.compactionSetting("reserveTokens", reserved))
	if most := call.Model.MaxTokens; most > 0 {
		call.Limit = min(call.Limit, most)
	}
	if a.who.LoneSummaries {
		call.SessionID, call.Uncached = session.NewID(), true
	}
	answer, err := a.askForSummary(ctx, call, reason)
	if err != nil {
		return summary{}, err
	}
	switch {
	case answer.StopReason == chat.Error:
		return summary{}, errors.New(name + " failed: " + cmp.Or(answer.ErrorMessage, "Unknown error"))
	case answer.StopReason == chat.Length && a.who.WholeSummary:
		return summary{}, errors.New(name + " failed: generation hit the token cap and the summary is incomplete")
	case len(answer.Calls()) > 0 && a.who.PlainSummary:
		return summary{}, errors.New(name + " attempted to call a tool")
	}
	s := summary{text: chat.PlainText(answer.Content, "\n")}
	if a.who.PaysSummary {
		s.usage = &answer.Usage
	}
	return s, nil
}

// summaryRetry is summarization_retry_scheduled, _attempt_start or _finished.
type summaryRetry struct {
	Type         string  `json:"type"`
	Attempt      int     `json:"attempt,omitempty"`
	MaxAttempts  float64 `json:"maxAttempts,omitempty"`
	DelayMS      float64 `json:"delayMs,omitempty"`
	ErrorMessage string  `json:"errorMessage,omitempty"`
	Source       string  `json:"source,omitempty"`
	Reason       string  `json:"reason,omitempty"`
}

// askForSummary asks until there is an answer that is worth no other try.
func (a *agent) askForSummary(ctx context.Context, call *dialect.Call, reason string) (answer *chat.Assistant, err error) {
	policy := a.retryPolicy()
	for attempt := 1; ; attempt++ {
		if call.Key, call.Headers, err = a.registry.Credentials(call.Model); err != nil {
			return nil, err
		}
		answer, err = dialect.Stream(ctx, a.client, call, unheard{})
		if err != nil {
			return nil, err
		}
		if !a.who.PaysSummary || !policy.enabled || float64(attempt) > policy.max || !retryable(answer, a.who) {
			if attempt > 1 {
				a.out.send(summaryRetry{Type: "summarization_retry_finished"})
			}
			return answer, nil
		}
		delay := policy.delay * math.Pow(2, float64(attempt-1))
		a.out.send(summaryRetry{Type: "summarization_retry_scheduled", Attempt: attempt, MaxAttempts: policy.max, DelayMS: delay, ErrorMessage: answer.ErrorMessage})
		select {
		case <-time.After(time.Duration(delay * float64(time.Millisecond))):
			a.out.send(summaryRetry{Type: "summarization_retry_attempt_start", Source: "compaction", Reason: reason})
		case <-ctx.Done():
			a.out.send(summaryRetry{Type: "summarization_retry_finished"})
			return nil, errCancelled
		}
	}
}

// unheard is the client of an answer that no client hears.
type unheard struct{}

// Start implements dialect.Sink.
func (unheard) Start(*chat.Assistant) {}

// Update implements dialect.Sink.
func (unheard) Update(chat.Event) {}
