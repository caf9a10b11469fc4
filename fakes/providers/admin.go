package providers

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// AdminPath is where an Endpoint is administered.
const AdminPath = "/_conform/"

// admin is the HTTP API with which a Server of its own is told what to do and
// asked what it saw. Everything is JSON, but rules may come as YAML.
type admin struct {
	server *Server
	source func() string     // the rules as they were read
	loaded func(text string) // when there are others
}

func (a *admin) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, handle := range map[string]func(w http.ResponseWriter, r *http.Request) error{
		"GET health":            a.health,
		"GET metrics":           a.metrics,
		"GET rules":             a.rules,
		"PUT rules":             a.replaceRules,
		"GET calls":             a.calls,
		"DELETE calls":          a.forget,
		"GET calls/{n}/body":    a.body,
		"GET wait":              a.wait,
		"GET tenants":           a.tenants,
		"PUT tenants/{name}":    a.admit,
		"DELETE tenants/{name}": a.dismiss,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+AdminPath+path, func(w http.ResponseWriter, r *http.Request) {
			if err := handle(w, r); err != nil {
				status := http.StatusBadRequest
				if missing, ok := err.(notFound); ok {
					status, err = http.StatusNotFound, missing.error
				}
				reply(w, status, map[string]string{"error": err.Error()})
			}
		})
	}
	mux.HandleFunc(AdminPath, func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusNotFound, map[string]string{"error": "no " + r.Method + " " + r.URL.Path + "; docs/fakes/providers.md lists what there is"})
	})
	return mux
}

// notFound is an error about something that is not there.
type notFound struct{ error }

func reply(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	_ = out.Encode(document) // the client went away
}

func (a *admin) health(w http.ResponseWriter, _ *http.Request) error {
	reply(w, http.StatusOK, map[string]bool{"ok": true})
	return nil
}

func (a *admin) metrics(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	return a.server.meter.write(w)
}

func (a *admin) rules(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, a.source())
	return err
}

// maxRules is the largest file of rules, in bytes.
const maxRules = 16 << 20

func (a *admin) replaceRules(w http.ResponseWriter, r *http.Request) error {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRules))
	if err != nil {
		return fmt.Errorf("read the rules: %w", err)
	}
	config, err := ReadConfig("rules", text)
	if err != nil {
		return err
	}
	a.server.Load(config)
	a.loaded(string(text))
	reply(w, http.StatusOK, map[string]string{"loaded": config.String()})
	return nil
}

// tenant is the one that a request names, the Server's own if it names none.
func (a *admin) tenant(r *http.Request) (*Tenant, error) {
	name := r.URL.Query().Get("tenant")
	for _, t := range a.server.Tenants() {
		if t.name == name {
			return t, nil
		}
	}
	return nil, notFound{fmt.Errorf("no tenant %q", name)}
}

func (a *admin) calls(w http.ResponseWriter, r *http.Request) error {
	t, err := a.tenant(r)
	if err != nil {
		return err
	}
	q, err := readQuery(r.URL.Query())
	if err != nil {
		return err
	}
	reply(w, http.StatusOK, map[string]any{"calls": q.page(t.Journal())})
	return nil
}

func (a *admin) forget(w http.ResponseWriter, r *http.Request) error {
	t, err := a.tenant(r)
	if err != nil {
		return err
	}
	t.Forget()
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *admin) body(w http.ResponseWriter, r *http.Request) error {
	t, err := a.tenant(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return fmt.Errorf("call %q: want a number", r.PathValue("n"))
	}
	for _, c := range t.Journal() {
		if c.N != n {
			continue
		}
		text, err := c.Content()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, err = io.WriteString(w, text)
		return err
	}
	return notFound{fmt.Errorf("no call %d", n)}
}

// patience is how long wait waits if it is not told otherwise.
const patience = 10 * time.Second

// wait answers when enough calls that fit have ended, and with 408 and those
// there are when that takes too long.
func (a *admin) wait(w http.ResponseWriter, r *http.Request) error {
	t, err := a.tenant(r)
	if err != nil {
		return err
	}
	values := r.URL.Query()
	n, limit := 1, patience
	if text := values.Get("count"); text != "" {
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			return fmt.Errorf("count %q: want a number from 1 on", text)
		}
	}
	if text := values.Get("timeout"); text != "" {
		if limit, err = time.ParseDuration(text); err != nil || limit <= 0 {
			return fmt.Errorf("timeout %q: want a time such as 10s", text)
		}
	}
	values.Del("count")
	values.Del("timeout")
	q, err := readQuery(values)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	status := http.StatusOK
	found, err := t.Wait(ctx, n, q.fits)
	if err != nil {
		status = http.StatusRequestTimeout
	}
	reply(w, status, map[string]any{"calls": q.page(found)})
	return nil
}

func (a *admin) tenants(w http.ResponseWriter, _ *http.Request) error {
	type line struct {
		Name  string `json:"name"`
		Scope Scope  `json:"scope"`
		Calls int    `json:"calls"`
	}
	lines := []line{}
	for _, t := range a.server.Tenants() {
		scope := t.claims()
		for i, key := range scope.Keys {
			scope.Keys[i] = short(key)
		}
		lines = append(lines, line{t.name, scope, len(t.Journal())})
	}
	reply(w, http.StatusOK, map[string]any{"tenants": lines})
	return nil
}

func (a *admin) admit(w http.ResponseWriter, r *http.Request) error {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRules))
	if err != nil {
		return fmt.Errorf("read the tenant: %w", err)
	}
	config, err := ReadTenant("tenant", r.PathValue("name"), text)
	if err != nil {
		return err
	}
	a.server.Admit(config.Name, config.Scope).Play(config.Script)
	reply(w, http.StatusOK, map[string]string{"loaded": config.Name})
	return nil
}

func (a *admin) dismiss(w http.ResponseWriter, r *http.Request) error {
	if !a.server.Dismiss(r.PathValue("name")) {
		return notFound{fmt.Errorf("no tenant %q", r.PathValue("name"))}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
