package dialect

import (
	neturl "net/url"
	"strings"
)

// address joins the address of a provider and the path of a call, which may have a
// query of its own. Where the base has one already, the path becomes part of its
// last value; what is left of that is up to the client library.
func (c *Call) address(base, path string) string {
	whole := strings.TrimSuffix(base, "/") + path
	if !strings.Contains(base, "?") {
		return whole
	}
	switch c.Model.API {
	case "anthropic-messages":
		if c.Persona.Betas {
			return requeried(whole)
		}
	case "openai-completions", "openai-responses", azureAPI:
		path, own, asks := strings.Cut(path, "?")
		whole = strings.TrimSuffix(base, "/") + path
		switch {
		case c.Persona.KeepsQuery && asks:
			return requeried(whole) + "&" + own
		case c.Persona.KeepsQuery:
			return requeried(whole)
		case asks: // the library's own query takes the place of the base's
			before, _, _ := strings.Cut(whole, "?")
			return before + "?" + own
		}
	}
	return whole
}

// requeried is an address whose query a client library has read and written anew.
func requeried(address string) string {
	path, query, _ := strings.Cut(address, "?")
	var out []string
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if plain, err := neturl.QueryUnescape(value); err == nil {
			value = plain
		}
		out = append(out, name+"="+strings.ReplaceAll(neturl.QueryEscape(value), "+", "%20"))
	}
	return path + "?" + strings.Join(out, "&")
}
