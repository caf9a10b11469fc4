package jsval

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting that Parse follows, so that hostile input cannot
// exhaust the stack.
const maxDepth = 10_000

// Parse reads one JSON text. The error is a *SyntaxError.
func Parse(text string) (Value, error) {
	p := parser{text: text}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return Value{}, err
	}
	p.space()
	if p.pos < len(p.text) {
		return Value{}, p.fail("Unexpected non-whitespace character after JSON")
	}
	return v, nil
}

type parser struct {
	text string
	pos  int
}

func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) end() bool { return p.pos >= len(p.text) }

func (p *parser) space() {
	for !p.end() {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *parser) value(depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, &SyntaxError{Message: "Maximum call stack size exceeded"}
	}
	if p.end() {
		return Value{}, p.unexpected()
	}
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		s, err := p.string()
		return Value{kind: String, str: s}, err
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	case c == 't':
		return Value{kind: Bool, bool: true}, p.literal("true")
	case c == 'f':
		return Value{kind: Bool}, p.literal("false")
	case c == 'n':
		return Value{kind: Null}, p.literal("null")
	default:
		return Value{}, p.unexpected()
	}
}

func (p *parser) literal(word string) error {
	for i := range len(word) {
		if p.end() || p.peek() != word[i] {
			return p.unexpected()
		}
		p.pos++
	}
	return nil
}

func (p *parser) array(depth int) (Value, error) {
	v := Value{kind: Array}
	p.pos++
	p.space()
	if p.peek() == ']' {
		p.pos++
		return v, nil
	}
	for {
		p.space()
		item, err := p.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		v.items = append(v.items, item)
		p.space()
		switch p.peek() {
		case ',':
			p.pos++
		case ']':
			p.pos++
			return v, nil
		default:
			return Value{}, p.fail("Expected ',' or ']' after array element in JSON")
		}
	}
}

func (p *parser) object(depth int) (Value, error) {
	v := Value{kind: Object}
	p.pos++
	p.space()
	if p.peek() == '}' {
		p.pos++
		return v, nil
	}
	for expected := "Expected property name or '}' in JSON"; ; expected = "Expected double-quoted property name in JSON" {
		p.space()
		if p.peek() != '"' {
			return Value{}, p.fail(expected)
		}
		name, err := p.string()
		if err != nil {
			return Value{}, err
		}
		p.space()
		if p.peek() != ':' {
			return Value{}, p.fail("Expected ':' after property name in JSON")
		}
		p.pos++
		p.space()
		value, err := p.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		v.set(name, value)
		p.space()
		switch p.peek() {
		case ',':
			p.pos++
		case '}':
			p.pos++
			return v, nil
		default:
			return Value{}, p.fail("Expected ',' or '}' after property value in JSON")
		}
	}
}

func (v *Value) set(name string, value Value) {
	for i := range v.members {
		if v.members[i].Name == name {
			v.members[i].Value = value
			return
		}
	}
	v.members = append(v.members, Member{name, value})
}

func (p *parser) number() (Value, error) {
	start := p.pos
	digits := func() bool {
		from := p.pos
		for !p.end() && p.peek() >= '0' && p.peek() <= '9' {
			p.pos++
		}
		return p.pos > from
	}
	if p.peek() == '-' {
		p.pos++
	}
	if p.peek() == '0' {
		p.pos++
		if c := p.peek(); c >= '0' && c <= '9' {
			return Value{}, p.fail("Unexpected number in JSON")
		}
	} else if !digits() {
		return Value{}, p.fail("No number after minus sign in JSON")
	}
	if p.peek() == '.' {
		p.pos++
		if !digits() {
			return Value{}, p.fail("Unterminated fractional number in JSON")
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if !digits() {
			return Value{}, p.fail("Exponent part is missing a number in JSON")
		}
	}
	// Only out-of-range can fail now, and then n is the infinity that V8 gives too.
	n, _ := strconv.ParseFloat(p.text[start:p.pos], 64)
	return Value{kind: Number, num: n}, nil
}

func (p *parser) string() (string, error) {
	p.pos++
	start := p.pos
	for !p.end() && p.text[p.pos] != '"' && p.text[p.pos] != '\\' && p.text[p.pos] >= 0x20 {
		p.pos++
	}
	if p.peek() == '"' && !p.end() { // nothing to unescape
		s := p.text[start:p.pos]
		p.pos++
		return strings.ToValidUTF8(s, "\uFFFD"), nil
	}
	out := []byte(p.text[start:p.pos])
	for {
		if p.end() {
			return "", p.fail("Unterminated string in JSON")
		}
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return strings.ToValidUTF8(string(out), "\uFFFD"), nil
		case c < 0x20:
			return "", p.fail("Bad control character in string literal in JSON")
		case c == '\\':
			p.pos++
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
			p.pos++
		}
	}
}

func (p *parser) escape() (rune, error) {
	if p.end() {
		return 0, p.unexpected()
	}
	c := p.peek()
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		p.pos++
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, p.fail("Bad escaped character in JSON")
	}
	p.pos++
	r, err := p.hex4()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if !strings.HasPrefix(p.text[p.pos:], `\u`) {
		return utf8.RuneError, nil // a lone surrogate has no UTF-8
	}
	back := p.pos
	p.pos += 2
	low, err := p.hex4()
	if err != nil {
		return 0, err
	}
	if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
		return both, nil
	}
	p.pos = back
	return utf8.RuneError, nil
}

func (p *parser) hex4() (rune, error) {
	var r rune
	for range 4 {
		d := strings.IndexByte("0123456789abcdef", lower(p.peek()))
		if p.end() || d < 0 {
			return 0, p.fail("Bad Unicode escape in JSON")
		}
		r = r<<4 | rune(d)
		p.pos++
	}
	return r, nil
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'F' {
		return c + 'a' - 'A'
	}
	return c
}
