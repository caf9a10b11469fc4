package daytona

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/agenta-ai/conform/fakes/egress"
)

// wayOut is the egress proxy of one sandbox.
type wayOut struct {
	proxy  *egress.Proxy
	server *http.Server
}

// wayOut is a sandbox's proxy, nil when the cloud has no authority.
func (s *Server) wayOut(b *sandbox) *wayOut {
	if s.options.Authority == nil {
		return nil
	}
	out := &wayOut{proxy: egress.New(s.options.Authority, s.options.Log)}
	out.server = &http.Server{Handler: out.proxy, ErrorLog: slog.NewLogLogger(s.options.Log.Handler(), slog.LevelDebug)}
	out.proxy.Route(func(hostport string) (http.Handler, string) { return s.leave(b, hostport) })
	return out
}

// serve runs a server until it is closed.
func (s *Server) serve(server *http.Server, l net.Listener) {
	s.wg.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.options.Log.Error("a server of the cloud ended", "error", err)
		}
	})
}

func (w *wayOut) close() {
	if w == nil {
		return
	}
	_ = w.server.Close() // nothing can be lost with a listener
	w.proxy.Close()
}

// leave decides who plays a host for a sandbox: whoever plays it for the lane,
// unless the sandbox's network settings are against it. On the way secrets take
// the place of their placeholders.
func (s *Server) leave(b *sandbox, hostport string) (http.Handler, string) {
	s.mu.Lock()
	route, network := s.route, b.Network
	s.mu.Unlock()
	if why := network.refuses(hostport); why != "" {
		return nil, why
	}
	if route == nil {
		return nil, "no host is known"
	}
	to, why := route(hostport)
	if to == nil {
		return nil, why
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if replace := s.bound(b, hostport); replace != nil {
			r = r.Clone(r.Context())
			for _, values := range r.Header {
				for i := range values {
					values[i] = replace.Replace(values[i])
				}
			}
		}
		to.ServeHTTP(w, r)
	}), ""
}

// bound replaces the placeholders of the sandbox's secrets that may be sent to a
// host, nil if there are none. Values are filled in on the way to port 443 only.
func (s *Server) bound(b *sandbox, hostport string) *strings.Replacer {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || port != "443" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var pairs []string
	for _, name := range b.Secrets {
		if k := s.secret(name); k != nil && allows(k.Hosts, host) {
			pairs = append(pairs, k.Placeholder, k.Value)
		}
	}
	if pairs == nil {
		return nil
	}
	return strings.NewReplacer(pairs...)
}

// allows reports whether a host is in a list: by name, by "*." and a name above
// it, or because there is no list.
func allows(hosts []string, host string) bool {
	for _, h := range hosts {
		if above, wild := strings.CutPrefix(h, "*"); wild && strings.HasSuffix(host, above) || strings.EqualFold(h, host) {
			return true
		}
	}
	return len(hosts) == 0
}

// refuses says why a sandbox may not reach a host, "" if it may.
func (n Network) refuses(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return "not a host and port"
	}
	switch {
	case n.BlockAll:
		return "the sandbox's network is blocked"
	case n.DomainAllowList != "" && !allows(list(n.DomainAllowList), host):
		return "the host is not in the sandbox's domain allow list"
	case n.AllowList != "" && !within(list(n.AllowList), host):
		return "the host is not in the sandbox's network allow list"
	}
	return ""
}

func list(text string) []string {
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// within reports whether a host is an address in one of the blocks. Names are
// never resolved here.
func within(blocks []string, host string) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, b := range blocks {
		if p, err := netip.ParsePrefix(b); err == nil && p.Contains(address) {
			return true
		}
	}
	return false
}
