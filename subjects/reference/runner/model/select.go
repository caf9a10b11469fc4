package model

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Session is what a model is chosen in.
type Session interface {
	// Set chooses a model. One that is not offered is refused, see Refused.
	Set(provider, id string) error
	// Offered lists the models that could be set.
	Offered() ([]Option, error)
	// Current is the model that is set now.
	Current() (provider, id string, err error)
	// Refused gives the words with which Set refused, "" for any other error.
	Refused(err error) string
}

// Want is what a run asks for.
type Want struct {
	Provider string // as Pi calls it; "" if none was resolved
	Model    string // "" leaves the choice to Pi
	Strict   bool   // the run must not use another model
	Confined bool   // the run must not leave its provider: it brings that provider's key
}

// NotSettableError says that the model that was asked for cannot be had.
type NotSettableError struct {
	Requested string
	Allowed   []string
	Cause     string
}

// Error names the model, the reason and every model that could be had.
func (e *NotSettableError) Error() string {
	valid := "none"
	if len(e.Allowed) > 0 {
		valid = strings.Join(e.Allowed, ", ")
	}
	return fmt.Sprintf("model '%s' is not available on this run (%s); valid ids: %s", e.Requested, e.Cause, valid)
}

// Select sets the model of a run.
func Select(s Session, want Want, log *slog.Logger) error {
	if want.Model == "" {
		_, err := start(s, want)
		return err
	}
	err := set(s, want)
	cause := s.Refused(err)
	if cause == "" {
		return err
	}
	options, err := s.Offered()
	if err != nil {
		return fmt.Errorf("list the models of the session: %w", err)
	}
	allowed := Allowed(options)
	if name, ok := Pick(want.Provider, want.Model, allowed); ok {
		return setName(s, name)
	}
	return unsettable(s, want, &NotSettableError{Requested: want.Model, Allowed: allowed, Cause: cause}, log)
}

// unsettable decides what becomes of a run whose model cannot be had.
func unsettable(s Session, want Want, refused *NotSettableError, log *slog.Logger) error {
	if want.Strict {
		return refused
	}
	name, err := start(s, want)
	if err != nil {
		return err
	}
	log.Warn("the requested model was dropped, the run uses the default", "dropped", want.Model, "default", name, "cause", refused.Cause)
	return nil
}

// set tries the exact model of the resolved provider; without a provider, the
// one that the id itself names.
func set(s Session, want Want) error {
	if want.Provider != "" {
		return s.Set(want.Provider, want.Model)
	}
	provider, id, _ := strings.Cut(want.Model, "/")
	return s.Set(provider, id)
}

func setName(s Session, name string) error {
	provider, id, _ := strings.Cut(name, "/")
	if err := s.Set(provider, id); err != nil {
		return fmt.Errorf("set model '%s': %w", name, err)
	}
	return nil
}

// ErrNoModel says that the provider of a run offers no model, so the run could
// only go on with a credential that is not its own.
var ErrNoModel = errors.New("offers no model to this run")

// start gives the model that a run without a choice uses: the one that Pi
// starts with, or the first of the run's provider if Pi would start with
// another's.
func start(s Session, want Want) (string, error) {
	provider, id, err := s.Current()
	if err != nil {
		return "", fmt.Errorf("read the model of the session: %w", err)
	}
	if !want.Confined || want.Provider == "" || provider == want.Provider {
		return provider + "/" + id, nil
	}
	options, err := s.Offered()
	if err != nil {
		return "", fmt.Errorf("list the models of the session: %w", err)
	}
	for _, name := range Allowed(options) {
		if owner, _, _ := strings.Cut(name, "/"); owner == want.Provider {
			return name, setName(s, name)
		}
	}
	return "", fmt.Errorf("provider '%s' %w", want.Provider, ErrNoModel)
}
