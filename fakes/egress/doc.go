// Package egress is the only way out of a lane: an HTTP proxy that terminates
// TLS with certificates of the run's own authority, hands requests for known
// hosts to whoever plays them, and refuses and records everything else. It
// knows nothing of cases or clauses.
package egress
