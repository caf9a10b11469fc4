package terminal

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/agenta-ai/conform/verdict"
)

// style is an SGR code.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	purple style = "35"
	cyan   style = "36"
)

func (o Options) paint(s style, text string) string {
	if !o.Color || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// look is how a status shows: a symbol that needs no colour, and a colour.
func look(s verdict.Status) (symbol string, color style) {
	switch s {
	case verdict.Passed:
		return "✓", green
	case verdict.Skipped:
		return "–", dim
	case verdict.ExpectedFailed:
		return "≈", dim
	case verdict.Flaky:
		return "~", yellow
	case verdict.UnexpectedPass:
		return "?", yellow
	case verdict.Failed:
		return "✗", red
	case verdict.Error:
		return "!", purple
	}
	return "○", purple
}

// keyLike is what every canary and most real keys look like, with no word
// boundary before it: a removed escape code may have stood there. Evidence is
// sealed before it gets here; this is for the day on which it is not.
var keyLike = regexp.MustCompile(`sk-(?:cnry-|[A-Za-z0-9_-]{16})[A-Za-z0-9_-]*`)

// clean makes a text safe for a terminal: no escape codes, no line ends, nothing
// that looks like a key.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
	return keyLike.ReplaceAllString(text, "sk-…")
}

// clip shortens a text to a number of columns.
func clip(text string, columns int) string {
	runes := []rune(text)
	if len(runes) <= columns {
		return text
	}
	if columns < 2 {
		return ""
	}
	return string(runes[:columns-1]) + "…"
}

// wrap breaks a text into at most limit lines of a number of columns; what is
// left over is cut.
func wrap(text string, columns, limit int) []string {
	var lines []string
	line := ""
	words := strings.Fields(text)
	for i, word := range words {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) <= columns:
			line += " " + word
		case len(lines) == limit-1:
			return append(lines, clip(line+" "+strings.Join(words[i:], " "), columns))
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, clip(line, columns))
}

func pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-len([]rune(text))))
}
