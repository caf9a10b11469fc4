package providers

import (
	"fmt"
	"slices"
)

// condition reports whether an exchange fits.
type condition func(e *exchange) bool

// compile makes one condition of all that a When asks for.
func (w When) compile() (condition, error) {
	var all []condition
	text := func(name string, p Pattern, of func(e *exchange) string) error {
		fits, err := p.compile()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if fits != nil {
			all = append(all, func(e *exchange) bool { return fits(of(e)) })
		}
		return nil
	}
	if w.Request > 0 {
		all = append(all, func(e *exchange) bool { return e.n == w.Request })
	}
	if w.Stream != nil {
		all = append(all, func(e *exchange) bool { return e.question.stream == *w.Stream })
	}
	if w.Turn > 0 {
		all = append(all, func(e *exchange) bool { return e.talk().turn == w.Turn })
	}
	if w.Tool != "" {
		all = append(all, func(e *exchange) bool { return e.talk().result })
	}
	for _, p := range []struct {
		name    string
		pattern Pattern
		of      func(e *exchange) string
	}{
		{"host", w.Host, func(e *exchange) string { return e.host }},
		{"path", w.Path, func(e *exchange) string { return e.path }},
		{"key", w.Key, func(e *exchange) string { return e.key }},
		{"model", w.Model, func(e *exchange) string { return e.model }},
		{"dialect", w.Dialect, func(e *exchange) string { return e.place.endpoint.dialect.name() }},
		{"user", w.User, func(e *exchange) string { return e.talk().user }},
		{"tool", w.Tool, func(e *exchange) string { return e.talk().tool }},
	} {
		if err := text(p.name, p.pattern, p.of); err != nil {
			return nil, err
		}
	}
	for name, p := range w.Header {
		if err := text("header "+name, p, func(e *exchange) string { return e.r.Header.Get(name) }); err != nil {
			return nil, err
		}
	}
	offers, err := w.Offers.compile()
	if err != nil {
		return nil, fmt.Errorf("offers: %w", err)
	}
	if offers != nil {
		all = append(all, func(e *exchange) bool { return slices.ContainsFunc(toolNames(e.question.tools), offers) })
	}
	return func(e *exchange) bool {
		for _, fits := range all {
			if !fits(e) {
				return false
			}
		}
		return true
	}, nil
}
