package providers

import (
	"net/http"
	"strings"
)

// dialect is one wire protocol. Implementations are stateless values.
type dialect interface {
	name() string
	// landmark is the part of a path by which the dialect is recognised.
	landmark() string
	// operation reads a path below the endpoint's base.
	operation(path string) (operation, bool)
	// shape is what a request looks like.
	shape() *shape
	// talk reads a conversation that is a list, as much of it as scripts ask for.
	talk(items []item) talk
	// key is the credential of a request, "" if it has none.
	key(h http.Header) string
	// winner is the model that answers when the given one is asked for.
	winner(model string) string
	// label is the id of an answer as clients see it.
	label(a *answer) string
	// whole is the answer as one JSON document.
	whole(a *answer) obj
	// stream writes the answer as events.
	stream(s *stream, a *answer)
	// explain is what a refusal says.
	explain(w why, model string) (status int, text string)
	// failure is an error as a document, with the HTTP status it belongs to.
	failure(f failure) obj
	// broken is an error in the middle of a stream.
	broken(s *stream, a *answer, f failure, code string)
	// headers are the answer's own.
	headers(h http.Header, a string)
}

// operation is what a path asks for, where the path says so.
type operation struct {
	model  string // "": the body names it
	stream bool   // the path asks for a stream; otherwise the body may
}

// refusal is why a request is not served, as Call.Refusal names it.
type refusal string

const (
	served    refusal = ""
	noKey     refusal = "auth, no key" // journalled as badKey
	badKey    refusal = "auth"
	badPath   refusal = "path"
	badModel  refusal = "model"
	badBody   refusal = "body"
	overLimit refusal = "limit"
	forbidden refusal = "forbidden" // the key is good, but not for this
)

// why is a refusal with what it is about.
type why struct {
	refusal
	problem problem
}

// failure is an error that a client is told.
type failure struct {
	why
	status   int
	message  string
	id       string // of the request
	known    bool   // the caller has been authenticated
	metadata any    // OpenRouter's, nil for none
}

// bearer is the credential of an Authorization header.
func bearer(h http.Header) string {
	scheme, key, ok := strings.Cut(h.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// either is a credential in one of two places.
func either(h http.Header) string {
	if key := h.Get("X-Api-Key"); key != "" {
		return key
	}
	return bearer(h)
}

// exactly is the operation of a dialect that has one path.
func exactly(path, want string) (operation, bool) { return operation{}, path == want }
