package providers

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Rule is what happens to requests that fit it.
type Rule struct {
	Name      string     `yaml:"name"`      // in the journal; "rule N" if empty
	When      When       `yaml:"when"`      // the zero When fits every request
	Times     int        `yaml:"times"`     // how often it applies; 0 for always
	Say       *Say       `yaml:"say"`       // nil says what the script says
	Behaviour *Behaviour `yaml:"behaviour"` // nil behaves as the script does
	Pace      *Pace      `yaml:"pace"`      // nil goes as fast as the script does
}

// Check says what is wrong with the rule.
func (r *Rule) Check() error {
	if r.Times < 0 {
		return fmt.Errorf("times: %d; want how often the rule applies, 0 for always", r.Times)
	}
	return nil
}

// When is which requests a rule fits: all that fit each of its patterns.
type When struct {
	Host    Pattern            `yaml:"host"`
	Path    Pattern            `yaml:"path"`
	Key     Pattern            `yaml:"key"`
	Model   Pattern            `yaml:"model"`
	Dialect Pattern            `yaml:"dialect"`
	User    Pattern            `yaml:"user"`    // what the user said last
	Tool    Pattern            `yaml:"tool"`    // the result of a tool, which the request ends with
	Offers  Pattern            `yaml:"offers"`  // name of a tool that the model may call
	Header  map[string]Pattern `yaml:"header"`  // by name
	Turn    int                `yaml:"turn"`    // 1 before the model has said anything; 0 for any
	Request int                `yaml:"request"` // n-th of the tenant; 0 for any
	Stream  *bool              `yaml:"stream"`
}

// Limit allows so many requests, or tokens, in a window of time. Requests over
// it are answered with 429 as the provider does.
type Limit struct {
	When     When          `yaml:"when"`
	Requests int           `yaml:"requests"` // 0 for no limit
	Tokens   int           `yaml:"tokens"`   // of prompts and answers; 0 for no limit
	Per      time.Duration `yaml:"per"`      // the window, which begins with its first request
	By       By            `yaml:"by"`       // what is counted apart; everything together if empty
	Message  string        `yaml:"message"`
}

// Check says what is wrong with the limit.
func (l *Limit) Check() error {
	switch {
	case l.Per <= 0:
		return fmt.Errorf("per: want a time such as 1m")
	case l.Requests < 0 || l.Tokens < 0 || l.Requests == 0 && l.Tokens == 0:
		return fmt.Errorf("want requests or tokens, more than 0")
	}
	return nil
}

// By is what a limit counts apart.
type By string

// The ways to count.
const (
	ByKey   By = "key"
	ByHost  By = "host"
	ByModel By = "model"
)

// Check says that one cannot count by that.
func (b *By) Check() error {
	switch *b {
	case "", ByKey, ByHost, ByModel:
		return nil
	}
	return fmt.Errorf("by %q; there are key, host, model", *b)
}

// Chaos makes a part of the requests that would be served fail. Which ones, and
// how, follows from the seed and the number of the request alone.
type Chaos struct {
	Seed       uint64      `yaml:"seed"`
	Rate       float64     `yaml:"rate"` // the part that fails, 0 to 1
	Behaviours []Behaviour `yaml:"behaviours"`
}

// Check says what is wrong with the chaos.
func (c *Chaos) Check() error {
	switch {
	case c.Rate < 0 || c.Rate > 1:
		return fmt.Errorf("rate: want a part from 0 to 1")
	case c.Rate > 0 && len(c.Behaviours) == 0:
		return fmt.Errorf("chaos without behaviours")
	}
	return nil
}

// strikes says what happens to the n-th request, nil if nothing does.
func (c *Chaos) strikes(n int) *Behaviour {
	if c.Rate == 0 {
		return nil
	}
	rng := rand.New(rand.NewPCG(c.Seed, uint64(n)))
	if rng.Float64() >= c.Rate {
		return nil
	}
	return &c.Behaviours[rng.IntN(len(c.Behaviours))]
}
