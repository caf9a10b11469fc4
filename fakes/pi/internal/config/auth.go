package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// ErrNullAuth is an auth.json that holds JSON null, of which Pi dies.
var ErrNullAuth = errors.New("TypeError: Cannot read properties of null (reading 'anthropic')")

// Auth is the content of auth.json.
type Auth struct {
	entries  jsval.Value
	unusable error
	// unreadable is what is wrong with the whole file, where Pi says so of each
	// provider that it looks up.
	unreadable error
	keyless    []string // providers whose key is no text, where Pi reads them all at once

	mu    sync.Mutex
	cache map[string]string // results of commands, kept for the process
}

// LoadAuth reads auth.json of the agent folder, which it creates if it is
// missing. A file that cannot be read counts as empty, or leaves no model at
// all, see Unusable; the error says why, and Pi itself never does. Only
// ErrNullAuth is fatal.
func LoadAuth(dir string, p persona.Personality) (*Auth, error) {
	a := &Auth{cache: map[string]string{}}
	path := filepath.Join(dir, "auth.json")
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = createEmpty(path)
	}
	if err != nil {
		return a, fmt.Errorf("auth.json: %w", err)
	}
	var text []byte
	patience := lockPatience
	if p.WaitsForLock {
		patience = lockStaleLong
	}
	err = withLock(path, patience, func() (err error) {
		text, err = os.ReadFile(path)
		if errors.Is(err, syscall.EISDIR) {
			err = errors.New("EISDIR: illegal operation on a directory, read")
		}
		return err
	})
	if err == nil {
		if p.BOM {
			text = bytes.TrimPrefix(text, []byte(byteOrderMark))
		}
		a.entries, err = parseAuth(string(text))
	}
	if p.NeedsAuthFile {
		a.unreadable = err
	}
	switch {
	case err == nil && p.Runtime:
		err = a.listable()
	case errors.Is(err, ErrNullAuth) && p.Runtime:
		err = errors.New("Cannot convert undefined or null to object")
		a.unusable = err
	}
	if err != nil && p.NeedsAuthFile {
		a.unusable = err
	}
	if err != nil && !errors.Is(err, ErrNullAuth) {
		err = fmt.Errorf("auth.json: %w", err)
	}
	return a, err
}

// listable reports an entry that Pi cannot even list. It is enough to leave no
// provider available; so is a key that is no text, where there is such a provider.
func (a *Auth) listable() error {
	for _, m := range a.entries.Members() {
		if m.Value.Kind() == jsval.Null {
			a.unusable = errors.New("Cannot read properties of null (reading 'type')")
			return a.unusable // it is listed before anything is read
		}
		if key := m.Value.Get("key"); m.Value.Get("type").String() == "api_key" && key.Kind() != jsval.String && key.Kind() != jsval.Undefined {
			a.keyless = append(a.keyless, m.Name)
		}
	}
	return a.unusable
}

// Unusable is why no model is available, whatever other credentials there are, to
// a Pi that has providers.
func (a *Auth) Unusable(exists func(provider string) bool) error {
	if a.unusable != nil {
		return a.unusable
	}
	var err error
	for _, provider := range a.keyless {
		if exists(provider) {
			err = fmt.Errorf("Credential store read failed for %s: config.startsWith is not a function", provider)
		}
	}
	return err
}

// readFailure is what Pi says of a provider that it looks up in a file that cannot
// be read, nil if it can.
func (a *Auth) readFailure(provider string) error {
	switch {
	case a.unreadable == nil:
		return nil
	case errors.Is(a.unreadable, ErrNullAuth):
		return fmt.Errorf("Credential store read failed for %s: Cannot read properties of null (reading '%s')", provider, provider)
	}
	return fmt.Errorf("Credential store read failed for %s: %w", provider, a.unreadable)
}

// entry is what auth.json has for a provider. What every object of JavaScript has
// by itself, such as __proto__, is found like an entry, but is none of any use.
func (a *Auth) entry(provider string) jsval.Value {
	if !a.entries.Has(provider) && jsval.Inherited(provider) {
		return jsval.Value{}.With("inherited", jsval.Of(true))
	}
	return a.entries.Get(provider)
}

func createEmpty(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString("{}")
	return errors.Join(err, file.Close())
}

func parseAuth(text string) (jsval.Value, error) {
	if text == "" {
		return jsval.Value{}, nil
	}
	v, err := jsval.Parse(text)
	if err != nil {
		return jsval.Value{}, err
	}
	if v.Kind() == jsval.Null {
		return jsval.Value{}, ErrNullAuth
	}
	return v, nil
}

// Has reports whether there is an entry for the provider. What it is worth does
// not matter: an entry makes the provider's models available.
func (a *Auth) Has(provider string) bool { return a.entry(provider).Truthy() }

// OAuth reports whether the provider's entry is a login.
func (a *Auth) OAuth(provider string) bool {
	return a.entry(provider).Get("type").String() == "oauth"
}

// key returns the credential of the provider's entry. It is false if there is
// none, or none that resolves. The error is what Pi's own code stumbles over.
func (a *Auth) key(provider string, env Env) (key string, ok bool, err error) {
	entry := a.entry(provider)
	switch entry.Get("type").String() {
	case "api_key":
		return a.apiKey(entry.Get("key"), env)
	case "oauth":
		token, ok := a.login(entry, loginProvider(provider))
		return token, ok, nil
	default:
		return "", false, nil
	}
}

// login returns the token of a login that still holds. A login is never
// renewed here: that needs its provider.
func (a *Auth) login(entry jsval.Value, known bool) (string, bool) {
	expires, _ := entry.Get("expires").Float()
	if !known || float64(time.Now().UnixMilli()) >= expires {
		return "", false
	}
	return entry.Get("access").String(), true
}

func (a *Auth) apiKey(key jsval.Value, env Env) (string, bool, error) {
	switch key.Kind() {
	case jsval.Undefined, jsval.Null:
		word := map[bool]string{true: "null", false: "undefined"}[key.Kind() == jsval.Null]
		return "", false, fmt.Errorf("Cannot read properties of %s (reading 'startsWith')", word)
	case jsval.String:
	default:
		return "", false, errors.New("config.startsWith is not a function")
	}
	return a.resolve(key, env)
}

// resolve resolves a key that is a string. Commands run once a process.
func (a *Auth) resolve(key jsval.Value, env Env) (string, bool, error) {
	value := key.String()
	if !isCommand(value) {
		out, ok := resolve(value, env)
		return out, ok, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	out, done := a.cache[value]
	if !done {
		out, _ = resolve(value, env)
		a.cache[value] = out
	}
	return out, out != "", nil
}

// loginProvider reports whether Pi knows how to log in to the provider.
func loginProvider(id string) bool {
	switch id {
	case "anthropic", "openai-codex", "github-copilot":
		return true
	default:
		return false
	}
}
