package providers

import "time"

// Script is how the providers behave in one case.
type Script struct {
	// Keys are the credentials each host accepts. Hosts are named as in
	// Call.Host; one that is missing accepts none.
	Keys map[string][]string
	// Gateways are hosts beside the public ones, with a port unless it is the
	// scheme's own. They speak openai-completions and anthropic-messages.
	Gateways []string
	// Unserved are model ids that no provider serves.
	Unserved []string
	// Reply is what every model says. Empty is a model that says nothing.
	Reply string
	// Behaviour is what comes of requests that would be served.
	Behaviour Behaviour
	// OnRequest is called when a request has arrived, before it is answered,
	// refused ones included. The answer waits for it.
	OnRequest func(Call) `json:"-"`
}

// Kind is a way to answer.
type Kind string

// The kinds of behaviour. The zero Kind is OK.
const (
	OK         Kind = "ok"
	Status     Kind = "status"      // an HTTP error instead of an answer
	Stall      Kind = "stall"       // half an answer, then silence until the client goes or the server is reset
	Cut        Kind = "cut"         // half an answer, then the connection breaks
	ErrorFrame Kind = "error-frame" // half an answer, then the dialect's error in the stream
	Malformed  Kind = "malformed"   // an answer with a piece of broken JSON in the middle
)

// Behaviour is a Kind with its details.
type Behaviour struct {
	Kind       Kind
	Status     int           // of Status, and the code that ErrorFrame names; 500 if zero
	Message    string        // text of the error; the status's own words if empty
	RetryAfter time.Duration // sent as Retry-After with Status, in whole seconds
	// EchoKey repeats the caller's credential in every error text, as careless
	// gateways do.
	EchoKey bool
}
