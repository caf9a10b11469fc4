package service

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/refusal"
	"github.com/agenta-ai/conform/subjects/reference/secret"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// longestLogged is the length at which a logged text is cut off.
const longestLogged = 600

// Answer is what the caller of a turn is told, as a body or as the last record
// of a stream.
type Answer struct {
	OK         bool              `json:"ok"`
	Output     string            `json:"output"`
	Model      string            `json:"model,omitempty"` // what really ran
	Messages   json.RawMessage   `json:"messages,omitempty"`
	Events     []json.RawMessage `json:"events"`
	Usage      json.RawMessage   `json:"usage,omitempty"`
	StopReason string            `json:"stopReason,omitempty"`
	SessionID  string            `json:"sessionId,omitempty"`
	TraceID    string            `json:"traceId,omitempty"`
	Error      *Problem          `json:"error,omitempty"`
}

// Problem is why a turn failed.
type Problem struct {
	Class     string   `json:"class"`
	Stage     string   `json:"stage"`
	Status    int      `json:"status"`
	Message   string   `json:"message"`
	Requested string   `json:"requested,omitempty"`
	Allowed   []string `json:"allowed,omitempty"`
}

// problem gives the public face of an error. An error that is no refusal says
// nothing of itself: its text was written for a log.
func problem(err error) *Problem {
	var r *refusal.Error
	if !errors.As(err, &r) {
		return &Problem{Class: "InternalError", Stage: refusal.StageRun, Status: http.StatusInternalServerError, Message: "the turn failed"}
	}
	return &Problem{Class: r.Class, Stage: r.Stage, Status: r.Status, Message: r.Text, Requested: r.Requested, Allowed: r.Allowed}
}

// succeeded gives the answer for a reply that is good.
func succeeded(reply wire.Reply) Answer {
	return Answer{
		OK: true, Output: reply.Output, Model: reply.Model, Messages: reply.Messages, Events: reply.Events,
		Usage: reply.Usage, StopReason: reply.StopReason, SessionID: reply.SessionID, TraceID: reply.TraceID,
	}
}

// failed gives the answer for an error; the reply, if there was one, says what
// had happened until then.
func failed(err error, reply wire.Reply) Answer {
	answer := succeeded(reply)
	answer.OK, answer.Error = false, problem(err)
	return answer
}

// encode writes an answer without the secrets that its parts may have echoed.
func (a Answer) encode(redactor *secret.Redactor) []byte {
	if a.Events == nil {
		a.Events = []json.RawMessage{}
	}
	raw, err := json.Marshal(a)
	if err != nil {
		// Only a part that a runner wrote can fail to encode.
		raw, _ = json.Marshal(Answer{Error: problem(err), Events: []json.RawMessage{}})
	}
	return redactor.JSON(raw)
}

// refuse answers a turn that reached no runner, or that its runner refused.
func (s *Service) refuse(w http.ResponseWriter, redactor *secret.Redactor, err error) {
	s.respond(w, redactor, failed(err, wire.Reply{}))
}

func (s *Service) respond(w http.ResponseWriter, redactor *secret.Redactor, answer Answer) {
	status := http.StatusOK
	if answer.Error != nil {
		status = answer.Error.Status
		s.logFailure(redactor, answer.Error)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(answer.encode(redactor), '\n'))
}

// logFailure writes one line. A text that lists every valid model is for the
// caller; a log needs its beginning.
func (s *Service) logFailure(redactor *secret.Redactor, p *Problem) {
	text := redactor.Text(p.Message)
	if len(text) > longestLogged {
		text = strings.ToValidUTF8(text[:longestLogged], "") + "…"
	}
	s.log.Warn("turn failed", "class", p.Class, "stage", p.Stage, "status", p.Status, "message", text)
}
