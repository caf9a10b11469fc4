package providers

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// exchange is one request and its answer.
type exchange struct {
	w        http.ResponseWriter
	r        *http.Request
	server   *Server
	tenant   *Tenant
	play     *play
	entry    *journal.Entry[Call]
	place    place
	question question
	host     string
	path     string // without the tenant's prefix and the provider's name
	n        int
	id       string
	key      string
	created  int64
	began    time.Time

	model     string // that is to answer
	passed    []string
	rule      string
	say       Say
	behaviour Behaviour
	pace      Pace
	spends    []*window

	talked *talk
	first  time.Time // of the first byte
	sent   int
	events int
	end    Ending
}

// talk reads the conversation when something asks for it.
func (e *exchange) talk() talk {
	if e.talked == nil {
		var t talk
		if q := e.question; q.items != nil && q.conversation[0] == '[' && e.place.endpoint.dialect.shape().conversation != "prompt" {
			t = e.place.endpoint.dialect.talk(q.items)
		} else {
			t = promptTalk(q.conversation)
		}
		e.talked = &t
	}
	return *e.talked
}

// serve judges the request and answers it.
func (e *exchange) serve() {
	dialect := e.place.endpoint.dialect
	switch {
	case e.r.Method == http.MethodGet && e.document():
	case dialect == nil:
		e.refuse(openRouter{}, why{refusal: badPath})
	default:
		if w := e.judge(dialect); w.refusal != served {
			e.refuse(dialect, w)
			return
		}
		e.answer(dialect)
	}
}

// judge finds out whether the request would be served, in the order in which a
// provider looks at it.
func (e *exchange) judge(dialect dialect) why {
	key, problem := dialect.key(e.r.Header), e.question.problem
	switch {
	case !e.place.served || e.r.Method != http.MethodPost:
		return why{refusal: badPath}
	case key == "" && e.key == "":
		return why{refusal: noKey}
	case key == "" || !e.accepted(e.host):
		return why{refusal: badKey}
	case problem.kind != fine:
		return why{badBody, problem}
	case len(e.question.unknown) > 0 && e.play.RefuseUnknownFields && dialect.shape().strict:
		return why{badBody, problemOf(e.question.unknown)}
	}
	return why{}
}

func problemOf(unknown []string) problem { return problem{unknownOne, unknown[0]} }

// accepted reports whether the caller's key is good at a host.
func (e *exchange) accepted(host string) bool {
	keys, named := e.play.Keys[host]
	if !named && e.play.AnyKey {
		return e.key != ""
	}
	return slices.Contains(keys, e.key)
}

// answer finds out what is to be said, and how, and does it.
func (e *exchange) answer(dialect dialect) {
	if limit, left := e.play.over(e, e.server.now()); limit != nil {
		e.limited(dialect, limit, left)
		return
	}
	if !e.decide(dialect) {
		e.refuse(dialect, why{refusal: badModel})
		return
	}
	if o, ok := dialect.(router); ok {
		if w, text := o.route(e); w.refusal != served {
			e.fail(dialect, w, http.StatusNotFound, text, nil)
			return
		}
	}
	b := e.behaviour
	if e.rule != "" || len(e.passed) > 0 || b.Kind != "" && b.Kind != OK {
		e.entry.Update(func(c *Call) {
			c.Rule, c.Passed = e.rule, e.passed
			if b.Kind != OK {
				c.Behaviour = b.Kind
			}
		})
	}
	dialect.headers(e.w.Header(), e.id)
	switch {
	case b.Kind == Status:
		e.retryAfter(b.RetryAfter)
		e.fail(dialect, why{}, cmp.Or(b.Status, http.StatusInternalServerError), b.Message, b.Metadata)
	case b.Kind == Page:
		e.page(b)
	case e.question.stream:
		e.stream(dialect)
	default:
		e.plain(dialect)
	}
}

// decide chooses the model, the rule and the behaviour. With fallbacks, a model
// that nobody serves or that fails before it begins makes way for the next. It
// reports whether anybody serves a model that was asked for.
func (e *exchange) decide(dialect dialect) bool {
	candidates := []string{e.question.model}
	if _, ok := dialect.(router); ok {
		for _, m := range e.question.models {
			if !slices.Contains(candidates, m) {
				candidates = append(candidates, m)
			}
		}
	}
	found := false
	for i, model := range candidates {
		e.model = model
		if !e.play.serves(model) {
			e.passed = append(e.passed, model)
			continue
		}
		found = true
		e.choose()
		if e.behaviour.Kind != Status || i == len(candidates)-1 {
			return true
		}
		e.passed = append(e.passed, model)
	}
	return found
}

// choose takes the rule that fits the exchange as it stands.
func (e *exchange) choose() {
	p := e.play
	e.rule, e.behaviour, e.pace, e.say = "", p.Behaviour, p.Pace, Say{Text: p.Reply, Echo: p.Echo}
	if r := p.rule(e); r != nil {
		e.rule = r.name
		if r.Say != nil {
			e.say = *r.Say
		}
		if r.Pace != nil {
			e.pace = *r.Pace
		}
		if r.Behaviour != nil {
			e.behaviour = *r.Behaviour
			return
		}
	}
	if e.behaviour.Kind == "" || e.behaviour.Kind == OK {
		if b := p.Chaos.strikes(e.n); b != nil {
			e.behaviour = *b
		}
	}
}

// router is a dialect that chooses between models and providers.
type router interface {
	route(e *exchange) (why, string)
}

// limited answers a request that is over a limit.
func (e *exchange) limited(dialect dialect, limit *playedLimit, left time.Duration) {
	dialect.headers(e.w.Header(), e.id)
	e.retryAfter(left)
	h := e.w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(cmp.Or(limit.Requests, limit.Tokens)))
	h.Set("X-RateLimit-Remaining", "0")
	h.Set("X-RateLimit-Reset", strconv.FormatInt(e.server.now().Add(left).UnixMilli(), 10))
	metadata := map[string]any{"headers": map[string]string{
		"X-RateLimit-Limit": h.Get("X-RateLimit-Limit"), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": h.Get("X-RateLimit-Reset"),
	}, "provider_name": nil}
	e.fail(dialect, why{refusal: overLimit}, http.StatusTooManyRequests, cmp.Or(limit.Message, "Rate limit exceeded"), metadata)
}

func (e *exchange) retryAfter(d time.Duration) {
	if d > 0 {
		e.w.Header().Set("Retry-After", strconv.FormatFloat(math.Ceil(d.Seconds()), 'f', 0, 64))
	}
}

func (e *exchange) refuse(dialect dialect, w why) {
	model := e.question.model
	if e.model != "" {
		model = e.model
	}
	status, text := dialect.explain(w, model)
	e.fail(dialect, w, status, text, nil)
}

// fail answers with an error of the dialect.
func (e *exchange) fail(dialect dialect, w why, status int, text string, metadata map[string]any) {
	if w.refusal == noKey {
		w.refusal = badKey // the journal tells them apart by Key
	}
	e.entry.Update(func(c *Call) { c.Refusal = string(w.refusal) })
	f := failure{
		why: w, status: status, message: e.message(status, text), id: e.id,
		known: w.refusal != badKey && w.refusal != badPath,
	}
	if metadata != nil {
		f.metadata = metadata
	}
	e.send(status, encode(dialect.failure(f)))
}

// message is an error text, with the credential in it where the script says so.
func (e *exchange) message(status int, text string) string {
	text = cmp.Or(text, http.StatusText(status), "error")
	if (e.play.Behaviour.EchoKey || e.behaviour.EchoKey) && e.key != "" {
		text = strings.TrimSuffix(text, ".") + ": " + e.key
	}
	return text
}
