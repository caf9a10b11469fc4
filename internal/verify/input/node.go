package input

import (
	"encoding/json"
	"strings"
)

// Node is a JSON value. Its members keep their order, and may have the same name
// twice.
type Node struct {
	Raw    string   `json:"raw,omitempty"` // a value as it is written; empty for an object or a list
	List   bool     `json:"list,omitempty"`
	Fields []Member `json:"fields,omitempty"` // the names of a list's items are empty
}

// Member is one part of an object or list.
type Member struct {
	Name  string `json:"name,omitempty"`
	Value Node   `json:"value"`
}

// String is the JSON text.
func (n Node) String() string {
	if n.Raw != "" {
		return n.Raw
	}
	open, end := "{", "}"
	if n.List {
		open, end = "[", "]"
	}
	parts := make([]string, len(n.Fields))
	for i, f := range n.Fields {
		if !n.List {
			parts[i] = quote(f.Name) + ": "
		}
		parts[i] += f.Value.String()
	}
	return open + strings.Join(parts, ", ") + end
}

func quote(text string) string {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string can always be encoded
	return strings.TrimSuffix(out.String(), "\n")
}

func raw(text string) Node { return Node{Raw: text} }
func str(text string) Node { return Node{Raw: quote(text)} }

func object(fields ...Member) Node             { return Node{Fields: fields} }
func field(name string, value Node) Member     { return Member{name, value} }
func (n *Node) add(name string, value Node)    { n.Fields = append(n.Fields, Member{name, value}) }
func (n *Node) text(name string, value string) { n.add(name, str(value)) }

func list(items ...Node) Node {
	n := Node{List: true}
	for _, it := range items {
		n.Fields = append(n.Fields, Member{Value: it})
	}
	return n
}
