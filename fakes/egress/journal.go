package egress

import "time"

// Call is one attempt to leave the lane.
type Call struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method"` // CONNECT, or the method of a plain HTTP request
	Host    string    `json:"host"`   // host and port as asked for
	Allowed bool      `json:"allowed"`
	Direct  bool      `json:"direct,omitempty"` // the client came to the host's own address, past the proxy
	Reason  string    `json:"reason"`           // why it was refused, or how TLS failed in an allowed tunnel
}
