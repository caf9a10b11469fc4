package providers

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// exchange is one request and its answer.
type exchange struct {
	w        http.ResponseWriter
	r        *http.Request
	entry    *journal.Entry[Call]
	script   Script
	place    place
	question question
	host     string
	id       string
	key      string
	created  int64
}

// play judges the request and answers it.
func (e *exchange) play() {
	dialect := e.place.endpoint.dialect
	if e.host == "openrouter.ai" && e.r.URL.Path == modelsPath && e.r.Method == http.MethodGet {
		e.send(http.StatusOK, openRouterModels())
		return
	}
	if dialect == nil {
		e.refuse(openRouter{}, badPath)
		return
	}
	if why := e.judge(dialect); why != served {
		e.refuse(dialect, why)
		return
	}
	dialect.headers(e.w.Header(), e.id)
	behaviour := e.script.Behaviour
	if behaviour.Kind == Status {
		if behaviour.RetryAfter > 0 {
			seconds := math.Ceil(behaviour.RetryAfter.Seconds())
			e.w.Header().Set("Retry-After", strconv.FormatFloat(seconds, 'f', 0, 64))
		}
		e.fail(dialect, served, cmp.Or(behaviour.Status, http.StatusInternalServerError), behaviour.Message)
		return
	}
	if e.question.stream {
		e.stream(dialect)
	} else {
		e.plain(dialect)
	}
}

// judge finds out whether the request would be served, in the order in which a
// provider looks at it.
func (e *exchange) judge(dialect dialect) refusal {
	key := dialect.key(e.r.Header)
	switch {
	case !e.place.served || e.r.Method != http.MethodPost:
		return badPath
	case key == "":
		return noKey
	case !slices.Contains(e.script.Keys[e.host], key):
		return badKey
	case !e.question.valid:
		return badBody
	case slices.Contains(e.script.Unserved, e.question.model):
		return badModel
	}
	return served
}

func (e *exchange) refuse(dialect dialect, why refusal) {
	status, text := dialect.explain(why, e.question.model)
	e.fail(dialect, why, status, text)
}

// fail answers with an error of the dialect.
func (e *exchange) fail(dialect dialect, why refusal, status int, text string) {
	if why == noKey {
		why = badKey // the journal tells them apart by Key
	}
	e.entry.Update(func(c *Call) { c.Refusal = string(why) })
	e.send(status, dialect.failure(failure{
		status: status, refusal: why, message: e.message(status, text), id: e.id,
		known: why != badKey && why != badPath,
	}))
}

// message is an error text, with the credential in it where the script says so.
func (e *exchange) message(status int, text string) string {
	text = cmp.Or(text, http.StatusText(status), "error")
	if e.script.Behaviour.EchoKey && e.key != "" {
		text = strings.TrimSuffix(text, ".") + ": " + e.key
	}
	return text
}

// send answers with one JSON document.
func (e *exchange) send(status int, document obj) {
	e.begin(status, "application/json")
	if _, err := e.w.Write(encode(document)); err != nil {
		e.gone()
	}
}

// begin sends the head of the answer. The journal has the status first.
func (e *exchange) begin(status int, contentType string) {
	e.entry.Update(func(c *Call) { c.Status = status })
	e.w.Header().Set("Content-Type", contentType)
	e.w.WriteHeader(status)
}

func (e *exchange) gone() { e.entry.Update(func(c *Call) { c.ClientGone = true }) }

// answer is what the model says to the question.
func (e *exchange) answer(dialect dialect) answer {
	a := answer{
		id: e.id, model: dialect.winner(e.question.model), created: e.created, usage: e.question.usage,
		text: e.script.Reply, deltas: split(e.script.Reply),
		prompt: tokens(e.question.size), output: tokens(len(e.script.Reply)),
	}
	e.entry.Update(func(c *Call) { c.AnswerModel = a.model })
	return a
}

// plain answers with one document, or what the behaviour makes of it.
func (e *exchange) plain(dialect dialect) {
	behaviour := e.script.Behaviour
	if behaviour.Kind == Stall {
		e.wait()
	}
	if behaviour.Kind == ErrorFrame {
		// Without a stream the failure is the whole answer. OpenRouter has said 200
		// by then.
		status := cmp.Or(behaviour.Status, http.StatusInternalServerError)
		f := failure{status: status, message: e.message(status, behaviour.Message), id: e.id, known: true}
		if _, ok := dialect.(openRouter); ok {
			status = http.StatusOK
		}
		e.send(status, dialect.failure(f))
		return
	}
	document := encode(dialect.whole(e.answer(dialect)))
	switch behaviour.Kind {
	case Malformed:
		document = document[:len(document)/2]
	case Cut:
		// A length that is never reached, so that nobody takes half for the whole.
		e.w.Header().Set("Content-Length", strconv.Itoa(len(document)))
		e.begin(http.StatusOK, "application/json")
		_, _ = e.w.Write(document[:len(document)/2]) // it breaks either way
		_ = http.NewResponseController(e.w).Flush()
		panic(http.ErrAbortHandler)
	}
	e.begin(http.StatusOK, "application/json")
	if _, err := e.w.Write(document); err != nil {
		e.gone()
	}
}

// wait holds the answer back until the client goes or the case ends, and then
// breaks the connection.
func (e *exchange) wait() {
	select {
	case <-e.r.Context().Done():
		e.gone()
	case <-e.entry.Ended():
	}
	panic(http.ErrAbortHandler) // net/http's way to break a connection
}

// encode writes JSON as providers do, without escaping for HTML.
func encode(value any) []byte {
	var text strings.Builder
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false)
	if err := out.Encode(value); err != nil {
		// Documents are made of plain data here; nothing in them can fail.
		panic("providers: " + err.Error())
	}
	return []byte(strings.TrimSuffix(text.String(), "\n"))
}
