package wire

import "strings"

// Header is an ordered list of HTTP headers with lower-case names.
type Header []Field

// Field is one header.
type Field struct {
	Name, Value string
}

// Set replaces the header called name, in whatever case, or adds it.
func (h *Header) Set(name, value string) {
	name = strings.ToLower(name)
	// What surrounds a value is no part of it, and a line end within would be
	// another header.
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, "\r\n") {
		value = strings.NewReplacer("\r", "", "\n", "").Replace(value)
	}
	for i := range *h {
		if (*h)[i].Name == name {
			(*h)[i].Value = value
			return
		}
	}
	*h = append(*h, Field{name, value})
}

// Get returns the value of a header, "" if there is none.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

func (h Header) asMap() map[string]string {
	m := make(map[string]string, len(h))
	for _, f := range h {
		m[f.Name] = f.Value
	}
	return m
}
