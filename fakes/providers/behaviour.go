package providers

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Kind is a way to answer.
type Kind string

// The kinds of behaviour. The zero Kind is OK. Where an answer breaks off is
// said by Behaviour.After.
const (
	OK         Kind = "ok"
	Status     Kind = "status"      // an HTTP error instead of an answer
	Stall      Kind = "stall"       // part of an answer, then silence until the client goes or the server is reset
	Cut        Kind = "cut"         // part of an answer, then the connection breaks
	Reset      Kind = "reset"       // the same with a TCP reset instead of an orderly close; over HTTP/2 as Cut
	End        Kind = "end"         // part of an answer, then a clean end without the words that should end it
	ErrorFrame Kind = "error-frame" // part of an answer, then the dialect's error in the stream
	Malformed  Kind = "malformed"   // an answer with a piece of broken JSON in it
	WrongType  Kind = "wrong-type"  // the right bytes under another content type
	Page       Kind = "page"        // an HTML page, as proxies in between answer
)

func kinds() []Kind {
	return []Kind{OK, Status, Stall, Cut, Reset, End, ErrorFrame, Malformed, WrongType, Page}
}

// Behaviour is a Kind with its details.
type Behaviour struct {
	Kind Kind `yaml:"kind"`
	// Status of Status and Page, and the code that ErrorFrame names; 500 if zero,
	// of Page 200.
	Status int `yaml:"status"`
	// Message is the text of the error; the status's own words if empty.
	Message string `yaml:"message"`
	// RetryAfter is sent as Retry-After with Status, in whole seconds.
	RetryAfter time.Duration `yaml:"retry-after"`
	// After is where in the answer it strikes.
	After After `yaml:"after"`
	// ContentType is that of WrongType and Page; text/plain and text/html if empty.
	ContentType string `yaml:"content-type"`
	// Metadata stands beside the message in OpenRouter's errors.
	Metadata map[string]any `yaml:"metadata"`
	// Code replaces the integer in OpenRouter's mid-stream error by a text, which
	// some of its clients cannot read.
	Code string `yaml:"code"`
	// EchoKey repeats the caller's credential in every error text, as careless
	// gateways do.
	EchoKey bool `yaml:"echo-key"`
}

// Check says what is wrong with the behaviour.
func (b *Behaviour) Check() error {
	known := b.Kind == ""
	var names []string
	for _, k := range kinds() {
		known = known || b.Kind == k
		names = append(names, string(k))
	}
	switch {
	case !known:
		return fmt.Errorf("no behaviour %q; there are %s, or a status", b.Kind, strings.Join(names, ", "))
	case b.Kind == Status && b.Status != 0 && (b.Status < 400 || b.Status > 599):
		return fmt.Errorf("status %d is no error; want 400 to 599", b.Status)
	case b.Status != 0 && (b.Status < 200 || b.Status > 599):
		return fmt.Errorf("status %d; want 200 to 599", b.Status)
	}
	return nil
}

// FromScalar reads the short forms: a kind, or a status alone.
func (b *Behaviour) FromScalar(text string) error {
	if n, err := strconv.Atoi(text); err == nil {
		*b = Behaviour{Kind: Status, Status: n}
		return nil
	}
	*b = Behaviour{Kind: Kind(text)}
	return nil
}

// After is a place in an answer: so many events of a stream, not counting
// comments, or AtHalf or AtStart. In an answer without a stream only AtStart and
// anything else differ.
type After int

// Places that are no number of events.
const (
	AtHalf  After = 0  // in the middle of what the model says
	AtStart After = -1 // before the first byte, headers included
)

// FromScalar reads "start", "half" or a number of events.
func (a *After) FromScalar(text string) error {
	switch text {
	case "start":
		*a = AtStart
		return nil
	case "half":
		*a = AtHalf
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return errors.New("want start, half or a number of events from 1 on")
	}
	*a = After(n)
	return nil
}

// Pace is how fast an answer comes. The zero Pace is as fast as it can: then all
// events of a stream are sent together.
type Pace struct {
	First  time.Duration `yaml:"first"`  // until the first event, or an answer without a stream
	Rate   float64       `yaml:"rate"`   // tokens a second from then on; 0 for no pause
	Jitter float64       `yaml:"jitter"` // by which part each pause may be longer or shorter, 0 to 1
	Chunk  int           `yaml:"chunk"`  // characters of an event; 0 leaves it to the pace
	Flush  bool          `yaml:"flush"`  // send each event by itself even without pauses
}

// Check says what is wrong with the pace.
func (p *Pace) Check() error {
	switch {
	case p.Rate < 0:
		return errors.New("rate: want tokens a second, 0 for no pause")
	case p.Jitter < 0 || p.Jitter > 1:
		return errors.New("jitter: want a part from 0 to 1")
	case p.Chunk < 0:
		return errors.New("chunk: want characters")
	}
	return nil
}

func (p Pace) steps() bool { return p.First > 0 || p.Rate > 0 || p.Flush }

// chunk is how many characters an event has, 0 for a few events in all.
func (p Pace) chunk() int {
	if p.Chunk == 0 && p.Rate > 0 {
		return 4 // a token
	}
	return p.Chunk
}

// pauses gives the pauses of one answer. The same seed gives the same ones.
func (p Pace) pauses(seed uint64) func(tokens int, first bool) time.Duration {
	rng := rand.New(rand.NewPCG(seed, 0x7061636573))
	return func(tokens int, first bool) time.Duration {
		var d time.Duration
		switch {
		case first:
			d = p.First
		case p.Rate > 0:
			d = time.Duration(float64(tokens) / p.Rate * float64(time.Second))
		}
		if p.Jitter > 0 && d > 0 {
			d = time.Duration(float64(d) * (1 + p.Jitter*(2*rng.Float64()-1)))
		}
		return d
	}
}
