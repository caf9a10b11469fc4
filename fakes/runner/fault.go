package runner

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Fault is a way in which a played runner goes wrong.
type Fault string

// The faults. "Streamed" is said of a reply to a request that accepts NDJSON;
// any other request is answered with one document.
const (
	Sound     Fault = ""
	FailsLate Fault = "fails-late" // the turn begins and then fails; streamed, with HTTP 200
	BreaksOff Fault = "breaks-off" // the turn begins and the connection ends
	NoResult  Fault = "no-result"  // streamed, an event and a clean end; else an empty object
	EmptyBody Fault = "empty-body" // HTTP 200 and not a byte
	NoTurn    Fault = "no-turn"    // a good result with neither an event nor a text
	Refuses   Fault = "refuses"    // the reply's status, with a typed error
	Echoes    Fault = "echoes"     // a good turn that repeats the request's credentials; streamed, in halves
	FailsLoud Fault = "fails-loud" // a failed turn whose error repeats them
	Redirects Fault = "redirects"  // HTTP 307 to the reply's other address
)

// The typed error of a runner that refuses.
const (
	RefusalClass = "RunnerPolicyError"
	RefusalText  = "this runner takes no run now: the limit of concurrent runs is reached"
)

// FailureText is what a runner says that fails late.
const FailureText = "the tool sandbox went away in the middle of the turn"

// strike plays the fault. It reports false when there is none.
func (p Reply) strike(w http.ResponseWriter, streamed bool, wanted asked, body []byte) bool {
	switch p.Fault {
	case FailsLate:
		failsLate(w, streamed, wanted)
	case BreaksOff:
		breaksOff(w, streamed)
	case NoResult:
		noResult(w, streamed)
	case EmptyBody:
		w.Header().Set("Content-Type", mediaType(streamed))
		w.WriteHeader(http.StatusOK)
	case NoTurn:
		none := result{OK: true, Messages: []message{}, Events: []event{}, SessionID: wanted.SessionID, Model: wanted.Model}
		answer(w, streamed, none)
	case Refuses:
		writeJSON(w, p.Status, result{Error: RefusalText, ErrorType: RefusalClass, Messages: []message{}, Events: []event{}})
	case Echoes:
		echoes(w, streamed, wanted, credentials(body))
	case FailsLoud:
		p.Error = "401: the key " + strings.Join(credentials(body), ", ") + " was refused"
		answer(w, streamed, p.result(wanted))
	case Redirects:
		w.Header().Set("Location", strings.TrimSuffix(p.Elsewhere, "/")+"/run")
		writeJSON(w, http.StatusTemporaryRedirect, result{Error: "moved"})
	default:
		return false
	}
	return true
}

// failsLate begins a turn and ends it with a failure, of which no event speaks:
// the result alone does.
func failsLate(w http.ResponseWriter, streamed bool, wanted asked) {
	failed := result{Error: FailureText, SessionID: wanted.SessionID, Model: wanted.Model, Messages: []message{}}
	failed.Events = begun()
	answer(w, streamed, failed)
}

// begun is what a turn has said when something happens to it.
func begun() []event { return []event{{Type: "message", Text: "Let me look at that."}} }

func breaksOff(w http.ResponseWriter, streamed bool) {
	w.Header().Set("Content-Type", mediaType(streamed))
	w.WriteHeader(http.StatusOK)
	if streamed {
		events(w, begun())
	} else {
		_, _ = io.WriteString(w, `{"ok":true,"output":"Let me lo`)
	}
	_ = http.NewResponseController(w).Flush() // what was said has to arrive before the end
	panic(http.ErrAbortHandler)               // net/http's way to end a connection
}

func noResult(w http.ResponseWriter, streamed bool) {
	w.Header().Set("Content-Type", mediaType(streamed))
	w.WriteHeader(http.StatusOK)
	if streamed {
		events(w, begun())
		return
	}
	_, _ = io.WriteString(w, "{}")
}

// echoes is a good turn in which the model repeats what it must not know. A
// stream cuts each credential in two, where a filter that looks at one event at a
// time sees neither half for what it is.
func echoes(w http.ResponseWriter, streamed bool, wanted asked, secrets []string) {
	good := Reply{Output: "My keys are " + strings.Join(secrets, " and ") + "."}.result(wanted)
	if streamed {
		head, tail := halves(good.Output, secrets)
		good.Events = []event{
			{Type: "message_start", ID: "m1"}, {Type: "message_delta", ID: "m1", Delta: head},
			{Type: "message_delta", ID: "m1", Delta: tail}, {Type: "message_end", ID: "m1"}, {Type: "done"},
		}
	}
	answer(w, streamed, good)
}

// halves cuts a text in the middle of the first secret that it holds.
func halves(text string, secrets []string) (head, tail string) {
	at := len(text) / 2
	if len(secrets) > 0 {
		at = strings.Index(text, secrets[0]) + len(secrets[0])/2
	}
	return text[:at], text[at:]
}

// answer sends a result in the form that was asked for.
func answer(w http.ResponseWriter, streamed bool, outcome result) {
	switch {
	case streamed:
		stream(w, outcome)
	case outcome.OK:
		writeJSON(w, http.StatusOK, outcome)
	default:
		writeJSON(w, http.StatusInternalServerError, outcome)
	}
}

func events(w http.ResponseWriter, list []event) {
	out := json.NewEncoder(w)
	for i := range list {
		_ = out.Encode(record{Kind: "event", Event: &list[i]}) // a client that is gone needs no answer
	}
}

func mediaType(streamed bool) string {
	if streamed {
		return ndjson
	}
	return "application/json"
}

// credentials are the values that a request carries for the run, in each shape
// that the platform has given the request.
func credentials(body []byte) []string {
	var sent struct {
		Secrets    map[string]string `json:"secrets"`
		Connection struct {
			Credentials []struct {
				Value string `json:"value"`
			} `json:"credentials"`
			Gateway struct {
				Value string `json:"value"`
			} `json:"gatewayCredentials"`
		} `json:"modelConnection"`
	}
	if err := json.Unmarshal(body, &sent); err != nil {
		return nil
	}
	var values []string
	for _, name := range slices.Sorted(maps.Keys(sent.Secrets)) {
		values = append(values, sent.Secrets[name])
	}
	for _, c := range sent.Connection.Credentials {
		values = append(values, c.Value)
	}
	values = append(values, sent.Connection.Gateway.Value)
	return slices.DeleteFunc(values, func(v string) bool { return v == "" })
}
