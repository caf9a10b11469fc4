package wire

import (
	"net/url"
	"strings"
)

// proxyFor returns the proxy for a URL, nil for none. A proxy for http serves
// https too if that has none of its own.
func proxyFor(target *url.URL, env func(string) string) (*url.URL, error) {
	if bypasses(target, pick(env, "no_proxy", "NO_PROXY")) {
		return nil, nil
	}
	proxy := pick(env, "http_proxy", "HTTP_PROXY")
	if target.Scheme == "https" {
		if own := pick(env, "https_proxy", "HTTPS_PROXY"); own != "" {
			proxy = own
		}
	}
	if proxy == "" {
		return nil, nil
	}
	return url.Parse(proxy)
}

func pick(env func(string) string, names ...string) string {
	for _, name := range names {
		if value := env(name); value != "" {
			return value
		}
	}
	return ""
}

// bypasses reports whether a NO_PROXY list names the host: "*", a host with or
// without a port, or a domain that begins with "." or "*.".
func bypasses(target *url.URL, list string) bool {
	host, port := strings.ToLower(target.Hostname()), portOf(target)
	for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if entry == "*" {
			return true
		}
		name, wanted, hasPort := strings.Cut(strings.ToLower(entry), ":")
		if hasPort && wanted != port {
			continue
		}
		if domain := strings.TrimPrefix(name, "*"); strings.HasPrefix(domain, ".") {
			if strings.HasSuffix(host, domain) {
				return true
			}
		} else if host == name {
			return true
		}
	}
	return false
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}
