package pi

import (
	"time"
	"unicode/utf8"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/dialect"
	"github.com/agenta-ai/conform/fakes/pi/internal/tools"
)

// ask asks the current model and tells its answer as it comes in.
func (a *agent) ask(r *run) (*chat.Assistant, error) {
	a.awaitInput(r.ctx)
	a.mu.Lock()
	call := &dialect.Call{
		Persona: a.who, Model: a.model, Messages: chat.ForModel(a.messages, a.model),
		Thinking: a.thinking, SessionID: a.session.ID, Log: a.Stderr,
	}
	a.mu.Unlock()
	call.System = a.systemPrompt()
	call.Telemetry = a.settings.Flag(true, "enableInstallTelemetry")
	if !a.args.noTools {
		call.Tools = tools.Offered()
	}
	var err error
	if call.Key, call.Headers, err = a.registry.Credentials(call.Model); err != nil {
		return nil, err
	}
	told := &teller{agent: a}
	answer, err := dialect.Stream(r.ctx, a.client, call, told)
	a.dropBanner()
	if err != nil {
		return nil, err
	}
	if !told.started {
		a.out.send(messageEvent{"message_start", answer})
	}
	a.heard(r, answer)
	return answer, nil
}

func emptyAnswer(m catalog.Model) *chat.Assistant {
	return &chat.Assistant{
		Role: "assistant", Content: []chat.Block{}, API: m.API, Provider: m.Provider, Model: m.ID,
		StopReason: chat.Stop, Timestamp: time.Now().UnixMilli(),
	}
}

// teller passes an answer on to the client.
type teller struct {
	*agent
	started bool
}

// Start implements dialect.Sink.
func (t *teller) Start(partial *chat.Assistant) {
	t.started = true
	t.out.send(messageEvent{"message_start", partial})
}

// Update implements dialect.Sink. A banner comes right after the start of the
// first text; the partial message beside it is the provider's.
func (t *teller) Update(e chat.Event) {
	t.out.send(updateEvent{"message_update", e, e.Partial})
	if e.Type != chat.TextStart {
		return
	}
	for _, piece := range pieces(t.dropBanner()) {
		e.Type, e.Delta = chat.TextDelta, &piece
		t.out.send(updateEvent{"message_update", e, e.Partial})
	}
}

// dropBanner returns the banner that is still to be shown, the first time. It
// belongs to the first answer, even if that has no text.
func (a *agent) dropBanner() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	banner := a.banner
	a.banner = ""
	return banner
}

// pieces cuts a text into up to three, where nobody would expect it.
func pieces(text string) []string {
	var out []string
	for _, at := range []int{len(text)/3 + 1, len(text) / 4} {
		for at < len(text) && !utf8.RuneStart(text[at]) {
			at++
		}
		if at > 0 && at < len(text) {
			out = append(out, text[:at])
			text = text[at:]
		}
	}
	if text != "" {
		out = append(out, text)
	}
	return out
}
