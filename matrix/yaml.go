package matrix

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// A position is where something stands in a data file.
type position struct {
	file      string
	line, col int
}

// Errorf is an error that begins with file:line:column.
func (p position) Errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d:%d: %s", p.file, p.line, p.col, fmt.Sprintf(format, args...))
}

// row is the position without its column, as expectations quote it.
func (p position) row() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

// A node is a value of a data file that knows where it stands.
type node struct {
	position
	yaml ast.Node
}

// An entry is one key of a mapping with its value.
type entry struct {
	key   node
	name  string
	value node
}

// parse reads a data file whose root is a mapping.
func parse(file string, data []byte) (node, error) {
	var doc *ast.File
	err := guarded(func() (err error) {
		doc, err = parser.ParseBytes(data, 0)
		return err
	})
	if err != nil {
		return node{}, misread(file, err)
	}
	if len(doc.Docs) != 1 || doc.Docs[0].Body == nil {
		return node{}, fmt.Errorf("%s:1:1: want one YAML document", file)
	}
	return at(file, doc.Docs[0].Body), nil
}

// guarded turns a panic of the YAML library, which odd text can provoke, into an
// error.
func guarded(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("no YAML that can be read: %v", p)
		}
	}()
	return read()
}

// misread is an error of the YAML library as file:line:column and one line.
func misread(file string, err error) error {
	at := position{file, 1, 1}
	var e yaml.Error
	if !errors.As(err, &e) {
		return at.Errorf("%v", err)
	}
	if tok := e.GetToken(); tok != nil {
		at.line, at.col = tok.Position.Line, tok.Position.Column
	}
	return at.Errorf("%s", e.GetMessage())
}

func at(file string, n ast.Node) node {
	tok := n.GetToken()
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		tok = m.Values[0].Key.GetToken()
	}
	return node{position{file, tok.Position.Line, tok.Position.Column}, n}
}

// entries are the members of a mapping, in order; a key that stands there twice
// is an error.
func (n node) entries() ([]entry, error) {
	var pairs []*ast.MappingValueNode
	switch m := n.yaml.(type) {
	case *ast.MappingNode:
		pairs = m.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{m}
	default:
		return nil, n.Errorf("want a mapping")
	}
	var list []entry
	seen := map[string]bool{}
	for _, p := range pairs {
		key := at(n.file, p.Key)
		name := p.Key.GetToken().Value
		if seen[name] {
			return nil, key.Errorf("%q stands here twice", name)
		}
		seen[name] = true
		list = append(list, entry{key: key, name: name, value: at(n.file, p.Value)})
	}
	return list, nil
}

// items are the members of a list; a scalar counts as a list of one.
func (n node) items() ([]node, error) {
	switch s := n.yaml.(type) {
	case *ast.SequenceNode:
		list := make([]node, len(s.Values))
		for i, v := range s.Values {
			list[i] = at(n.file, v)
		}
		return list, nil
	case *ast.MappingNode, *ast.MappingValueNode:
		return nil, n.Errorf("want a value or a list of values")
	}
	return []node{n}, nil
}

// text is the value of a scalar as it is written.
func (n node) text() (string, error) {
	if _, ok := n.yaml.(ast.ScalarNode); !ok {
		return "", n.Errorf("want a value")
	}
	return n.yaml.GetToken().Value, nil
}

// texts are the values of a list of scalars, or of one scalar.
func (n node) texts() ([]string, error) {
	items, err := n.items()
	if err != nil {
		return nil, err
	}
	list := make([]string, len(items))
	for i, it := range items {
		if list[i], err = it.text(); err != nil {
			return nil, err
		}
	}
	return list, nil
}
