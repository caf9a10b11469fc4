package runner

import (
	"errors"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/runner/model"
	"github.com/agenta-ai/conform/subjects/reference/runner/pirpc"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// session shows a Pi process as what a model is chosen in: a model.Session.
type session struct{ pi *pirpc.Client }

func (s session) Set(provider, id string) error { return s.pi.SetModel(provider, id) }

func (s session) Offered() ([]model.Option, error) {
	models, err := s.pi.Models()
	if err != nil {
		return nil, err
	}
	options := make([]model.Option, len(models))
	for i, m := range models {
		options[i] = model.Option{Value: m.Provider + "/" + m.ID, ID: m.ID}
	}
	return options, nil
}

func (s session) Current() (provider, id string, err error) {
	m, err := s.pi.Current()
	return m.Provider, m.ID, err
}

func (s session) Refused(err error) string {
	var refused *pirpc.RefusedError
	if errors.As(err, &refused) {
		return refused.Text
	}
	return ""
}

// prompt is what Pi is asked: the last message, with those before it as what
// was said so far. Every run is a new session, so Pi remembers none of them.
func prompt(messages []wire.Message) string {
	if len(messages) == 0 {
		return ""
	}
	last := len(messages) - 1
	if last == 0 {
		return messages[0].Content
	}
	var text strings.Builder
	text.WriteString("The conversation so far:\n")
	for _, m := range messages[:last] {
		text.WriteString(m.Role + ": " + m.Content + "\n")
	}
	text.WriteString("\n" + messages[last].Content)
	return text.String()
}
