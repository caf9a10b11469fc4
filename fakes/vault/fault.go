package vault

import (
	"io"
	"net/http"
	"time"
)

// Fault is a way in which the vault misbehaves towards callers it knows.
type Fault string

// The faults.
const (
	None      Fault = ""
	Status500 Fault = "status-500" // internal error
	Status403 Fault = "status-403" // the caller lacks the permission
	NotAList  Fault = "not-a-list" // HTTP 200 with an envelope around the records
	NotJSON   Fault = "not-json"   // HTTP 200 with a page for humans
	NullBody  Fault = "null-body"  // HTTP 200 with null, which counts as an empty list
	Status401 Fault = "status-401" // the caller's credential is not known any more
	NoContent Fault = "no-content" // HTTP 204 without a body
	Redirect  Fault = "redirect"   // HTTP 302 to a page for humans
	Cut       Fault = "cut"        // HTTP 200 and the head of a list, then the connection ends
	Closed    Fault = "closed"     // the connection ends before a status
	Slow      Fault = "slow"       // the right answer, late
)

// Delay is how late a slow vault answers.
const Delay = 3 * time.Second

// strike plays the fault instead of an answer. It reports whether it did.
func (f Fault) strike(w http.ResponseWriter) bool {
	switch f {
	case Status500:
		detail(w, http.StatusInternalServerError, "An unexpected error occurred. Please try again later.")
	case Status403:
		detail(w, http.StatusForbidden, "You do not have access to perform this action. Please contact your organization admin.")
	case Status401:
		detail(w, http.StatusUnauthorized, "Unauthorized")
	case NotAList:
		body(w, "application/json", `{"count":0,"secrets":[]}`)
	case NotJSON:
		body(w, "text/html; charset=utf-8", "<!DOCTYPE html><title>Just a moment...</title><p>Checking your browser.</p>")
	case NullBody:
		body(w, "application/json", "null")
	case NoContent:
		w.WriteHeader(http.StatusNoContent)
	case Redirect:
		w.Header().Set("Location", "/auth")
		w.WriteHeader(http.StatusFound)
	case Cut:
		body(w, "application/json", `[{"id":"0192`)
		_ = http.NewResponseController(w).Flush() // the head has to arrive
		panic(http.ErrAbortHandler)
	case Closed:
		panic(http.ErrAbortHandler) // net/http's way to end a connection without a reply
	default:
		return false
	}
	return true
}

// wait blocks for d. It reports false if the client or the case ended before.
func wait(r *http.Request, ended <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-ended:
	}
	return false
}

func body(w http.ResponseWriter, contentType, text string) {
	w.Header().Set("Content-Type", contentType)
	_, _ = io.WriteString(w, text) // a client that is gone needs no answer
}
