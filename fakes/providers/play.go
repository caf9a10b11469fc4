package providers

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// play is a script that is being played: its patterns compiled, and how far its
// rules and limits are used up.
type play struct {
	Script
	models []matcher
	rules  []playedRule
	limits []playedLimit

	mu sync.Mutex // for what is counted below
}

type playedRule struct {
	Rule
	name string
	fits condition
	used int
}

type playedLimit struct {
	Limit
	fits    condition
	windows map[string]*window
}

// window is one stretch of time in which a limit counts.
type window struct {
	ends             time.Time
	requests, tokens int
}

// Check says what is wrong with the script. Errors name the rule or limit.
func (s *Script) Check() error {
	_, err := compile(*s)
	return err
}

func compile(s Script) (*play, error) {
	p := &play{Script: s}
	for _, m := range s.Models {
		fits, err := m.compile()
		if err != nil {
			return nil, fmt.Errorf("models: %w", err)
		}
		p.models = append(p.models, fits)
	}
	for i, r := range s.Rules {
		fits, err := r.When.compile()
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", i+1, err)
		}
		p.rules = append(p.rules, playedRule{Rule: r, fits: fits, name: cmp.Or(r.Name, fmt.Sprintf("rule %d", i+1))})
	}
	for i, l := range s.Limits {
		fits, err := l.When.compile()
		if err != nil {
			return nil, fmt.Errorf("limit %d: %w", i+1, err)
		}
		p.limits = append(p.limits, playedLimit{Limit: l, fits: fits, windows: map[string]*window{}})
	}
	return p, nil
}

// serves reports whether anybody serves a model.
func (p *play) serves(model string) bool {
	if slices.Contains(p.Unserved, model) {
		return false
	}
	if len(p.models) == 0 {
		return true
	}
	return slices.ContainsFunc(p.models, func(m matcher) bool { return m == nil || m(model) })
}

// rule is the first that fits the exchange, nil if none does. One that applies
// only so often is used by it.
func (p *play) rule(e *exchange) *playedRule {
	for i := range p.rules {
		r := &p.rules[i]
		if !r.fits(e) {
			continue
		}
		if r.Times == 0 {
			return r
		}
		p.mu.Lock()
		left := r.used < r.Times
		if left {
			r.used++
		}
		p.mu.Unlock()
		if left {
			return r
		}
	}
	return nil
}

// over is the limit that the exchange exceeds and how long its window lasts, nil
// if it exceeds none. Otherwise it counts in the windows of all that fit.
func (p *play) over(e *exchange, now time.Time) (*playedLimit, time.Duration) {
	if len(p.limits) == 0 {
		return nil, 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var counted []*window
	for i := range p.limits {
		l := &p.limits[i]
		if !l.fits(e) {
			continue
		}
		w := l.window(e, now)
		if l.Requests > 0 && w.requests >= l.Requests || l.Tokens > 0 && w.tokens >= l.Tokens {
			return l, w.ends.Sub(now)
		}
		counted = append(counted, w)
	}
	for _, w := range counted {
		w.requests++
		e.spends = append(e.spends, w)
	}
	return nil, 0
}

// spend counts tokens in the windows that the exchange began in.
func (p *play) spend(e *exchange, tokens int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range e.spends {
		w.tokens += tokens
	}
}

func (l *playedLimit) window(e *exchange, now time.Time) *window {
	of := ""
	switch l.By {
	case ByKey:
		of = e.key
	case ByHost:
		of = e.host
	case ByModel:
		of = e.model
	}
	w := l.windows[of]
	if w == nil || !now.Before(w.ends) {
		w = &window{ends: now.Add(l.Per)}
		l.windows[of] = w
	}
	return w
}
