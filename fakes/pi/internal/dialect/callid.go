package dialect

import (
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// CallIDs says how the ids of tool calls are renamed that another model made, so
// that a model's API accepts them. A model's own are sent as they came.
func CallIDs(p persona.Personality, m catalog.Model) func(id string) string {
	switch {
	case m.API == "mistral-conversations":
		return mistralID
	case m.API == "anthropic-messages", m.API == "google-generative-ai" && googleWantsIDs(p, m):
		return plainID
	case m.API == "openai-completions":
		return shortCallID
	default:
		return func(id string) string { return id }
	}
}

// googleWantsIDs reports whether a model behind Google's API is told the ids of
// calls.
func googleWantsIDs(p persona.Personality, m catalog.Model) bool {
	if strings.HasPrefix(m.ID, "claude-") || strings.HasPrefix(m.ID, "gpt-oss-") {
		return true
	}
	return p.GoogleCallIDs && geminiMajor(m.ID) >= 3
}

// mistralID is a call's id as this API wants it: nine letters and digits.
func mistralID(id string) string {
	const length = 9
	var out strings.Builder
	for _, r := range id {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			out.WriteRune(r)
		}
	}
	if out.Len() == length {
		return out.String()
	}
	// Any other id is replaced by a stable one; Pi's own hash is not imitated.
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
	name := make([]byte, length)
	for i := range name {
		name[i] = alphabet[h%uint64(len(alphabet))]
		h /= uint64(len(alphabet))
	}
	return string(name)
}

// plainID is a call's id in the characters that most APIs allow.
func plainID(id string) string {
	const longest = 64
	out := []byte(id)
	for i, c := range out {
		if !(c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
			out[i] = '_'
		}
	}
	return string(out[:min(len(out), longest)])
}
