package pitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Answer is what a Provider sends to one request.
type Answer struct {
	Status int    // 200 if zero
	Type   string // of the content; an event stream if empty
	Body   string
	Hold   <-chan struct{} // if not nil, the end of Body waits until it is closed
	Cut    bool            // the connection breaks after Body
}

// Say is a model that answers with texts, one piece each.
func Say(pieces ...string) Answer {
	var body strings.Builder
	for _, piece := range pieces {
		body.WriteString(chunk(map[string]any{"content": piece}, nil))
	}
	body.WriteString(chunk(map[string]any{}, "stop") + usage + done)
	return Answer{Body: body.String()}
}

// CallTool is a model that asks for a tool to be run.
func CallTool(id, name string, args map[string]any) Answer {
	text, err := json.Marshal(args)
	if err != nil {
		panic(fmt.Sprintf("pitest: arguments of a tool: %v", err))
	}
	call := map[string]any{"index": 0, "id": id, "type": "function", "function": map[string]any{"name": name, "arguments": string(text)}}
	return Answer{Body: chunk(map[string]any{"tool_calls": []any{call}}, "tool_calls") + usage + done}
}

// Refuse is an HTTP error with an error object that has this message.
func Refuse(status int, message string) Answer {
	return Answer{Status: status, Type: "application/json", Body: fmt.Sprintf(`{"error":{"message":%q,"code":%d}}`, message, status)}
}

const (
	usage = `data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15}}` + "\n\n"
	done  = "data: [DONE]\n\n"
)

func chunk(delta map[string]any, finish any) string {
	text, err := json.Marshal(map[string]any{
		"id": "chat", "choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}},
	})
	if err != nil {
		panic(fmt.Sprintf("pitest: a piece of an answer: %v", err))
	}
	return "data: " + string(text) + "\n\n"
}

// Request is what a Provider was asked.
type Request struct {
	Method string
	Path   string // with the query
	Header http.Header
	Body   Line
}

// Provider plays answers in the openai-completions dialect, one after another,
// whoever asks; the last one is repeated. For providers that are strict about
// keys, models and dialects there is package fakes/providers.
type Provider struct {
	URL string // without a path

	mu       sync.Mutex
	answers  []Answer
	requests []Request
}

// Serve starts a Provider on loopback, until the test ends.
func Serve(t testing.TB, answers ...Answer) *Provider {
	p := &Provider{answers: answers}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// Requests returns what has been asked so far.
func (p *Provider) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[:len(p.requests):len(p.requests)]
}

// ServeHTTP answers one request.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body) // a body that breaks is one that says nothing
	var body Line
	_ = json.Unmarshal(text, &body)
	p.mu.Lock()
	p.requests = append(p.requests, Request{r.Method, r.URL.RequestURI(), r.Header.Clone(), body})
	var a Answer
	if len(p.answers) > 0 {
		a = p.answers[0]
	}
	if len(p.answers) > 1 {
		p.answers = p.answers[1:]
	}
	p.mu.Unlock()
	if a.Type == "" {
		a.Type = "text/event-stream"
	}
	w.Header().Set("Content-Type", a.Type)
	if a.Status != 0 {
		w.WriteHeader(a.Status)
	}
	_, _ = io.WriteString(w, a.Body) // whoever went away needs no answer
	if a.Hold != nil || a.Cut {
		_ = http.NewResponseController(w).Flush()
	}
	if a.Hold != nil {
		select {
		case <-a.Hold:
		case <-r.Context().Done():
		}
	}
	if a.Cut {
		panic(http.ErrAbortHandler)
	}
}

// Models is a models.json with one custom provider called fake at this
// provider's address, with the given model ids and a literal key.
func (p *Provider) Models(ids ...string) string {
	var models []map[string]any
	for _, id := range ids {
		models = append(models, map[string]any{"id": id})
	}
	text, err := json.Marshal(map[string]any{"providers": map[string]any{"fake": map[string]any{
		"baseUrl": p.URL + "/v1", "api": "openai-completions", "apiKey": "sk-test", "models": models,
	}}})
	if err != nil {
		panic(fmt.Sprintf("pitest: models.json: %v", err))
	}
	return string(text)
}
