package evidence

import (
	"strings"

	"github.com/agenta-ai/conform/evidence/runrequest"
	"github.com/agenta-ai/conform/fakes/runner"
)

// Known is a canary with its value, as Seal needs it.
type Known struct {
	Label string
	Value string // the mark and lower-case letters
}

// Seal returns the evidence without any secret: every canary, whole or in
// part, plain or base64, is replaced by its Mark, and Sightings says where it
// stood. Nothing of ev is changed.
//
// What conform itself planted (Input) is sealed too but is no sighting.
// Secrets and earlier sightings carry labels only and are left alone.
func Seal(ev Evidence, secrets []Known, mark string) Evidence {
	s := &sealer{finder: newFinder(secrets, mark)}
	s.quiet = true
	ev.Input = s.sealed(ev.Input).(Input)
	s.quiet = false

	labels, input, before := ev.Secrets, ev.Input, ev.Sightings
	ev.Secrets, ev.Input, ev.Sightings = nil, Input{}, nil
	ev = s.sealed(ev).(Evidence)
	ev.Secrets, ev.Input = labels, input
	ev.Sightings = append(before[:len(before):len(before)], s.sightings...)
	ev.Requests = requests(ev.Wire)
	return ev
}

// requests reads the run requests of sealed calls; what cannot be read is in the
// call as it came.
func requests(calls []runner.Call) []runrequest.Request {
	var all []runrequest.Request
	for _, c := range calls {
		if c.Method != "POST" || c.Path != "/run" && c.Path != "/stream" {
			continue
		}
		if r, err := runrequest.Read(c.Body); err == nil {
			all = append(all, r)
		}
	}
	return all
}

// sealer notes what the finder replaces, with the place.
type sealer struct {
	*finder
	place     []step
	quiet     bool
	sightings []Sighting
}

// text seals one string.
func (s *sealer) text(v string) (string, bool) {
	if !s.suspect(v) {
		return v, false
	}
	var out strings.Builder
	var noted []Sighting // the same canary twice in one string is one sighting
	rest := v
	for {
		before, hit, after, ok := s.next(rest)
		if !ok {
			break
		}
		out.WriteString(before)
		out.WriteString(Mark(hit.Label))
		rest = after
		if !contains(noted, hit) {
			noted = append(noted, hit)
		}
	}
	out.WriteString(rest)
	if !s.quiet {
		for _, hit := range noted {
			hit.Place = path(s.place)
			s.sightings = append(s.sightings, hit)
		}
	}
	return out.String(), len(noted) > 0
}

func contains(noted []Sighting, hit Sighting) bool {
	for _, n := range noted {
		if n == hit {
			return true
		}
	}
	return false
}
