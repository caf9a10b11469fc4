package runner

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// ndjson is the media type of a streamed reply.
const ndjson = "application/x-ndjson"

// Protocol is the version that GET /health names.
const Protocol = 1

// Reply is what the tap says when it plays a runner. The zero value is a
// successful turn.
type Reply struct {
	Output  string // the assistant's text; a short sentence if empty
	Model   string // the model that ran; the requested one if empty
	Replica string // which of several runners this is, as GET /health says it
	Error   string // makes the turn fail with this text
	// Raw is sent instead of a reply, as it is, as ContentType with Status.
	Raw         string
	ContentType string
	Status      int
	// Fault makes the runner go wrong; Status is then what it refuses with, and
	// Elsewhere the address that it redirects to.
	Fault     Fault
	Elsewhere string
}

// asked is what a reply takes over from its request.
type asked struct {
	Model     string `json:"model"`
	SessionID string `json:"sessionId"`
}

// result is the runner's reply, and on a stream its last record.
type result struct {
	OK         bool      `json:"ok"`
	Output     string    `json:"output"`
	Messages   []message `json:"messages"`
	Events     []event   `json:"events"`
	Usage      usage     `json:"usage"`
	StopReason string    `json:"stopReason,omitempty"`
	SessionID  string    `json:"sessionId,omitempty"`
	Model      string    `json:"model,omitempty"`
	Error      string    `json:"error,omitempty"`
	ErrorType  string    `json:"errorType,omitempty"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type event struct {
	Type    string `json:"type"`
	ID      string `json:"id,omitempty"`
	Text    string `json:"text,omitempty"`
	Delta   string `json:"delta,omitempty"`
	Message string `json:"message,omitempty"`
}

type usage struct {
	Input  int     `json:"input"`
	Output int     `json:"output"`
	Total  int     `json:"total"`
	Cost   float64 `json:"cost"`
}

type record struct {
	Kind   string  `json:"kind"`
	Event  *event  `json:"event,omitempty"`
	Result *result `json:"result,omitempty"`
}

// serve plays a runner's routes.
func (p Reply) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	switch r.Method + " " + r.URL.Path {
	case "GET /health":
		health := map[string]any{"ok": true, "protocol": Protocol}
		if p.Replica != "" {
			health["replicaId"] = p.Replica
		}
		writeJSON(w, http.StatusOK, health)
	case "POST /kill":
		writeJSON(w, http.StatusOK, map[string]any{"ok": true})
	case "POST /run", "POST /stream":
		p.run(w, r, body)
	default:
		writeJSON(w, http.StatusNotFound, result{Error: "not found"})
	}
}

func (p Reply) run(w http.ResponseWriter, r *http.Request, body []byte) {
	if p.Raw != "" {
		if p.ContentType != "" {
			w.Header().Set("Content-Type", p.ContentType)
		}
		w.WriteHeader(max(p.Status, http.StatusOK))
		_, _ = io.WriteString(w, p.Raw) // a client that is gone needs no answer
		return
	}
	var wanted asked
	if err := json.Unmarshal(body, &wanted); err != nil {
		writeJSON(w, http.StatusBadRequest, result{Error: "invalid JSON body"})
		return
	}
	streamed := strings.Contains(r.Header.Get("Accept"), ndjson)
	if !p.strike(w, streamed, wanted, body) {
		answer(w, streamed, p.result(wanted))
	}
}

func (p Reply) result(wanted asked) result {
	model := p.Model
	if model == "" {
		model = wanted.Model
	}
	if p.Error != "" {
		return result{
			Error: p.Error, SessionID: wanted.SessionID, Model: model, Messages: []message{},
			Events: []event{{Type: "error", Message: p.Error}, {Type: "done"}},
		}
	}
	output := p.Output
	if output == "" {
		output = "The recorder has taken down this turn."
	}
	return result{
		OK:         true,
		Output:     output,
		Messages:   []message{{Role: "assistant", Content: output}},
		Events:     []event{{Type: "message", Text: output}, {Type: "done"}},
		Usage:      usage{Input: 12, Output: 8, Total: 20},
		StopReason: "end_turn",
		SessionID:  wanted.SessionID,
		Model:      model,
	}
}

// stream sends the events as records of their own and then the result without
// them, with HTTP 200 whatever became of the turn.
func stream(w http.ResponseWriter, outcome result) {
	w.Header().Set("Content-Type", ndjson)
	events(w, outcome.Events)
	outcome.Events = []event{}
	_ = json.NewEncoder(w).Encode(record{Kind: "result", Result: &outcome}) // as above
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // plain data: only a client that is gone makes it fail
}
