package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// Settings is the content of settings.json.
//
// It is safe for concurrent use.
type Settings struct {
	path string
	bom  bool // the file may begin with a byte order mark

	mu     sync.Mutex
	root   jsval.Value
	broken error
}

// LoadSettings reads settings.json of the agent folder, which may begin with a
// byte order mark in some versions.
func LoadSettings(dir string, bom bool) *Settings {
	s := &Settings{path: filepath.Join(dir, "settings.json"), bom: bom}
	s.Reload()
	return s
}

// Path is where the file lies.
func (s *Settings) Path() string { return s.path }

// Reload reads the file again.
func (s *Settings) Reload() {
	text, err := os.ReadFile(s.path)
	root := jsval.Value{}
	switch {
	case absent(err):
		err = nil
	case err == nil:
		root, err = s.parse(string(text))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root, s.broken = root, err
}

// Broken is why the file cannot be used, nil if it can. Defaults apply then, and
// the file is never written.
func (s *Settings) Broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

func (s *Settings) parse(text string) (jsval.Value, error) {
	if s.bom {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	return parseSettings(text)
}

func parseSettings(text string) (jsval.Value, error) {
	if text == "" {
		return jsval.Value{}, nil
	}
	v, err := jsval.Parse(text)
	if err != nil {
		return jsval.Value{}, err
	}
	if v.Kind() != jsval.Object && v.Kind() != jsval.Array {
		return jsval.Value{}, fmt.Errorf("Cannot use 'in' operator to search for 'queueMode' in %s", v.Word())
	}
	return renamed(v), nil
}

// renamed gives settings of earlier versions their present names.
func renamed(v jsval.Value) jsval.Value {
	old := v.Get("queueMode")
	if old.Kind() == jsval.Undefined || v.Has("steeringMode") {
		return v
	}
	return v.Without("queueMode").With("steeringMode", old)
}

// Get returns the setting at the path of names, undefined if there is none.
func (s *Settings) Get(names ...string) jsval.Value {
	s.mu.Lock()
	v := s.root
	s.mu.Unlock()
	for _, name := range names {
		v = v.Get(name)
	}
	return v
}

// Text returns a setting that is a string, "" otherwise.
func (s *Settings) Text(names ...string) string { return s.Get(names...).String() }

// Flag returns a setting that is true or false.
func (s *Settings) Flag(otherwise bool, names ...string) bool {
	switch v := s.Get(names...); v.Kind() {
	case jsval.Undefined, jsval.Null:
		return otherwise
	default:
		return v.Truthy()
	}
}

// Number returns a setting that is a number.
func (s *Settings) Number(otherwise float64, names ...string) float64 {
	if n, ok := s.Get(names...).Float(); ok {
		return n
	}
	return otherwise
}

// Texts returns the strings of a setting that is a list.
func (s *Settings) Texts(names ...string) []string {
	var out []string
	v := s.Get(names...)
	if v.Kind() == jsval.String { // JavaScript goes through its characters
		for _, r := range v.String() {
			out = append(out, string(r))
		}
	}
	for _, item := range v.Items() {
		if item.Kind() == jsval.String {
			out = append(out, item.String())
		}
	}
	return out
}

// Change is a new value for the setting at a path of names, an undefined one for
// none.
type Change struct {
	Value jsval.Value
	Path  []string
}

// Set applies changes and writes the file. Other settings are written as the
// file has them now, which may differ from what was read at start.
func (s *Settings) Set(changes ...Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root = apply(s.root, changes)
	if s.broken != nil {
		return nil
	}
	err := withLock(s.path, lockPatience, func() error {
		text, err := os.ReadFile(s.path)
		if err != nil && !absent(err) {
			return err
		}
		current, err := s.parse(string(text))
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := json.Indent(&out, apply(current, changes).Append(nil), "", "  "); err != nil {
			return err
		}
		return os.WriteFile(s.path, out.Bytes(), 0o644)
	})
	if err != nil {
		return fmt.Errorf("settings.json: %w", err)
	}
	return nil
}

func apply(root jsval.Value, changes []Change) jsval.Value {
	for _, c := range changes {
		root = with(root, c.Value, c.Path)
	}
	return root
}

func with(root, value jsval.Value, names []string) jsval.Value {
	if len(names) > 1 {
		value = with(root.Get(names[0]), value, names[1:])
	}
	if value.Kind() == jsval.Undefined {
		return root.Without(names[0])
	}
	return root.With(names[0], value)
}
