package daytona

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// maxBody bounds a request in JSON.
const maxBody = 8 << 20

// request is one call on its way through.
type request struct {
	*http.Request
	w       http.ResponseWriter
	entry   *journal.Entry[Call]
	sandbox *sandbox // of toolbox calls
	body    []byte   // of requests in JSON
}

// answer is a successful reply: a status and what is told in JSON, if anything.
type answer struct {
	status int
	value  any
}

func ok(value any) (answer, error) { return answer{http.StatusOK, value}, nil }

// apiError is a failure as the API tells it.
type apiError struct {
	Status  int    `json:"statusCode"`
	Message string `json:"message"`
	Name    string `json:"error,omitempty"`
	Path    string `json:"path,omitempty"`
	At      string `json:"timestamp,omitempty"`
}

func (e *apiError) Error() string { return e.Message }

func fail(status int, format string, args ...any) error {
	return &apiError{Status: status, Message: fmt.Sprintf(format, args...), Name: http.StatusText(status)}
}

// failed turns an error of a machine's files into one of the API.
func failed(path string, err error) error {
	var told *apiError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &told):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fail(http.StatusNotFound, "file not found: %s", path)
	case errors.Is(err, fs.ErrPermission):
		return fail(http.StatusForbidden, "permission denied: %s", path)
	}
	return fail(http.StatusBadRequest, "%s: %v", path, err)
}

// read takes the request's JSON.
func (r *request) read(into any) error {
	if len(r.body) == 0 {
		return fail(http.StatusBadRequest, "the request has no body")
	}
	if err := json.Unmarshal(r.body, into); err != nil {
		return fail(http.StatusBadRequest, "the request is not valid: %v", err)
	}
	return nil
}

// handle journals a route of one plane, checks the key and writes what the
// handler returns. A handler that has written the reply itself returns status 0.
func (s *Server) handle(plane, method, base, path string, do func(*request) (answer, error)) {
	s.mux.HandleFunc(strings.TrimSpace(method+" "+base+path), func(w http.ResponseWriter, hr *http.Request) {
		key, _ := strings.CutPrefix(hr.Header.Get("Authorization"), "Bearer ")
		r := &request{Request: hr, w: w}
		if strings.HasPrefix(hr.Header.Get("Content-Type"), "application/json") {
			r.body, _ = io.ReadAll(io.LimitReader(hr.Body, maxBody)) // a broken one is refused as JSON
		}
		r.entry = s.calls.Open(Call{
			At: time.Now(), Plane: plane, Method: hr.Method, Path: strings.TrimPrefix(hr.URL.Path, base), Query: hr.URL.RawQuery,
			Sandbox: hr.PathValue("sandbox"), Key: key, Body: string(r.body),
		})
		defer r.entry.Close()
		out, err := answer{}, error(nil)
		if !s.authorized(key) {
			err = fail(http.StatusUnauthorized, "Invalid credentials")
		} else {
			out, err = do(r)
		}
		if err != nil {
			var told *apiError
			if !errors.As(err, &told) {
				told = &apiError{Status: http.StatusInternalServerError, Message: err.Error(), Name: "Internal Server Error"}
			}
			told.Path, told.At = hr.URL.Path, time.Now().UTC().Format(time.RFC3339)
			out = answer{told.Status, told}
		}
		r.reply(out)
	})
}

// reply writes an answer, after the journal knows of it.
func (r *request) reply(out answer) {
	if out.status == 0 {
		return
	}
	var text []byte
	if out.value != nil {
		text, _ = json.Marshal(out.value) // maps and structs of plain values always encode
	}
	r.entry.Update(func(c *Call) { c.Status, c.Reply = out.status, string(text) })
	if text != nil {
		r.w.Header().Set("Content-Type", "application/json")
	}
	r.w.WriteHeader(out.status)
	_, _ = r.w.Write(text) // a client that is gone needs no answer
}
