package suites

import (
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/evidence/runrequest"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
)

// WireBody is the run request as checks compare it: what travelled, in whatever
// shape the subject sends it (see package runrequest).
type WireBody struct {
	runrequest.Request
	Secrets map[string]string // the variables of the run, by name
	Paths   map[string]string // where each of them stands in the body
}

// runCall is the one run request of the case, nil if there was none.
func (in In) runCall() *runner.Call {
	for i, c := range in.Got.Wire {
		if c.Method == "POST" && (c.Path == "/run" || c.Path == "/stream") {
			return &in.Got.Wire[i]
		}
	}
	return nil
}

// handedOn reports whether a run request was seen. Where none may be, this is what to
// ask: a mismatch that shows a whole request shows nothing.
func (in In) handedOn() bool { return in.runCall() != nil }

// reads are the calls to the vault, a short line each.
func (in In) reads() []string {
	var lines []string
	for _, c := range in.Got.Vault {
		lines = append(lines, c.Method+" "+c.Path)
	}
	return lines
}

// travelled is the variable under which the chosen key really travelled, else
// the one under which it should have. The runner half is judged by what it was
// given.
func (in In) travelled() string {
	if body, _, reason := in.runBody(); reason == "" {
		for name, value := range body.Secrets {
			if value == in.chosen() {
				return name
			}
		}
	}
	return in.Want.Get("wire.variable")
}

// request is the run request as it was read once for all checks of a case.
type request struct {
	body    WireBody
	members map[string]any
	reason  string
}

// runBody is the run request as a value and as a plain map, which no check may
// change; a reason if there is none to look at.
func (in In) runBody() (body WireBody, members map[string]any, reason string) {
	if in.sent == nil { // a helper under test, without Judge around it
		return in.readBody()
	}
	r := in.sent()
	return r.body, r.members, r.reason
}

func (in In) readBody() (body WireBody, members map[string]any, reason string) {
	call := in.runCall()
	if call == nil {
		return body, nil, "no run request was seen"
	}
	_ = json.Unmarshal([]byte(call.Body), &members) // what is no object is refused below
	read, err := runrequest.Read(call.Body)
	if err != nil {
		return body, members, err.Error()
	}
	body = WireBody{Request: read, Secrets: read.Variables(), Paths: map[string]string{}}
	for _, c := range read.Credentials {
		body.Paths[c.Name] = c.Path
	}
	return body, members, ""
}

// session is the Pi process that was given the prompt, nil if there was none.
func (in In) session() *flight.Record {
	for i, p := range in.Got.Processes {
		for _, l := range p.Stdin {
			if strings.Contains(l.Text, `"prompt"`) {
				return &in.Got.Processes[i]
			}
		}
	}
	if n := len(in.Got.Processes); n > 0 {
		return &in.Got.Processes[n-1]
	}
	return nil
}

// file is a file of Pi's agent folder at exec.
func file(p *flight.Record, path string) (flight.File, bool) {
	for _, f := range p.Files {
		if f.Path == path && !f.Dir {
			return f, true
		}
	}
	return flight.File{}, false
}

// variable is a variable of Pi's environment.
func variable(p *flight.Record, name string) (flight.Var, bool) {
	for _, v := range p.Env {
		if v.Name == name {
			return v, true
		}
	}
	return flight.Var{}, false
}

// modelCalls are the requests that asked a provider for an answer.
func (in In) modelCalls() []providers.Call {
	var calls []providers.Call
	for _, c := range in.Got.Providers {
		if c.Method == "POST" {
			calls = append(calls, c)
		}
	}
	return calls
}

// labels of the canaries with one of the roles.
func (in In) labels(roles ...evidence.Role) map[string]bool {
	m := map[string]bool{}
	for _, s := range in.Got.Secrets {
		for _, r := range roles {
			if s.Role == r {
				m[s.Label] = true
			}
		}
	}
	return m
}

// chosen is the label of the chosen connection's key as it stands in sealed
// evidence, "" if the case has none.
func (in In) chosen() string {
	for _, s := range in.Got.Secrets {
		if s.Role == evidence.RoleChosen {
			return evidence.Mark(s.Label)
		}
	}
	return ""
}

// sightings of canaries with one of the roles, at places with one of the
// prefixes (all places if there are none).
func (in In) sightings(roles []evidence.Role, prefixes ...string) []evidence.Sighting {
	wanted := in.labels(roles...)
	var out []evidence.Sighting
	for _, s := range in.Got.Sightings {
		if !wanted[s.Label] {
			continue
		}
		if len(prefixes) == 0 {
			out = append(out, s)
			continue
		}
		for _, p := range prefixes {
			if strings.HasPrefix(s.Place, p) {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// failure is the class of the error that the caller saw, "" if there was none.
func (in In) failure() string {
	if in.Got.Outcome == nil || in.Got.Outcome.Error == nil {
		return ""
	}
	return in.Got.Outcome.Error.Class
}
