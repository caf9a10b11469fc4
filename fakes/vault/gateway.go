package vault

import (
	"net/http"
	"slices"
)

// A Gateway is the platform's own route to model providers. A caller that is
// given one sends no provider key: it gets a credential for the gateway.
type Gateway struct {
	Provider   string // family of the connection, such as "openai"
	Deployment string // such as "direct"
	Namespace  string // and Name: where the gateway has the connection
	Name       string
	Model      string
	Credential string // for the gateway
	// Refusal is answered to the first question instead, with RefusalBody.
	Refusal     int
	RefusalBody any
}

// Gateways makes the platform serve a gateway to the caller with this
// credential. Without one its routes do not exist.
func (s *Server) Gateways(credential string, g Gateway) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateways[credential] = g
}

// The routes of the gateway protocol.
const (
	gatewayResolve = "/gateways/llms/resolve"
	gatewayIssue   = "/gateways/credentials"
)

func (s *Server) gatewayed(w http.ResponseWriter, r *http.Request, route string) {
	s.mu.Lock()
	g, served := s.gateways[r.Header.Get("Authorization")]
	s.mu.Unlock()
	switch {
	case !served || !slices.Contains([]string{gatewayResolve, gatewayIssue}, route):
		detail(w, http.StatusNotFound, "Not Found")
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		detail(w, http.StatusMethodNotAllowed, "Method Not Allowed")
	case route == gatewayIssue:
		reply(w, http.StatusOK, map[string]string{"credentials": g.Credential})
	case g.Refusal != 0:
		reply(w, g.Refusal, g.RefusalBody)
	default:
		reply(w, http.StatusOK, map[string]any{"connection": map[string]string{
			"provider_key": g.Provider, "deployment_kind": g.Deployment, "namespace": g.Namespace, "name": g.Name, "model": g.Model,
		}})
	}
}
