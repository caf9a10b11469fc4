package providers

import (
	"maps"
	"net"
	"slices"
	"strings"
)

// endpoint is a dialect spoken below a path.
type endpoint struct {
	base    string // as clients configure it, without a slash at the end
	dialect dialect
}

// publicHosts is where the public providers are found, and what they speak.
func publicHosts() map[string][]endpoint {
	together := []endpoint{{"/v1", completions{reasoning: "reasoning"}}}
	return map[string][]endpoint{
		"api.openai.com":                    {{"/v1", completions{openAI: true}}, {"/v1", responses{}}},
		"api.anthropic.com":                 {{"", anthropic{}}},
		"generativelanguage.googleapis.com": {{"/v1beta", google{}}, {"/v1", google{}}},
		"api.mistral.ai":                    {{"/v1", mistral{}}},
		"api.groq.com":                      {{"/openai/v1", completions{reasoning: "reasoning"}}},
		"api.together.ai":                   together,
		"api.together.xyz":                  together,
		"api.minimax.io":                    {{"/anthropic", anthropic{}}, {"/v1", completions{reasoning: "reasoning_content"}}},
		"openrouter.ai": {
			{"/api/v1", openRouter{}}, {"/api/v1", responses{openRouter: true}}, {"/api", anthropic{openRouter: true}},
			{"/api/v1", legacy{}},
		},
	}
}

// gateway is what a gateway speaks, below any path.
func gateway() []endpoint {
	return []endpoint{{"/v1", completions{reasoning: "reasoning_content"}}, {"", anthropic{}}}
}

// PublicHosts lists the public hosts that a Server plays, sorted.
func PublicHosts() []string { return slices.Sorted(maps.Keys(publicHosts())) }

// place is where a request was sent.
type place struct {
	endpoint  endpoint
	served    bool // the path is one that this host has
	operation operation
}

// locate finds what a path means at a host. A path that the host does not have
// still gets the dialect that it looks like, so that the refusal is one the
// client understands and the journal says what it wanted.
func (s *Server) locate(host, path string, gateways []string) place {
	endpoints, public := s.hosts[host]
	if !public && slices.Contains(gateways, host) {
		endpoints = gateway()
		for i := range endpoints {
			endpoints[i].base = prefix(path, endpoints[i]) + endpoints[i].base
		}
	}
	for _, e := range endpoints {
		if rest, ok := strings.CutPrefix(path, e.base); ok {
			if op, ok := e.dialect.operation(rest); ok {
				return place{endpoint: e, served: true, operation: op}
			}
		}
	}
	for _, e := range slices.Concat(endpoints, lookalikes()) {
		if i := strings.LastIndex(path, e.dialect.landmark()); i >= 0 {
			if op, ok := e.dialect.operation(path[i:]); ok {
				return place{endpoint: e, operation: op}
			}
		}
	}
	return place{}
}

// lookalikes are all dialects, for paths that a host does not have.
func lookalikes() []endpoint {
	return []endpoint{{"", completions{}}, {"", responses{}}, {"", anthropic{}}, {"", google{}}}
}

// prefix is the part of a gateway's path before the endpoint, "" if it has none
// or one that no gateway has: segments of the API itself are there only when a
// client has put its own behind an address that names them already.
func prefix(path string, e endpoint) string {
	before, ok := strings.CutSuffix(path, e.base+e.dialect.landmark())
	if !ok || before == "" {
		return ""
	}
	for _, segment := range strings.Split(before[1:], "/") {
		switch segment {
		case "", "v1", "chat", "completions", "messages":
			return ""
		}
	}
	return before
}

// known reports whether the target, host and port, is one that the Server plays.
func (s *Server) known(hostport string, gateways []string) (bool, string) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return false, "not a host and port"
	}
	if _, public := s.hosts[host]; public {
		if port != "443" {
			return false, "a public provider without TLS"
		}
		return true, ""
	}
	if slices.Contains(gateways, hostport) || (port == "443" || port == "80") && slices.Contains(gateways, host) {
		return true, ""
	}
	return false, "unknown host"
}
