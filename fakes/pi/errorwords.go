package pi

import (
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// Pi decides by the words of an error what to do about it. In the patterns a
// "~" stands for any one character or none.

// dated are words that count since a version.
type dated struct {
	since [3]int
	words []string
}

// counting lists the words that count in a version.
func counting(p persona.Personality, lists []dated) []string {
	var words []string
	for _, l := range lists {
		if p.Since(l.since[0], l.since[1], l.since[2]) {
			words = append(words, l.words...)
		}
	}
	return words
}

// final are words of errors that waiting does not mend.
func final() []string {
	return []string{
		"gousagelimiterror", "freeusagelimiterror", "monthly usage limit reached", "available balance",
		"insufficient_quota", "out of budget", "quota exceeded", "billing",
	}
}

// passing are words of errors that may pass.
func passing() []dated {
	return []dated{
		{[3]int{}, []string{
			"overloaded", "provider~returned~error", "rate~limit", "too many requests", "429", "500", "502", "503", "504",
			"service~unavailable", "server~error", "internal~error", "network~error", "connection~error",
			"connection~refused", "connection~lost", "websocket~closed", "websocket~error", "other side closed",
			"fetch failed", "upstream~connect", "reset before headers", "socket hang up", "ended without",
			"stream ended before message_stop", "http2 request did not get a response", "timed out", "time out",
			"timeout", "terminated", "retry delay",
		}},
		{[3]int{0, 80, 3}, []string{"you can retry your request", "try your request again", "please retry your request"}},
		{[3]int{0, 80, 4}, []string{"524", "socket connection was closed", "resourceexhausted"}},
		{[3]int{0, 82, 0}, []string{"getaddrinfo", "enotfound", "eai_again", "stream ended before a terminal response event"}},
		{[3]int{0, 84, 1}, []string{"exceeded request buffer limit while retrying upstream"}},
		{[3]int{0, 86, 0}, []string{"520", "currently experiencing high demand"}},
	}
}

// anyOf reports whether a text contains one of the patterns, in any case.
func anyOf(text string, patterns []string) bool {
	text = strings.ToLower(text)
	for _, pattern := range patterns {
		if contains(text, pattern) {
			return true
		}
	}
	return false
}

func contains(text, pattern string) bool {
	head, tail, gapped := strings.Cut(pattern, "~")
	for {
		at := strings.Index(text, head)
		if at < 0 || !gapped {
			return at >= 0
		}
		rest := text[at+len(head):]
		if starts(rest, tail) || rest != "" && starts(strings.TrimPrefix(rest, string([]rune(rest)[:1])), tail) {
			return true
		}
		text = text[at+1:]
	}
}

// starts reports whether text starts with a pattern.
func starts(text, pattern string) bool {
	head, tail, gapped := strings.Cut(pattern, "~")
	rest, ok := strings.CutPrefix(text, head)
	if !ok || !gapped {
		return ok
	}
	return starts(rest, tail) || rest != "" && starts(strings.TrimPrefix(rest, string([]rune(rest)[:1])), tail)
}
