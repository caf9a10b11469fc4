package evidence

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// step is one part of a place: a field, or an element by index or by name.
type step struct {
	field string
	name  string // of a map entry or a named element
	index int    // of an element without a name, else -1
}

func path(steps []step) string {
	var b strings.Builder
	for _, s := range steps {
		switch {
		case s.field != "":
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.field)
		case s.index >= 0:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		default:
			b.WriteString("[" + s.name + "]")
		}
	}
	return b.String()
}

var (
	rawType  = reflect.TypeFor[json.RawMessage]()
	timeType = reflect.TypeFor[time.Time]()
)

// sealed is a copy of v in which every string is sealed. Parts without a
// canary are shared with v, not copied.
func (s *sealer) sealed(v any) any {
	out, _ := s.walk(reflect.ValueOf(v))
	return out.Interface()
}

// walk returns the sealed value and whether it differs from v.
func (s *sealer) walk(v reflect.Value) (reflect.Value, bool) {
	switch v.Kind() {
	case reflect.String:
		text, changed := s.text(v.String())
		if !changed {
			return v, false
		}
		return reflect.ValueOf(text).Convert(v.Type()), true
	case reflect.Pointer, reflect.Interface:
		return s.pointed(v)
	case reflect.Struct:
		return s.fields(v)
	case reflect.Slice, reflect.Array:
		return s.elements(v)
	case reflect.Map:
		return s.entries(v)
	}
	return v, false
}

func (s *sealer) pointed(v reflect.Value) (reflect.Value, bool) {
	if v.IsNil() {
		return v, false
	}
	inner, changed := s.walk(v.Elem())
	switch {
	case !changed:
		return v, false
	case v.Kind() == reflect.Interface:
		return inner, true
	}
	p := reflect.New(v.Type().Elem())
	p.Elem().Set(inner)
	return p, true
}

func (s *sealer) fields(v reflect.Value) (reflect.Value, bool) {
	t := v.Type()
	if t == timeType {
		return v, false
	}
	out, changed := v, false
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		depth := len(s.place)
		s.place = append(s.place, fieldStep(t, f)...)
		field, differs := s.walk(v.Field(i))
		s.place = s.place[:depth]
		if !differs {
			continue
		}
		if !changed {
			out, changed = reflect.New(t).Elem(), true
			out.Set(v)
		}
		out.Field(i).Set(field)
	}
	return out, changed
}

func (s *sealer) elements(v reflect.Value) (reflect.Value, bool) {
	if v.Type() == rawType {
		text, changed := s.text(string(v.Bytes()))
		if !changed {
			return v, false
		}
		return reflect.ValueOf(json.RawMessage(text)), true
	}
	if k := v.Type().Elem().Kind(); k != reflect.String && k != reflect.Struct && k != reflect.Pointer &&
		k != reflect.Interface && k != reflect.Slice && k != reflect.Map {
		return v, false
	}
	out, changed := v, false
	for i := range v.Len() {
		s.place = append(s.place, s.elementStep(v.Index(i), i))
		element, differs := s.walk(v.Index(i))
		s.place = s.place[:len(s.place)-1]
		if !differs {
			continue
		}
		if !changed {
			out, changed = reflect.New(v.Type()).Elem(), true
			if v.Kind() == reflect.Slice {
				out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			}
			reflect.Copy(out, v)
		}
		out.Index(i).Set(element)
	}
	return out, changed
}

func (s *sealer) entries(v reflect.Value) (reflect.Value, bool) {
	out, changed := v, false
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, old := range keys {
		key, keyDiffers := s.walk(old)
		s.place = append(s.place, step{name: key.String(), index: -1})
		value, valueDiffers := s.walk(v.MapIndex(old))
		s.place = s.place[:len(s.place)-1]
		if !keyDiffers && !valueDiffers {
			continue
		}
		if !changed {
			out, changed = copyMap(v), true
		}
		if keyDiffers {
			out.SetMapIndex(old, reflect.Value{})
			key = free(out, key)
		}
		out.SetMapIndex(key, value)
	}
	return out, changed
}

func copyMap(m reflect.Value) reflect.Value {
	out := reflect.MakeMapWithSize(m.Type(), m.Len())
	for it := m.MapRange(); it.Next(); {
		out.SetMapIndex(it.Key(), it.Value())
	}
	return out
}

// free makes a sealed key different from the keys that are there, so that two
// secrets with one label do not overwrite each other.
func free(m, key reflect.Value) reflect.Value {
	for m.MapIndex(key).IsValid() {
		key = reflect.ValueOf(key.String() + "'").Convert(key.Type())
	}
	return key
}

// fieldStep is how a field appears in a place: by its JSON name; the value of
// a variable not at all, since the variable's name is there already.
func fieldStep(t reflect.Type, f reflect.StructField) []step {
	if t == reflect.TypeFor[flight.Var]() && f.Name == "Value" {
		return nil
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = f.Name
	}
	return []step{{field: name, index: -1}}
}

// elementStep names files and variables and numbers all others.
func (s *sealer) elementStep(v reflect.Value, i int) step {
	name := ""
	if v.Kind() == reflect.Struct {
		switch e := v.Interface().(type) {
		case flight.Var:
			name = e.Name
		case flight.File:
			name = e.Path
		case Entry:
			name = e.Path
		}
	}
	if name == "" {
		return step{index: i}
	}
	quiet := s.quiet
	s.quiet = true // the field itself notes the sighting
	name, _ = s.text(name)
	s.quiet = quiet
	return step{name: name, index: -1}
}
