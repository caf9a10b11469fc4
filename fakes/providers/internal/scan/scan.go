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
	return Deep(data, Nested{}, visit)
}

// Nested is a member whose value is a list of objects, and who looks at it.
type Nested struct {
	Name  string
	Visit func(name string, value []byte) // a member of an element
	End   func()                          // after each element
}

// Deep is Object that goes into one member on the way, so that the text is still
// gone through once.
func Deep(data []byte, nested Nested, visit func(name string, value []byte)) error {
	i := space(data, 0)
	if i >= len(data) || data[i] != '{' {
		return kindError(data, "an object")
	}
	end, ok := object(data, i, nested, visit)
	if !ok {
		return ErrInvalid
	}
	return ending(data, end)
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

// Objects goes through the array that data is in one pass: it calls visit for
// each member of each element that is an object, and end after each element. It
// fails as Array does.
func Objects(data []byte, visit func(name string, value []byte), end func()) error {
	i := space(data, 0)
	if i >= len(data) || data[i] != '[' {
		return kindError(data, "a list")
	}
	next, ok := objects(data, i, Nested{Visit: visit, End: end})
	if !ok {
		return ErrInvalid
	}
	return ending(data, next)
}

// objects goes through the list that begins at i and gives its end.
func objects(data []byte, i int, nested Nested) (end int, ok bool) {
	i = space(data, i+1)
	if i < len(data) && data[i] == ']' {
		return i + 1, true
	}
	for {
		if i < len(data) && data[i] == '{' {
			end, ok = object(data, i, Nested{}, nested.Visit)
		} else {
			end, ok = skip(data, i, 1)
		}
		if !ok {
			return i, false
		}
		nested.End()
		if i = space(data, end); i >= len(data) {
			return i, false
		}
		switch data[i] {
		case ']':
			return i + 1, true
		case ',':
			i = space(data, i+1)
		default:
			return i, false
		}
	}
}

// object visits the members of the object that begins at i and gives its end.
func object(data []byte, i int, nested Nested, visit func(name string, value []byte)) (end int, ok bool) {
	i = space(data, i+1)
	if i < len(data) && data[i] == '}' {
		return i + 1, true
	}
	for {
		start := i
		if end, ok = stringEnd(data, i); !ok {
			return i, false
		}
		name := unquote(data[start:end])
		if i = space(data, end); i >= len(data) || data[i] != ':' {
			return i, false
		}
		i = space(data, i+1)
		if i < len(data) && data[i] == '[' && nested.Visit != nil && name == nested.Name {
			end, ok = objects(data, i, nested)
		} else {
			end, ok = skip(data, i, 1)
		}
		if !ok {
			return i, false
		}
		visit(name, data[i:end])
		if i = space(data, end); i >= len(data) {
			return i, false
		}
		switch data[i] {
		case '}':
			return i + 1, true
		case ',':
			i = space(data, i+1)
		default:
			return i, false
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
