package strictyaml

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

var durationType = reflect.TypeFor[time.Duration]()

// value decodes a node and checks what came of it.
func (d decoder) value(n ast.Node, to reflect.Value) error {
	if alias, ok := n.(*ast.AliasNode); ok {
		return d.errorf(alias, "an alias; write the value out")
	}
	if err := d.set(n, to); err != nil {
		return err
	}
	if c, ok := to.Addr().Interface().(Checker); ok {
		if err := c.Check(); err != nil {
			return d.errorf(n, "%v", err)
		}
	}
	return nil
}

func (d decoder) set(n ast.Node, to reflect.Value) error {
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		return d.value(n, to.Elem())
	}
	if s, ok := to.Addr().Interface().(Scalar); ok {
		if text, ok := scalar(n); ok {
			if err := s.FromScalar(text); err != nil {
				return d.errorf(n, "%v", err)
			}
			return nil
		}
	}
	if a, ok := to.Addr().Interface().(Value); ok {
		v, err := d.plain(n)
		if err != nil {
			return err
		}
		if err := a.FromValue(v); err != nil {
			return d.errorf(n, "%v", err)
		}
		return nil
	}
	switch to.Kind() {
	case reflect.Struct:
		return d.fields(n, to)
	case reflect.Map:
		return d.entries(n, to)
	case reflect.Slice:
		return d.items(n, to)
	case reflect.Interface:
		v, err := d.plain(n)
		if err == nil && v != nil {
			to.Set(reflect.ValueOf(v))
		}
		return err
	}
	text, ok := scalar(n)
	if !ok {
		return d.errorf(n, "want %s", noun(to.Type()))
	}
	return d.scalar(n, text, to)
}

// scalar is the text of a single value.
func scalar(n ast.Node) (string, bool) {
	switch s := n.(type) {
	case *ast.LiteralNode:
		return s.Value.Value, true
	case *ast.NullNode:
		return "", false
	case ast.ScalarNode:
		return s.GetToken().Value, true
	}
	return "", false
}

func (d decoder) scalar(n ast.Node, text string, to reflect.Value) error {
	var err error
	switch {
	case to.Type() == durationType:
		var v time.Duration
		if v, err = time.ParseDuration(text); err == nil && v < 0 {
			return d.errorf(n, "%s is no time", text)
		}
		to.SetInt(int64(v))
	case to.Kind() == reflect.String:
		to.SetString(text)
	case to.Kind() == reflect.Bool:
		var v bool
		if v, err = strconv.ParseBool(text); err == nil {
			to.SetBool(v)
		}
	case to.CanInt():
		var v int64
		if v, err = strconv.ParseInt(text, 10, 64); err == nil {
			to.SetInt(v)
		}
	case to.CanUint():
		var v uint64
		if v, err = strconv.ParseUint(text, 10, 64); err == nil {
			to.SetUint(v)
		}
	case to.CanFloat():
		var v float64
		if v, err = strconv.ParseFloat(text, 64); err == nil {
			to.SetFloat(v)
		}
	default:
		return d.errorf(n, "%s cannot be written in a file", to.Type())
	}
	if err != nil {
		return d.errorf(n, "%q is not %s", text, noun(to.Type()))
	}
	return nil
}

func noun(t reflect.Type) string {
	switch {
	case t == durationType:
		return "a time such as 250ms or 2s"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64:
		return "a whole number"
	case t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64:
		return "a number"
	}
	return "a value"
}

func (d decoder) fields(n ast.Node, to reflect.Value) error {
	pairs, ok := d.pairs(n)
	if !ok {
		return d.errorf(n, "want a mapping with some of %s", strings.Join(names(to.Type()), ", "))
	}
	return d.each(pairs, func(key ast.Node, name string, value ast.Node) error {
		field, ok := find(to, name)
		if !ok {
			return d.errorf(key, "unknown key %q; allowed are %s", name, strings.Join(names(to.Type()), ", "))
		}
		return d.value(value, field)
	})
}

// find is the field with a tag, in a struct or those embedded in it.
func find(to reflect.Value, name string) (reflect.Value, bool) {
	for i := range to.NumField() {
		f := to.Type().Field(i)
		if f.Tag.Get("yaml") == name && name != "" {
			return to.Field(i), true
		}
		if f.Anonymous {
			if inner, ok := find(to.Field(i), name); ok {
				return inner, true
			}
		}
	}
	return reflect.Value{}, false
}

func names(t reflect.Type) []string {
	var list []string
	for i := range t.NumField() {
		f := t.Field(i)
		if name := f.Tag.Get("yaml"); name != "" {
			list = append(list, name)
		}
		if f.Anonymous {
			list = append(list, names(f.Type)...)
		}
	}
	slices.Sort(list)
	return list
}

func (d decoder) entries(n ast.Node, to reflect.Value) error {
	pairs, ok := d.pairs(n)
	if !ok {
		return d.errorf(n, "want a mapping")
	}
	to.Set(reflect.MakeMap(to.Type()))
	return d.each(pairs, func(_ ast.Node, name string, value ast.Node) error {
		v := reflect.New(to.Type().Elem()).Elem()
		if err := d.value(value, v); err != nil {
			return err
		}
		to.SetMapIndex(reflect.ValueOf(name).Convert(to.Type().Key()), v)
		return nil
	})
}

// items decodes a list; a single value counts as a list of one.
func (d decoder) items(n ast.Node, to reflect.Value) error {
	values := []ast.Node{n}
	if list, ok := n.(*ast.SequenceNode); ok {
		values = list.Values
	} else if _, ok := n.(*ast.NullNode); ok {
		return d.errorf(n, "want a list")
	}
	all := reflect.MakeSlice(to.Type(), len(values), len(values))
	for i, v := range values {
		if err := d.value(v, all.Index(i)); err != nil {
			return err
		}
	}
	to.Set(all)
	return nil
}

// plain is the value of a node as JSON would hold it.
func (d decoder) plain(n ast.Node) (any, error) {
	if pairs, ok := d.pairs(n); ok {
		m := map[string]any{}
		err := d.each(pairs, func(_ ast.Node, name string, value ast.Node) (err error) {
			m[name], err = d.plain(value)
			return err
		})
		return m, err
	}
	switch v := n.(type) {
	case *ast.SequenceNode:
		list := make([]any, len(v.Values))
		for i, item := range v.Values {
			var err error
			if list[i], err = d.plain(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case *ast.LiteralNode:
		return v.Value.Value, nil
	case ast.ScalarNode:
		return v.GetValue(), nil
	}
	return nil, d.errorf(n, "%s cannot stand here", fmt.Sprint(n.Type()))
}
