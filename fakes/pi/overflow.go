package pi

import (
	"regexp"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// tooLong are the patterns of errors that say that the conversation is too long, in
// small letters.
func tooLong() []dated {
	return []dated{
		{[3]int{}, []string{
			`prompt is too long`, `request_too_large`, `input is too long for requested model`, `exceeds the context window`,
			`exceeds (the )?(model'?s )?maximum context length( of [\d,]+ tokens?|\s*\([\d,]+\))`, `input token count.*exceeds the maximum`,
			`maximum prompt length is \d`, `reduce the length of the messages`, `maximum context length is \d+ tokens`,
			`exceeds (the )?maximum allowed input length of [\d,]+ tokens?`, `input \(\d+ tokens\) is longer than the model'?s context length \(\d+ tokens\)`,
			`exceeds the limit of \d`, `exceeds the available context size`, `greater than the context length`, `context window exceeds limit`,
			`exceeded model token limit`, `too large for model with \d+ maximum context length`, `model_context_window_exceeded`,
			`prompt too long; exceeded (max )?context length`, `context[_ ]length[_ ]exceeded`, `too many tokens`, `token limit exceeded`,
		}},
		{[3]int{0, 80, 4}, []string{`prompt has [\d,]+ tokens?, but the configured context size is [\d,]+ tokens?`}},
		{[3]int{0, 81, 0}, []string{`range of input length should be`}},
		{[3]int{0, 86, 1}, []string{`prompt too long`}},
	}
}

// overflow reports whether an error of a provider says that the conversation is
// too long, which Pi answers by shortening it.
func overflow(text, provider string, p persona.Personality) bool {
	const throttled = `^(throttling error|service unavailable):|rate limit|too many requests`
	const bodyless = `^4(00|13)\s*(status code)?\s*\(no body\)` // a refusal without a word, by which some providers mean it
	text = strings.ToLower(text)
	patterns := counting(p, tooLong())
	if !p.Since(0, 86, 0) || provider == "cerebras" {
		patterns = append(patterns, bodyless)
	}
	return !matches(text, throttled) && matches(text, strings.Join(patterns, "|"))
}

func matches(text, pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }

// overflows reports whether an answer shows that the conversation is too long for a
// context of the given size: by its error, or by what it says of its request.
func overflows(m *chat.Assistant, window float64, p persona.Personality) bool {
	in := m.Usage.Input + m.Usage.CacheRead
	switch m.StopReason {
	case chat.Error:
		return m.ErrorMessage != "" && overflow(m.ErrorMessage, m.Provider, p)
	case chat.Stop:
		return window > 0 && in > window
	case chat.Length: // there was no room for an answer
		const nearly = 0.99
		return window > 0 && m.Usage.Output == 0 && in >= nearly*window
	default:
		return false
	}
}
