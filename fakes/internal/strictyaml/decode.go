package strictyaml

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Scalar is implemented by types that have a short form beside, or instead of,
// a mapping.
type Scalar interface {
	// FromScalar takes a single value as it is written.
	FromScalar(text string) error
}

// Value is implemented by types that take whatever JSON could hold.
type Value interface {
	// FromValue takes mappings, lists, texts, numbers, booleans and nil.
	FromValue(v any) error
}

// Checker is implemented by types that can be wrong although each of their parts
// is well-formed. Check runs after the value was decoded.
type Checker interface {
	Check() error
}

// Decode reads one document into the struct that to points to. Fields are named
// by their yaml tags; those without one cannot be set. Errors begin with
// file:line:column. After an error, to holds nothing that may be used.
func Decode(file string, data []byte, to any) error {
	var doc *ast.File
	err := guarded(func() (err error) {
		doc, err = parser.ParseBytes(data, 0)
		return err
	})
	if err != nil {
		return misread(file, err)
	}
	d := decoder{file}
	switch {
	case len(doc.Docs) > 1:
		return d.errorf(doc.Docs[1].Body, "a second document; want one")
	case len(doc.Docs) == 0 || doc.Docs[0].Body == nil:
		return nil // an empty file says nothing
	}
	return d.value(doc.Docs[0].Body, reflect.ValueOf(to).Elem())
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

func misread(file string, err error) error {
	var e yaml.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s:1:1: %w", file, err)
	}
	line, column := 1, 1
	if tok := e.GetToken(); tok != nil {
		line, column = tok.Position.Line, tok.Position.Column
	}
	return fmt.Errorf("%s:%d:%d: %s", file, line, column, strings.TrimSpace(e.GetMessage()))
}

type decoder struct{ file string }

// errorf is an error at a node.
func (d decoder) errorf(n ast.Node, format string, args ...any) error {
	line, column := 1, 1
	if n != nil {
		tok := n.GetToken()
		if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
			tok = m.Values[0].Key.GetToken()
		}
		line, column = tok.Position.Line, tok.Position.Column
	}
	return fmt.Errorf("%s:%d:%d: %s", d.file, line, column, fmt.Sprintf(format, args...))
}

// pairs are the members of a mapping.
func (d decoder) pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}, true
	}
	return nil, false
}

// each visits the members of a mapping and refuses one that stands there twice.
func (d decoder) each(pairs []*ast.MappingValueNode, visit func(key ast.Node, name string, value ast.Node) error) error {
	seen := map[string]bool{}
	for _, p := range pairs {
		name := p.Key.GetToken().Value
		if seen[name] {
			return d.errorf(p.Key, "%q stands here twice", name)
		}
		seen[name] = true
		if err := visit(p.Key, name, p.Value); err != nil {
			return err
		}
	}
	return nil
}

// Errorf is an error at the place that a path of keys (string) and indexes (int)
// leads to, or as near to it as the document goes.
func Errorf(file string, data []byte, path []any, format string, args ...any) error {
	d := decoder{file}
	var at ast.Node
	_ = guarded(func() error { // the document has been read before
		doc, err := parser.ParseBytes(data, 0)
		if err != nil || len(doc.Docs) == 0 {
			return err
		}
		at = d.follow(doc.Docs[0].Body, path)
		return nil
	})
	return d.errorf(at, format, args...)
}

// follow is the node at a path: of a mapping's member it is the key.
func (d decoder) follow(n ast.Node, path []any) ast.Node {
	at := n
	for _, step := range path {
		var next ast.Node
		switch step := step.(type) {
		case string:
			pairs, _ := d.pairs(n)
			for _, p := range pairs {
				if p.Key.GetToken().Value == step {
					at, next = p.Key, p.Value
				}
			}
		case int:
			if list, ok := n.(*ast.SequenceNode); ok && step < len(list.Values) {
				at, next = list.Values[step], list.Values[step]
			}
		}
		if next == nil {
			return at
		}
		n = next
	}
	return at
}
