package providers

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// meant is the provider, and the path there, that a request to a Server of its
// own address means.
func (s *Server) meant(host, path string, h http.Header, gateways []string) (string, string) {
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	if _, public := s.hosts[name]; public {
		return name, path
	}
	for _, known := range []string{host, name} {
		if slices.Contains(gateways, known) {
			return known, path
		}
	}
	first, rest, deeper := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if provider, ok := nicknames()[first]; ok && deeper {
		return provider, "/" + rest
	}
	switch {
	case first == "api":
		return "openrouter.ai", path
	case first == "v1beta", h.Get("X-Goog-Api-Key") != "", strings.HasSuffix(path, "enerateContent"):
		return "generativelanguage.googleapis.com", path
	case strings.HasSuffix(path, "/messages"), h.Get("Anthropic-Version") != "":
		return "api.anthropic.com", path
	}
	return "api.openai.com", path
}

// nicknames are the first parts of a path that name a provider.
func nicknames() map[string]string {
	return map[string]string{
		"openrouter": "openrouter.ai", "openai": "api.openai.com", "anthropic": "api.anthropic.com",
		"google": "generativelanguage.googleapis.com", "mistral": "api.mistral.ai", "groq": "api.groq.com",
		"together": "api.together.ai", "minimax": "api.minimax.io",
	}
}

// bare is the host in lower case, without the port if it is the scheme's own.
func bare(host, scheme string) string {
	host = strings.ToLower(host)
	if name, port, err := net.SplitHostPort(host); err == nil {
		if port == "443" && scheme == "https" || port == "80" && scheme == "http" {
			return name
		}
	}
	return host
}

// anyKey is the credential of a request to whatever dialect.
func anyKey(h http.Header) string {
	if key := h.Get("X-Goog-Api-Key"); key != "" {
		return key
	}
	return either(h)
}
