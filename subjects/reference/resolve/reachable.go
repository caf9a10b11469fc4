package resolve

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
)

// reachable refuses an address that a connection cannot be used at: none where
// one is needed, or one that leads into the platform's own network. A connection
// never goes on without its address: the key would reach another host.
func reachable(picked candidate, conn Connection) error {
	if !picked.custom || capability.Cloud(picked.kind) {
		return nil
	}
	address := conn.Endpoint.BaseURL
	switch {
	case address == "" && conn.Deployment == capability.Custom:
		return unusableEndpoint(picked, "it has no base URL")
	case address != "" && !public(address):
		return unusableEndpoint(picked, "its base URL is not a public HTTPS address")
	}
	return nil
}

func unusableEndpoint(picked candidate, why string) error {
	return refuse(refusal.EndpointResolution, "connection '%s' cannot be resolved: %s", picked.name, why)
}

// public says whether an address may be called with a stored key. Names are not
// looked up: what they lead to is for the proxy to judge.
func public(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Hostname() == "" {
		return false
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsGlobalUnicast() && !ip.IsPrivate()
	}
	return host != "localhost" && !strings.HasSuffix(host, ".localhost")
}
