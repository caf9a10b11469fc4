package jsval

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Kind is the JSON type of a Value.
type Kind uint8

// The kinds. Undefined is what a missing member has, as in JavaScript.
const (
	Undefined Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// Value is one JSON value. The zero Value is undefined.
type Value struct {
	kind    Kind
	bool    bool
	num     float64
	str     string
	items   []Value
	members []Member
}

// Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// Kind reports the type of v.
func (v Value) Kind() Kind { return v.kind }

// Get returns the member called name, or undefined if there is none or v is no
// object.
func (v Value) Get(name string) Value {
	for _, m := range v.members {
		if m.Name == name {
			return m.Value
		}
	}
	return Value{}
}

// Has reports whether v is an object with a member called name.
func (v Value) Has(name string) bool { return v.Get(name).kind != Undefined }

// Inherited reports whether every object of JavaScript has a member of this name,
// without having one of its own.
func Inherited(name string) bool {
	switch name {
	case "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "constructor",
		"hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf":
		return true
	}
	return false
}

// Members returns the members of an object in the order of the text.
func (v Value) Members() []Member { return v.members }

// Items returns the elements of an array.
func (v Value) Items() []Value { return v.items }

// String returns the text of a string, and "" for all other kinds.
func (v Value) String() string {
	if v.kind == String {
		return v.str
	}
	return ""
}

// Float returns the number, and whether v is one.
func (v Value) Float() (float64, bool) { return v.num, v.kind == Number }

// Bool returns the truth value, and whether v is one.
func (v Value) Bool() (value, ok bool) { return v.bool, v.kind == Bool }

// Truthy reports whether JavaScript takes v for true in a condition.
func (v Value) Truthy() bool {
	switch v.kind {
	case Bool:
		return v.bool
	case Number:
		return v.num != 0 && !math.IsNaN(v.num)
	case String:
		return v.str != ""
	case Array, Object:
		return true
	default:
		return false
	}
}

// Word prints v into a message as JavaScript's string conversion does.
func (v Value) Word() string {
	switch v.kind {
	case Undefined:
		return "undefined"
	case String:
		return v.str
	case Object:
		return "[object Object]"
	case Array:
		words := make([]string, len(v.items))
		for i, item := range v.items {
			if item.kind != Null {
				words[i] = item.Word()
			}
		}
		return strings.Join(words, ",")
	default:
		return v.JSON()
	}
}

// Of makes a Value of a bool, a number, a string or nil, and undefined of
// everything else.
func Of(x any) Value {
	switch x := x.(type) {
	case nil:
		return Value{kind: Null}
	case bool:
		return Value{kind: Bool, bool: x}
	case int:
		return Value{kind: Number, num: float64(x)}
	case float64:
		return Value{kind: Number, num: x}
	case string:
		return Value{kind: String, str: x}
	case []Value:
		return Value{kind: Array, items: x}
	default:
		return Value{}
	}
}

// With returns a copy of the object v in which the member called name has the
// given value; a new member comes last. Anything but an object counts as empty.
func (v Value) With(name string, value Value) Value {
	out := Value{kind: Object, members: make([]Member, 0, len(v.members)+1)}
	found := false
	for _, m := range v.members {
		if m.Name == name {
			m.Value, found = value, true
		}
		out.members = append(out.members, m)
	}
	if !found {
		out.members = append(out.members, Member{name, value})
	}
	return out
}

// Without returns an object without a member.
func (v Value) Without(name string) Value {
	out := Value{kind: Object, members: make([]Member, 0, len(v.members))}
	for _, m := range v.members {
		if m.Name != name {
			out.members = append(out.members, m)
		}
	}
	return out
}

// IsZero reports whether v is undefined, for encoders that leave such members out.
func (v Value) IsZero() bool { return v.kind == Undefined }

// MarshalJSON writes v in compact form. Undefined becomes null.
func (v Value) MarshalJSON() ([]byte, error) { return v.Append(nil), nil }

// Append appends the compact JSON text of v.
func (v Value) Append(dst []byte) []byte {
	switch v.kind {
	case Bool:
		return strconv.AppendBool(dst, v.bool)
	case Number:
		return AppendNumber(dst, v.num)
	case String:
		return AppendString(dst, v.str)
	case Array:
		dst = append(dst, '[')
		for i, item := range v.items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.Append(dst)
		}
		return append(dst, ']')
	case Object:
		dst = append(dst, '{')
		for i, m := range v.members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendString(dst, m.Name)
			dst = append(dst, ':')
			dst = m.Value.Append(dst)
		}
		return append(dst, '}')
	default:
		return append(dst, "null"...)
	}
}

// JSON returns the compact JSON text of v.
func (v Value) JSON() string { return string(v.Append(nil)) }

// AppendNumber appends n as JavaScript prints it.
func AppendNumber(dst []byte, n float64) []byte {
	b, err := json.Marshal(n)
	if err != nil { // infinities and NaN, which JSON.stringify turns into null
		return append(dst, "null"...)
	}
	return append(dst, b...)
}

// AppendString appends s as a JSON string, escaping no more than JavaScript does.
func AppendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for {
		i := strings.IndexFunc(s, func(r rune) bool { return r < 0x20 || r == '"' || r == '\\' })
		if i < 0 {
			break
		}
		dst = append(dst, s[:i]...)
		switch c := s[i]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		s = s[i+1:]
	}
	dst = append(dst, s...)
	return append(dst, '"')
}
