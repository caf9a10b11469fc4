package providers

import (
	"net/http"
	"strings"
)

// obj and list shorten literal JSON.
type (
	obj  = map[string]any
	list = []any
)

// dialect is one wire protocol. Implementations are stateless values.
type dialect interface {
	name() string
	// landmark is the part of a path by which the dialect is recognised.
	landmark() string
	// operation reads a path below the endpoint's base.
	operation(path string) (operation, bool)
	// content names the member that holds the conversation.
	content() string
	// key is the credential of a request, "" if it has none.
	key(h http.Header) string
	// winner is the model that answers when the given one is asked for.
	winner(model string) string
	// whole is the answer as one JSON document.
	whole(a answer) obj
	// pieces is the answer as a stream.
	pieces(a answer) pieces
	// explain is the text of a refusal.
	explain(r refusal, model string) (status int, text string)
	// failure is an error as a document, with the HTTP status it belongs to.
	failure(f failure) obj
	// broken is an error in the middle of a stream.
	broken(a answer, f failure) frame
	// headers are the answer's own.
	headers(h http.Header, id string)
}

// operation is what a path asks for, where the path says so.
type operation struct {
	model  string // "": the body names it
	stream bool   // the path asks for a stream; otherwise the body may
}

// refusal is why a request is not served, as Call.Refusal names it.
type refusal string

const (
	served   refusal = ""
	noKey    refusal = "auth, no key" // journalled as badKey
	badKey   refusal = "auth"
	badPath  refusal = "path"
	badModel refusal = "model"
	badBody  refusal = "body"
)

// failure is an error that a client is told.
type failure struct {
	status  int
	refusal refusal // served for a scripted failure
	message string
	id      string // of the request
	known   bool   // the caller has been authenticated
}

// answer is what a model says.
type answer struct {
	id      string // letters only
	model   string
	created int64
	text    string
	deltas  []string // text in several pieces
	prompt  int      // tokens
	output  int      // tokens
	usage   bool     // the client asked for the usage of a stream
}

// pieces is a stream. Faults strike in the middle of text.
type pieces struct {
	head, text, tail []frame
	lineEnd          string // "\n" if empty
}

// frame is one event of a stream, or a comment.
type frame struct {
	event   string
	data    any // marshalled unless it is raw
	comment string
}

// raw is data that is sent as it is.
type raw string

const done = raw("[DONE]")

// bearer is the credential of an Authorization header.
func bearer(h http.Header) string {
	scheme, key, ok := strings.Cut(h.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// exactly is the operation of a dialect that has one path.
func exactly(path, want string) (operation, bool) { return operation{}, path == want }

// split cuts a text into a few pieces, never within a character.
func split(text string) []string {
	const parts = 4
	runes := []rune(text)
	size := max((len(runes)+parts-1)/parts, 1)
	var pieces []string
	for len(runes) > 0 {
		n := min(size, len(runes))
		pieces = append(pieces, string(runes[:n]))
		runes = runes[n:]
	}
	return pieces
}

// tokens is a plausible count for a text: stable, and never nothing.
func tokens(bytes int) int { return bytes/4 + 1 }
