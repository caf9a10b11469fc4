package pi

import (
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
)

// exportHTML writes the session as a page, a plain one of the fake's own.
func (a *agent) exportHTML(r request) *response {
	a.mu.Lock()
	s := a.session
	a.mu.Unlock()
	switch {
	case s.File == "":
		return r.fail("Cannot export in-memory session to HTML")
	case !s.Saved():
		return r.fail("Nothing to export yet - start a conversation first")
	}
	path := r.Get("outputPath").String()
	if path != "" {
		path = config.Expand(path, a.env, "")
	} else {
		path = "pi-session-" + strings.TrimSuffix(filepath.Base(s.File), ".jsonl") + ".html"
	}
	file := path
	if !filepath.IsAbs(file) {
		file = filepath.Join(a.Dir, file)
	}
	text, err := page(s)
	if err == nil {
		err = os.WriteFile(file, []byte(text), 0o644)
	}
	if err != nil {
		return r.fail(err.Error())
	}
	return r.succeed(map[string]string{"path": path})
}

// page is a session as HTML: each of its entries as JSON.
func page(s *session.Session) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>Session %s</title>\n<h1>Session %[1]s</h1>\n", html.EscapeString(s.ID))
	for _, e := range s.Entries() {
		text, err := json.MarshalIndent(e, "", "  ")
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "<pre id=\"%s\">%s</pre>\n", html.EscapeString(e.ID), html.EscapeString(string(text)))
	}
	return out.String(), nil
}
