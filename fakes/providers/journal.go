package providers

import "time"

// Call is one request that reached a provider.
type Call struct {
	At          time.Time         `json:"at"`
	Scheme      string            `json:"scheme"` // https or http
	Host        string            `json:"host"`   // with a port unless it is the scheme's own
	Method      string            `json:"method"`
	Path        string            `json:"path"`
	Query       string            `json:"query,omitempty"`
	Header      map[string]string `json:"header"`  // lower-case names
	Key         string            `json:"key"`     // the credential, wherever the dialect carries it
	Body        string            `json:"body"`    // verbatim
	Dialect     string            `json:"dialect"` // as Pi names it; "" if the path belongs to none
	Model       string            `json:"model"`   // asked for
	Stream      bool              `json:"stream"`
	Status      int               `json:"status"`       // answered; 0 when the connection was cut before a status
	Refusal     string            `json:"refusal"`      // why a request was not served: "auth", "path", "model", "body", or ""
	ClientGone  bool              `json:"client_gone"`  // the client closed first
	AnswerModel string            `json:"answer_model"` // named in the answer
}
