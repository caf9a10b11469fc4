package runner

import "time"

// Call is one request from the service half to the runner half.
type Call struct {
	At          time.Time         `json:"at"`
	Method      string            `json:"method"`
	Path        string            `json:"path"`
	Header      map[string]string `json:"header"`       // lower-case names
	Body        string            `json:"body"`         // verbatim
	Status      int               `json:"status"`       // of the reply
	ContentType string            `json:"content_type"` // of the reply
	Reply       string            `json:"reply"`        // verbatim, NDJSON included
	Forwarded   bool              `json:"forwarded"`    // a real runner answered
	Error       string            `json:"error,omitempty"`
}
