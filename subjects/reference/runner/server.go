package runner

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// Handler serves the runner's routes.
func (r *Runner) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /run", r.serveRun)
	mux.HandleFunc("POST /stream", r.serveRun)
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, wire.Health{OK: true, Protocol: wire.Protocol})
	})
	return mux
}

func (r *Runner) serveRun(w http.ResponseWriter, hr *http.Request) {
	if !r.admits(hr) {
		answer(w, http.StatusUnauthorized, wire.Reply{Error: "the runner token is missing or wrong"})
		return
	}
	// Read to its end: only then does the server notice that the caller went away.
	body, err := io.ReadAll(hr.Body)
	if err != nil {
		return
	}
	var req wire.Request
	if err := json.Unmarshal(body, &req); err != nil {
		answer(w, http.StatusBadRequest, wire.Reply{Error: "the run request is not valid JSON"})
		return
	}
	if strings.Contains(hr.Header.Get("Accept"), wire.NDJSON) {
		r.stream(w, hr, req)
		return
	}
	reply := r.Run(hr.Context(), req, nil)
	status := http.StatusOK
	if !reply.OK {
		status = http.StatusInternalServerError
	}
	answer(w, status, reply)
}

// stream sends events as they come and then the one result.
func (r *Runner) stream(w http.ResponseWriter, hr *http.Request, req wire.Request) {
	w.Header().Set("Content-Type", wire.NDJSON)
	out := http.NewResponseController(w)
	reply := r.Run(hr.Context(), req, func(e wire.Event) {
		if err := wire.WriteRecord(w, wire.Record{Kind: wire.KindEvent, Event: raw(e)}); err == nil {
			out.Flush()
		}
	})
	reply.Events = []json.RawMessage{}
	wire.WriteRecord(w, wire.Record{Kind: wire.KindResult, Result: &reply})
}

// admits says whether the caller holds the runner's token, if there is one.
func (r *Runner) admits(hr *http.Request) bool {
	if r.Token == "" {
		return true
	}
	shown, _ := strings.CutPrefix(hr.Header.Get("Authorization"), "Bearer ")
	return subtle.ConstantTimeCompare([]byte(shown), []byte(r.Token)) == 1
}

func answer(w http.ResponseWriter, status int, doc any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(doc)
}
