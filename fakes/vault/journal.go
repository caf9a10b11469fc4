package vault

import "time"

// Call is one request that reached the vault.
type Call struct {
	At            time.Time `json:"at"`
	Method        string    `json:"method"`
	Path          string    `json:"path"`  // as sent, with its trailing slash
	Query         string    `json:"query"` // raw
	Authorization string    `json:"authorization"`
	Body          string    `json:"body"`
	Status        int       `json:"status"` // 0 when the connection was closed on purpose
}
