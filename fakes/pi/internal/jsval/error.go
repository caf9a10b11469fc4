package jsval

import (
	"fmt"
	"unicode/utf16"
)

// SyntaxError is a JSON syntax error in V8's words.
type SyntaxError struct {
	Message string
}

// Error is the message, which names the position.
func (e *SyntaxError) Error() string { return e.Message }

// fail reports message with the position, which V8 counts in UTF-16 units.
func (p *parser) fail(message string) error {
	line, column := 1, 1
	before := utf16.Encode([]rune(p.text[:min(p.pos, len(p.text))]))
	for i, u := range before {
		switch {
		case u == '\r' && i+1 < len(before) && before[i+1] == '\n':
		case u == '\n' || u == '\r':
			line, column = line+1, 1
		default:
			column++
		}
	}
	return &SyntaxError{fmt.Sprintf("%s at position %d (line %d column %d)", message, len(before), line, column)}
}

// unexpected reports the token at the current position without an expectation.
func (p *parser) unexpected() error {
	if p.end() {
		return &SyntaxError{"Unexpected end of JSON input"}
	}
	switch c := p.peek(); {
	case c == '"':
		return p.fail("Unexpected string in JSON")
	case c == '-' || c >= '0' && c <= '9':
		return p.fail("Unexpected number in JSON")
	}
	switch p.text {
	case "undefined", "NaN", "Infinity", "[object Object]":
		return &SyntaxError{fmt.Sprintf("%q is not valid JSON", p.text)}
	}
	const context = 10
	units := utf16.Encode([]rune(p.text))
	pos := len(utf16.Encode([]rune(p.text[:p.pos])))
	from, to := 0, len(units)
	open, shut := "", ""
	if len(units) > 2*context {
		if pos >= context {
			from, open = pos-context, "..."
		}
		if pos < context || pos < len(units)-context {
			to, shut = min(pos+context, len(units)), "..."
		}
	}
	text := func(from, to int) string { return string(utf16.Decode(units[from:to])) }
	return &SyntaxError{fmt.Sprintf("Unexpected token '%s', %s\"%s\"%s is not valid JSON",
		text(pos, pos+1), open, text(from, to), shut)}
}
