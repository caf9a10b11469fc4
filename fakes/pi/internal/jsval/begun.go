package jsval

import (
	"fmt"
	"strings"
)

// ParseBegun reads the beginning of a JSON text: what is there of it, closed where
// it breaks off. A name without a value is left out, and so is all that follows a
// mistake. Control characters in strings and backslashes before anything are taken
// as they are. A text that is no beginning is an empty object.
func ParseBegun(text string) Value {
	empty := Value{kind: Object}
	text = repaired(strings.Trim(text, " \n\r\t"))
	if v, err := Parse(text); err == nil {
		return v
	}
	p := begun{text: text}
	if v, ok := p.value(0); ok && v.kind != Null {
		return v
	}
	return empty
}

// begun reads a text that may end anywhere.
type begun struct {
	text string
	pos  int
}

func (p *begun) rest() string { return p.text[min(p.pos, len(p.text)):] }

func (p *begun) space() { p.pos += len(p.rest()) - len(strings.TrimLeft(p.rest(), " \n\r\t")) }

func (p *begun) next(c byte) bool { return strings.HasPrefix(p.rest(), string(rune(c))) }

func (p *begun) value(depth int) (Value, bool) {
	const deepest = 500
	p.space()
	switch {
	case p.rest() == "" || depth > deepest:
		return Value{}, false
	case p.next('"'):
		s, ok := p.string()
		return Value{kind: String, str: s}, ok
	case p.next('{'):
		return p.object(depth + 1), true
	case p.next('['):
		return p.array(depth + 1), true
	}
	for word, v := range map[string]Value{"null": {kind: Null}, "true": {kind: Bool, bool: true}, "false": {kind: Bool}} {
		if strings.HasPrefix(p.rest(), word) || strings.HasPrefix(word, p.rest()) {
			p.pos += len(word)
			return v, true
		}
	}
	return p.number()
}

// string reads a string, which the end of the text may end.
func (p *begun) string() (string, bool) {
	if !p.next('"') {
		return "", false
	}
	start := p.pos
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch p.text[p.pos] {
		case '\\':
			p.pos++
		case '"':
			p.pos++
			v, err := Parse(p.text[start:p.pos])
			return v.str, err == nil
		}
	}
	p.pos = len(p.text)
	whole := p.text[start:]
	for _, text := range []string{whole, whole[:max(0, strings.LastIndexByte(whole, '\\'))]} { // without half an escape
		if v, err := Parse(text + `"`); err == nil {
			return v.str, true
		}
	}
	return "", false
}

func (p *begun) object(depth int) Value {
	v := Value{kind: Object}
	for p.pos++; ; {
		p.space()
		if p.next('}') {
			p.pos++
			return v
		}
		name, ok := p.string()
		if !ok {
			return v
		}
		p.space()
		p.pos++ // the colon
		member, ok := p.value(depth)
		if !ok {
			return v
		}
		v.set(name, member)
		p.space()
		if p.next(',') {
			p.pos++
		}
	}
}

func (p *begun) array(depth int) Value {
	v := Value{kind: Array}
	for p.pos++; !p.next(']'); {
		item, ok := p.value(depth)
		if !ok {
			return v
		}
		v.items = append(v.items, item)
		p.space()
		if p.next(',') {
			p.pos++
		}
	}
	p.pos++
	return v
}

// number reads what is written up to the next mark. An exponent that is only begun
// does not count.
func (p *begun) number() (Value, bool) {
	text := p.rest()
	if end := strings.IndexAny(text, ",]}"); end >= 0 {
		text = text[:end]
	}
	p.pos += len(text)
	for _, text := range []string{text, text[:max(0, strings.LastIndexByte(text, 'e'))]} {
		if v, err := Parse(text); err == nil && v.kind == Number {
			return v, true
		}
	}
	return Value{}, false
}

// repaired writes control characters in strings as escapes, and doubles
// backslashes that begin none.
func repaired(text string) string {
	if _, err := Parse(text); err == nil {
		return text
	}
	var out strings.Builder
	inside := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"':
			inside = !inside
		case inside && c < ' ':
			fmt.Fprintf(&out, `\u%04x`, c)
			continue
		case inside && c == '\\' && i+1 < len(text) && strings.IndexByte(`"\/bfnrtu`, text[i+1]) >= 0:
			out.WriteByte(c)
			i++
			c = text[i]
		case inside && c == '\\' && i+1 < len(text):
			out.WriteByte(c)
		}
		out.WriteByte(c)
	}
	return out.String()
}
