package scan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// maxDepth is how deep values may be nested, as in encoding/json.
const maxDepth = 10000

// ErrInvalid is text that is no JSON.
var ErrInvalid = errors.New("no JSON")

// Valid reports whether data is one JSON value.
func Valid(data []byte) bool {
	end, ok := skip(data, space(data, 0), 0)
	return ok && space(data, end) == len(data)
}

// Object calls visit for each member of the object that data is, in order, with
// the member's value as it is written. The whole of data is checked. It fails if
// data is no JSON or no object.
func Object(data []byte, visit func(name string, value []byte)) error {
	i := space(data, 0)
	if i >= len(data) || data[i] != '{' {
		return kindError(data, "an object")
	}
	i = space(data, i+1)
	if i < len(data) && data[i] == '}' {
		return ending(data, i+1)
	}
	for {
		start := i
		end, ok := stringEnd(data, i)
		if !ok {
			return ErrInvalid
		}
		name := unquote(data[start:end])
		if i = space(data, end); i >= len(data) || data[i] != ':' {
			return ErrInvalid
		}
		i = space(data, i+1)
		if end, ok = skip(data, i, 1); !ok {
			return ErrInvalid
		}
		visit(name, data[i:end])
		if i = space(data, end); i >= len(data) {
			return ErrInvalid
		}
		switch data[i] {
		case '}':
			return ending(data, i+1)
		case ',':
			i = space(data, i+1)
		default:
			return ErrInvalid
		}
	}
}

// Array calls visit for each element of the array that data is. It fails as
// Object does.
func Array(data []byte, visit func(value []byte)) error {
	i := space(data, 0)
	if i >= len(data) || data[i] != '[' {
		return kindError(data, "a list")
	}
	i = space(data, i+1)
	if i < len(data) && data[i] == ']' {
		return ending(data, i+1)
	}
	for {
		end, ok := skip(data, i, 1)
		if !ok {
			return ErrInvalid
		}
		visit(data[i:end])
		if i = space(data, end); i >= len(data) {
			return ErrInvalid
		}
		switch data[i] {
		case ']':
			return ending(data, i+1)
		case ',':
			i = space(data, i+1)
		default:
			return ErrInvalid
		}
	}
}

// Member is the value of the first member with a name, nil if there is none or
// data is no object.
func Member(data []byte, name string) []byte {
	var found []byte
	_ = Object(data, func(n string, value []byte) { // no object has no members
		if found == nil && n == name {
			found = value
		}
	})
	return found
}

// Text is the string that a value is.
func Text(value []byte) (string, bool) {
	value = bytes.TrimSpace(value)
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	end, ok := stringEnd(value, 0)
	if !ok || end != len(value) {
		return "", false
	}
	return unquote(value), true
}

// unquote is the text of a string literal that is known to be one.
func unquote(literal []byte) string {
	inner := literal[1 : len(literal)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var text string
	_ = json.Unmarshal(literal, &text) // its escapes were checked
	return text
}

func ending(data []byte, i int) error {
	if space(data, i) != len(data) {
		return ErrInvalid
	}
	return nil
}

func kindError(data []byte, want string) error {
	if !Valid(data) {
		return ErrInvalid
	}
	return fmt.Errorf("not %s", want)
}
