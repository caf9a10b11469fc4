package providers

import (
	"maps"
	"slices"
	"strings"
)

// remarks are what is odd about a request.
func (e *exchange) remarks() []Remark {
	var out []Remark
	if !e.place.served {
		if part := doubled(e.path); part != "" {
			out = append(out, Remark{DoubledSegment, part})
		}
	}
	if home := e.home(); home != "" {
		out = append(out, Remark{ForeignKey, home})
	}
	for _, name := range e.question.unknown {
		out = append(out, Remark{UnknownField, name})
	}
	return out
}

// doubled is the part of a path that stands there twice in a row, "" if none
// does: clients put their own path behind an address that has it already.
func doubled(path string) string {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for size := len(segments) / 2; size > 0; size-- {
		for i := 0; i+2*size <= len(segments); i++ {
			if slices.Equal(segments[i:i+size], segments[i+size:i+2*size]) {
				return "/" + strings.Join(segments[i:i+size], "/")
			}
		}
	}
	if slices.Contains(segments, "") {
		return "/"
	}
	return ""
}

// home is the host at which a key that is not good here would be good, "" if
// that is not known.
func (e *exchange) home() string {
	if e.key == "" || e.accepted(e.host) {
		return ""
	}
	for _, host := range slices.Sorted(maps.Keys(e.play.Keys)) {
		if slices.Contains(e.play.Keys[host], e.key) {
			return host
		}
	}
	if _, public := e.server.hosts[e.host]; !public {
		return ""
	}
	for _, brand := range brands() {
		if strings.HasPrefix(e.key, brand.prefix) && brand.host != e.host {
			return brand.host
		}
	}
	return ""
}

// brand is how the keys of a provider begin.
type brand struct{ prefix, host string }

func brands() []brand {
	return []brand{
		{"sk-or-", "openrouter.ai"},
		{"sk-ant-", "api.anthropic.com"},
		{"sk-proj-", "api.openai.com"},
		{"AIza", "generativelanguage.googleapis.com"},
		{"gsk_", "api.groq.com"},
	}
}
