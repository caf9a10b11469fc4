package providers

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// obj is a JSON object whose members keep their order, as providers' own answers
// do; list is an array.
type (
	obj    []member
	list   []any
	member struct {
		name  string
		value any
	}
)

// raw is JSON that is sent as it is.
type raw string

// after is an object that begins with members which are encoded already: those
// that all events of a stream have.
type after struct {
	head []byte // a whole object, not empty
	rest obj    // not empty
}

// with is the object and one member more.
func (o obj) with(name string, value any) obj { return append(o, member{name, value}) }

// encode writes JSON as providers do, without escaping for HTML.
func encode(value any) []byte { return appendJSON(nil, value) }

func appendJSON(dst []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendString(dst, v)
	case bool:
		return strconv.AppendBool(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	case raw:
		return append(dst, v...)
	case obj:
		dst = append(dst, '{')
		for i, m := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, m.name), ':')
			dst = appendJSON(dst, m.value)
		}
		return append(dst, '}')
	case after:
		dst = append(dst, v.head[:len(v.head)-1]...)
		at := len(dst)
		dst = appendJSON(dst, v.rest)
		dst[at] = ',' // where the rest begins
		return dst
	case list:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, item)
		}
		return append(dst, ']')
	}
	// What a script brings along: plain data that has been JSON or YAML before.
	text, err := json.Marshal(value)
	if err != nil {
		return append(dst, "null"...)
	}
	return append(dst, text...)
}

func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), `\ufffd`...)
				i++
				start = i
				continue
			}
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}
