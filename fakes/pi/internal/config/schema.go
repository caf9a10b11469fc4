package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// schema collects what is wrong with the shape of models.json. Fields that it
// does not name are free.
type schema struct {
	persona  persona.Personality
	problems []string
}

func (s *schema) add(path string, messages ...string) {
	for _, message := range messages {
		s.problems = append(s.problems, "  - "+strings.TrimPrefix(path, ".")+": "+message)
	}
}

// required names all missing fields in one message, under the path of the first.
func (s *schema) required(v jsval.Value, path string, fields ...string) {
	missing := slices.DeleteFunc(slices.Clone(fields), v.Has)
	if len(missing) > 0 {
		s.add(path+"."+missing[0], "must have required properties "+strings.Join(missing, ", "))
	}
}

func (s *schema) document(v jsval.Value) {
	if !s.object(v, "root", true) {
		return
	}
	providers := v.Get("providers")
	s.required(v, "", "providers")
	if s.object(providers, "providers", false) {
		for _, m := range providers.Members() {
			s.provider(m.Value, "providers."+strings.ReplaceAll(m.Name, "/", "."))
		}
	}
}

func (s *schema) provider(v jsval.Value, path string) {
	if !s.object(v, path, true) {
		return
	}
	for _, field := range []string{"name", "baseUrl", "apiKey", "api"} {
		s.text(v.Get(field), path+"."+field, true)
	}
	s.texts(v.Get("headers"), path+".headers")
	s.compat(v.Get("compat"), path+".compat")
	s.truth(v.Get("authHeader"), path+".authHeader")
	if models := v.Get("models"); models.Kind() == jsval.Array {
		for i, m := range models.Items() {
			s.model(m, path+".models."+strconv.Itoa(i), true)
		}
	} else if models.Kind() != jsval.Undefined {
		s.add(path+".models", "must be array")
	}
	if overrides := v.Get("modelOverrides"); s.object(overrides, path+".modelOverrides", false) {
		for _, m := range overrides.Members() {
			s.model(m.Value, path+".modelOverrides."+m.Name, false)
		}
	}
}

// model checks a model, or an override of one, which is a model without
// required fields.
func (s *schema) model(v jsval.Value, path string, whole bool) {
	if !s.object(v, path, true) {
		return
	}
	if whole {
		s.required(v, path, "id")
		for _, field := range []string{"id", "api", "baseUrl"} {
			s.text(v.Get(field), path+"."+field, true)
		}
	}
	s.text(v.Get("name"), path+".name", true)
	s.truth(v.Get("reasoning"), path+".reasoning")
	if levels := v.Get("thinkingLevelMap"); s.object(levels, path+".thinkingLevelMap", false) {
		for _, level := range Thinking(s.persona) {
			if word := levels.Get(level); word.Kind() != jsval.Null {
				s.text(word, path+".thinkingLevelMap."+level, false)
			}
		}
	}
	s.input(v.Get("input"), path+".input")
	if cost := v.Get("cost"); s.object(cost, path+".cost", false) {
		fields := []string{"input", "output", "cacheRead", "cacheWrite"}
		if whole {
			s.required(cost, path+".cost", fields...)
		}
		for _, field := range fields {
			s.number(cost.Get(field), path+".cost."+field)
		}
	}
	s.number(v.Get("contextWindow"), path+".contextWindow")
	s.number(v.Get("maxTokens"), path+".maxTokens")
	s.texts(v.Get("headers"), path+".headers")
	s.compat(v.Get("compat"), path+".compat")
}

// object reports whether v is an object; undefined is none, and a problem only
// if it is required.
func (s *schema) object(v jsval.Value, path string, required bool) bool {
	if v.Kind() != jsval.Object && (required || v.Kind() != jsval.Undefined) {
		s.add(path, "must be object")
	}
	return v.Kind() == jsval.Object
}

func (s *schema) text(v jsval.Value, path string, filled bool) {
	switch {
	case v.Kind() == jsval.Undefined:
	case v.Kind() != jsval.String:
		s.add(path, "must be string")
	case filled && v.String() == "":
		s.add(path, "must not have fewer than 1 characters")
	}
}

func (s *schema) texts(v jsval.Value, path string) {
	if s.object(v, path, false) {
		for _, m := range v.Members() {
			s.text(m.Value, path+"."+m.Name, false)
		}
	}
}

func (s *schema) truth(v jsval.Value, path string) {
	if v.Kind() != jsval.Undefined && v.Kind() != jsval.Bool {
		s.add(path, "must be boolean")
	}
}

func (s *schema) number(v jsval.Value, path string) {
	if v.Kind() != jsval.Undefined && v.Kind() != jsval.Number {
		s.add(path, "must be number")
	}
}

func (s *schema) input(v jsval.Value, path string) {
	switch v.Kind() {
	case jsval.Undefined:
		return
	case jsval.Array:
	default:
		s.add(path, "must be array")
		return
	}
	for i, item := range v.Items() {
		if word := item.String(); word != "text" && word != "image" {
			s.add(path+"."+strconv.Itoa(i), "must be equal to constant", "must be equal to constant", "must match a schema in anyOf")
		}
	}
}

// compat is one of several objects whose fields are all optional. Since each
// ignores the fields of the others, a field of a wrong type passes as well.
func (s *schema) compat(v jsval.Value, path string) {
	if v.Kind() != jsval.Undefined && v.Kind() != jsval.Object {
		s.add(path, "must be object", "must be object", "must be object", "must match a schema in anyOf")
	}
}
