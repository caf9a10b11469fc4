package vault

import (
	"net/http"
	"strings"
)

// OfSecrets reports whether the call is one to the vault proper, and not to
// another part of the platform's API.
func (c Call) OfSecrets() bool {
	return strings.HasPrefix(strings.TrimPrefix(c.Path, Base), "/secrets")
}

// OfTraces reports whether the call brings spans: OTLP over HTTP, in whatever
// encoding the caller chose.
func (c Call) OfTraces() bool { return strings.TrimPrefix(c.Path, Base) == "/otlp/v1/traces" }

// RunsAt makes the platform say, to a caller that shows a runner token, that the
// sessions of all callers last ran at this runner, which is this replica.
func (s *Server) RunsAt(address, replica string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runsAt, s.replica = address, replica
}

// stream is what is known of a session: that it is new.
func (s *Server) stream(r *http.Request) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := map[string]any{"count": 0, "stream": nil}
	if s.runsAt != "" && r.Header.Get("X-Agenta-Runner-Token") != "" {
		known["runner_address"], known["runner_replica_id"] = s.runsAt, s.replica
	}
	return known
}

// platform answers the other routes that the service half asks. What a platform
// of that version does not have answers as its framework does, and by that text
// a caller knows that the route is missing.
func (s *Server) platform(w http.ResponseWriter, r *http.Request, route string) {
	answer, ok := map[string]any{
		// Who may ask is settled elsewhere: this caller may, with what it brought.
		"GET /access/permissions/check": map[string]any{"effect": "allow", "credentials": r.Header.Get("Authorization")},
		"GET /sessions/streams/":        s.stream(r),
		"POST /sessions/turns/query":    map[string]any{"count": 0, "turns": []any{}},
		"POST /otlp/v1/traces":          map[string]any{},
	}[r.Method+" "+route]
	if !ok {
		s.gatewayed(w, r, route)
		return
	}
	if r.Header.Get("Authorization") == "" {
		detail(w, http.StatusUnauthorized, "Unauthorized")
		return
	}
	reply(w, http.StatusOK, answer)
}
