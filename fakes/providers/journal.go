package providers

import "time"

// Call is one request that reached a provider.
type Call struct {
	N           int               `json:"n"`                // in the tenant's order, from 1
	Tenant      string            `json:"tenant,omitempty"` // "" for what belongs to none
	At          time.Time         `json:"at"`
	Scheme      string            `json:"scheme"` // https or http
	Proto       string            `json:"proto"`  // HTTP/1.1 or HTTP/2.0
	Host        string            `json:"host"`   // with a port unless it is the scheme's own
	Method      string            `json:"method"`
	Path        string            `json:"path"`
	Query       string            `json:"query,omitempty"`
	Header      map[string]string `json:"header"` // lower-case names
	Key         string            `json:"key"`    // the credential, wherever the dialect carries it
	Body        string            `json:"body"`   // verbatim; "" if it lies in BodyFile
	BodyFile    string            `json:"body_file,omitempty"`
	Size        int               `json:"size"`    // of the body, bytes
	Dialect     string            `json:"dialect"` // as Pi names it; "" if the path belongs to none
	Model       string            `json:"model"`   // asked for
	Stream      bool              `json:"stream"`
	Remarks     []Remark          `json:"remarks,omitempty"`   // what is odd about the request
	Status      int               `json:"status"`              // answered; 0 when the connection was cut before a status
	Refusal     string            `json:"refusal"`             // why a request was not served: "auth", "path", "model", "body", "limit", "forbidden", or ""
	Rule        string            `json:"rule,omitempty"`      // that decided
	Behaviour   Kind              `json:"behaviour,omitempty"` // played, unless it was OK
	Passed      []string          `json:"passed,omitempty"`    // models that failed before a fallback answered
	ClientGone  bool              `json:"client_gone"`         // the client closed first
	End         Ending            `json:"end,omitempty"`       // "" while the call is being answered
	AnswerID    string            `json:"answer_id,omitempty"` // of the answer, as the client sees it
	AnswerModel string            `json:"answer_model"`        // named in the answer
	Usage       *Usage            `json:"usage,omitempty"`     // of the answer
	Events      int               `json:"events,omitempty"`    // sent, of a stream
	Sent        int               `json:"sent"`                // bytes of the answer's body
	FirstMillis float64           `json:"first_ms"`            // from arrival to the first byte
	Millis      float64           `json:"ms"`                  // from arrival to the end
	Finish      string            `json:"finish,omitempty"`    // of the answer, in OpenAI's word
	Cost        float64           `json:"cost,omitempty"`      // USD, at OpenRouter
}

// Ending is how a call ended.
type Ending string

// The endings.
const (
	Whole   Ending = "whole"       // the answer was sent to its end
	Broken  Ending = "broken"      // a behaviour broke it off
	Gone    Ending = "client gone" // the client closed first
	Stopped Ending = "stopped"     // the server was reset while it was being answered
)

// Remark is something about a request that no sound client would do, although it
// may have been served.
type Remark struct {
	Kind RemarkKind `json:"kind"`
	Text string     `json:"text"` // what it is about
}

// RemarkKind is a kind of remark.
type RemarkKind string

// The remarks.
const (
	DoubledSegment RemarkKind = "doubled segment" // Text is the part of the path that stands there twice
	ForeignKey     RemarkKind = "foreign key"     // Text is the host at which the key would be good
	UnknownField   RemarkKind = "unknown field"   // Text is a member of the body that the dialect does not have
)

// String is the remark as one phrase.
func (r Remark) String() string { return string(r.Kind) + " " + r.Text }
