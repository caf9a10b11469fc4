package pi

import (
	"unicode/utf8"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/dialect"
)

// ask asks the current model and tells its answer as it comes in.
func (a *agent) ask(r *run) (*chat.Assistant, error) {
	a.awaitInput(r.ctx)
	a.mu.Lock()
	call := &dialect.Call{
		Persona: a.who, Model: a.model, Messages: chat.ForModel(a.messages, a.model, dialect.CallIDs(a.who, a.model)),
		Thinking: a.thinking, SessionID: a.session.ID, Log: a.Stderr,
	}
	a.mu.Unlock()
	call.System = a.systemPrompt()
	call.Telemetry = a.settings.Flag(true, "enableInstallTelemetry")
	kit := a.tools()
	call.Tools, call.ToolText = kit.Offered(), kit.Described(a.who)
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
	t.send(e)
	if e.Type != chat.TextStart {
		return
	}
	for _, piece := range pieces(t.dropBanner()) {
		e.Type, e.Delta = chat.TextDelta, &piece
		t.send(e)
	}
}

func (t *teller) send(e chat.Event) {
	answer := e.Partial
	if !t.who.SlimUpdates {
		t.out.send(updateEvent{Type: "message_update", Step: e, Message: answer})
		return
	}
	u := updateEvent{Type: "message_update", Step: e}
	u.Step.Partial = nil
	if t.who.UpdateUsage {
		u.Usage = &answer.Usage
	}
	if call, ok := answer.Content[e.ContentIndex].(*chat.ToolCall); ok && e.Type == chat.ToolCallStart {
		u.Step.ID, u.Step.ToolName = call.ID, call.Name
	}
	t.out.send(u)
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
