package pi

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/dialect"
)

// ask asks the current model and tells its answer as it comes in.
func (a *agent) ask(r *run) (*chat.Assistant, error) {
	a.awaitInput(r.ctx)
	a.mu.Lock()
	model, thinking := a.askedWith(r)
	history := chat.Told(a.messages)
	call := &dialect.Call{
		Persona: a.who, Model: model, History: history, Messages: chat.ForModel(history, model, dialect.CallIDs(a.who, model)),
		Thinking: thinking, SessionID: a.session.ID, Env: a.env, Log: a.Stderr,
	}
	a.mu.Unlock()
	call.System = a.systemPrompt()
	call.Telemetry = a.telemetry()
	kit := a.tools()
	call.Tools, call.ToolText = kit.Offered(), kit.Described(a.who)
	var err error
	if call.Key, call.Headers, err = a.registry.Credentials(call.Model); err != nil {
		return nil, err
	}
	call.Deaf = a.missesAbort(call)
	told := &teller{agent: a}
	answer, err := dialect.Stream(r.ctx, a.client, call, told)
	if err != nil {
		a.dropBanner()
		return nil, err
	}
	if !told.started {
		a.out.send(messageEvent{"message_start", answer})
	}
	told.end(answer)
	a.heard(r, answer)
	return answer, nil
}

// missesAbort reports whether an abort will not be noticed once the answer has
// begun. With Mistral's library as it was, that is so for its first request.
func (a *agent) missesAbort(c *dialect.Call) bool {
	if !a.who.MissesAbort || c.Model.API != "mistral-conversations" || c.Key == "" {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	first := !a.askedMistral
	a.askedMistral = true
	return first
}

// telemetry reports whether some providers are told who calls. A variable wins over
// the settings, even an empty one.
func (a *agent) telemetry() bool {
	const name = "PI_TELEMETRY="
	if slices.ContainsFunc(a.Environ, func(v string) bool { return strings.HasPrefix(v, name) }) {
		switch strings.ToLower(a.env(strings.TrimSuffix(name, "="))) {
		case "1", "true", "yes":
			return true
		}
		return false
	}
	return a.settings.Flag(true, "enableInstallTelemetry")
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
	t.show(t.dropBanner(), e)
}

// end shows a banner that no text came after as a text of its own: what stands
// before an answer stands there whether or not the model says anything.
func (t *teller) end(answer *chat.Assistant) {
	banner := t.dropBanner()
	if banner == "" || answer.StopReason == chat.Error || answer.StopReason == chat.Aborted {
		return
	}
	e := chat.Event{Type: chat.TextStart, ContentIndex: len(answer.Content), Partial: answer}
	t.send(e)
	t.show(banner, e)
	e.Type, e.Content = chat.TextEnd, new(string)
	t.send(e)
}

// show tells a banner in pieces, at the place of a text.
func (t *teller) show(banner string, at chat.Event) {
	for _, piece := range pieces(banner) {
		at.Type, at.Delta = chat.TextDelta, &piece
		t.send(at)
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
	if e.Type == chat.ToolCallStart {
		if call, ok := answer.Content[e.ContentIndex].(*chat.ToolCall); ok {
			u.Step.ID, u.Step.ToolName = call.ID, call.Name
		}
	}
	t.out.send(u)
}

// dropBanner returns the banner that is still to be shown, the first time. It
// belongs to the first answer, even if that fails.
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
