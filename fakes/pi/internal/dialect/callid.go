package dialect

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// CallIDs says how the ids of tool calls are renamed that another model made, so
// that a model's API accepts them. A model's own are sent as they came. What is
// returned serves one conversation.
func CallIDs(p persona.Personality, m catalog.Model) func(id string, by *chat.Assistant) string {
	alone := func(rename func(id string) string) func(string, *chat.Assistant) string {
		return func(id string, _ *chat.Assistant) string { return rename(id) }
	}
	switch {
	case m.API == "mistral-conversations":
		return alone(mistralIDs())
	case m.API == "anthropic-messages", m.API == "google-generative-ai" && googleWantsIDs(p, m):
		return alone(plainID)
	case m.API == "openai-completions":
		return alone(func(id string) string { return completionsID(p, m, id) })
	case m.API == "openai-responses" || m.API == azureAPI:
		return func(id string, by *chat.Assistant) string { return responsesID(m, id, by) }
	default:
		return alone(func(id string) string { return id })
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

// mistralIDs makes ids as this API wants them, nine letters and digits, and no two
// of them equal.
func mistralIDs() func(id string) string {
	names, owners := map[string]string{}, map[string]string{}
	return func(id string) string {
		for attempt := 0; names[id] == ""; attempt++ {
			name := mistralID(id, attempt)
			if owner, taken := owners[name]; taken && owner != id {
				continue
			}
			names[id], owners[name] = name, id
		}
		return names[id]
	}
}

func mistralID(id string, attempt int) string {
	const length = 9
	plain := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, id)
	if attempt == 0 && len(plain) == length {
		return plain
	}
	seed := plain
	if seed == "" {
		seed = id
	}
	if attempt > 0 {
		seed = fmt.Sprintf("%s:%d", seed, attempt)
	}
	return cut(shortHash(seed), length)
}

// plainID is a call's id in the characters that most APIs allow.
func plainID(id string) string { return cut(sanitized(id), 64) }

// completionsID is a call's id for a completions API. One of a responses API has
// two halves.
func completionsID(p persona.Personality, m catalog.Model, id string) string {
	const longest = 40
	call, item, halves := strings.Cut(id, "|")
	switch {
	case !halves && m.Provider == "openai":
		return cut(id, longest)
	case !halves:
		return id
	}
	call, item = sanitized(call), sanitized(item)
	if !p.JoinsCallIDs {
		return cut(call, longest)
	}
	joined := call
	if item != "" {
		joined += "_" + item
	}
	if len(joined) <= longest {
		return joined
	}
	hash := cut(shortHash(id), 8)
	return cut(call, longest-len(hash)-1) + "_" + hash
}

// responsesID is a call's id for a responses API: its second half is the id of the
// item, which another provider's cannot be.
func responsesID(m catalog.Model, id string, by *chat.Assistant) string {
	part := func(text string) string { return strings.TrimRight(plainID(text), "_") }
	call, item, halves := strings.Cut(id, "|")
	switch m.Provider {
	case "openai", "openai-codex", "opencode":
	case azureAPI:
		if m.API != azureAPI {
			return part(id)
		}
	default:
		return part(id)
	}
	if !halves {
		return part(id)
	}
	item, _, _ = strings.Cut(item, "|")
	if by.Provider != m.Provider || by.API != m.API {
		item = "fc_" + shortHash(item)
	} else {
		item = part(item)
	}
	if !strings.HasPrefix(item, "fc_") {
		item = part("fc_" + item)
	}
	return part(call) + "|" + item
}

// sanitized replaces what is no letter, digit, underscore or dash, counted in units
// of UTF-16.
func sanitized(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			out.WriteRune(r)
		case r > math.MaxUint16:
			out.WriteString("__")
		default:
			out.WriteByte('_')
		}
	}
	return out.String()
}

func cut(text string, most int) string { return text[:min(len(text), most)] }

// shortHash is the hash by which Pi shortens ids: two streams of 32 bits, mixed, in
// base 36.
func shortHash(text string) string {
	h1, h2 := uint32(0xdeadbeef), uint32(0x41c6ce57)
	for _, unit := range utf16.Encode([]rune(text)) {
		h1 = (h1 ^ uint32(unit)) * 2654435761
		h2 = (h2 ^ uint32(unit)) * 1597334677
	}
	h1 = (h1^h1>>16)*2246822507 ^ (h2^h2>>13)*3266489909
	h2 = (h2^h2>>16)*2246822507 ^ (h1^h1>>13)*3266489909
	return strconv.FormatUint(uint64(h2), 36) + strconv.FormatUint(uint64(h1), 36)
}
