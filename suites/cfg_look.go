package suites

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
)

// ran is the Pi process of the session; that there is none is a mismatch.
func (in In) ran(g Gomega) *flight.Record {
	p := in.session()
	g.Expect(p != nil).To(BeTrue(), "a Pi process was started")
	return p
}

// ended is the outcome of the turn; that there is none is a mismatch.
func (in In) ended(g Gomega) *protocol.Outcome {
	g.Expect(in.Got.Outcome != nil).To(BeTrue(), "the turn has an outcome")
	return in.Got.Outcome
}

// numbered is a request to a provider and its place in the evidence.
type numbered struct {
	providers.Call
	place string
}

// calls are the requests that asked a provider for an answer.
func (in In) calls() []numbered {
	var out []numbered
	for i, c := range in.Got.Providers {
		if c.Method == "POST" {
			out = append(out, numbered{c, fmt.Sprintf("providers[%d] (%s %s%s)", i, c.Method, c.Host, c.Path)})
		}
	}
	return out
}

// unremarked expects that the provider found nothing odd of some kinds.
func (c numbered) unremarked(g Gomega, kinds ...providers.RemarkKind) {
	var odd []string
	for _, r := range c.Remarks {
		if slices.Contains(kinds, r.Kind) {
			odd = append(odd, r.String())
		}
	}
	g.Expect(odd).To(BeEmpty(), "what the provider found odd about %s", c.place)
}

// asked is calls; that there are none is a mismatch.
func (in In) asked(g Gomega) []numbered {
	all := in.calls()
	g.Expect(len(all)).NotTo(BeZero(), "requests to a provider")
	return all
}

// path is where the tables send a request.
func (in In) path(c numbered) string {
	id := in.id()
	if id == "" {
		id = c.Model
	}
	return strings.ReplaceAll(in.Want.Get("request.path"), "{model}", id)
}

// auth is auth.json as Pi found it.
func (in In) auth(g Gomega) (map[string]any, bool) {
	var doc map[string]any
	return doc, in.document(g, "auth.json", &doc)
}

// modelsEntry is one provider of models.json.
type modelsEntry struct {
	BaseURL string `json:"baseUrl"`
	API     string `json:"api"`
	APIKey  string `json:"apiKey"`
	Models  []struct {
		ID string `json:"id"`
	} `json:"models"`
}

// models is the providers of models.json as Pi found it.
func (in In) models(g Gomega) (map[string]modelsEntry, bool) {
	var doc struct {
		Providers map[string]modelsEntry `json:"providers"`
	}
	ok := in.document(g, "models.json", &doc)
	return doc.Providers, ok
}

// taught is the entry of models.json for the connection: the one under Pi's id,
// or the only one there is (that its name is wrong is CFG-13's to say).
func (in In) taught(g Gomega) (modelsEntry, bool) {
	all, ok := in.models(g)
	if !ok {
		return modelsEntry{}, false
	}
	if e, ok := all[in.Kind["pi"]]; ok {
		return e, true
	}
	for _, e := range all {
		if len(all) == 1 {
			return e, true
		}
	}
	g.Expect(slices.Sorted(maps.Keys(all))).To(ContainElement(in.Kind["pi"]), "providers in models.json")
	return modelsEntry{}, false
}

// document reads a JSON file of Pi's folder at exec; that it is missing or
// unreadable is a mismatch.
func (in In) document(g Gomega, path string, into any) bool {
	p := in.ran(g)
	if p == nil {
		return false
	}
	f, ok := file(p, path)
	g.Expect(ok).To(BeTrue(), "%s in Pi's folder", path)
	if !ok {
		return false
	}
	err := json.Unmarshal([]byte(f.Content), into)
	g.Expect(err).NotTo(HaveOccurred(), "%s in Pi's folder", path)
	return err == nil
}

// belowTemp reports whether Pi's folder lay below the runner's temporary root,
// and whether the evidence can tell.
func (in In) belowTemp(p *flight.Record) (below, known bool) {
	for _, e := range in.Got.During {
		if e.Dir && strings.HasSuffix(p.AgentDir, "/"+strings.Trim(e.Path, "/")) {
			return true, true
		}
	}
	if v, ok := variable(p, "TMPDIR"); ok && v.Value != "" {
		return strings.HasPrefix(p.AgentDir, strings.TrimRight(v.Value, "/")+"/"), true
	}
	return false, len(in.Got.Providers) > 0
}

func byPath(entries []evidence.Entry) map[string]evidence.Entry {
	m := map[string]evidence.Entry{}
	for _, e := range entries {
		m[e.Path] = e
	}
	return m
}

// sameJSON is the difference of two documents, "" if they say the same. No file
// and an empty object are the same: Pi itself makes the empty one.
func sameJSON(a, b string) string {
	read := func(s string) any {
		var v any
		switch {
		case strings.TrimSpace(s) == "":
			return map[string]any{}
		case json.Unmarshal([]byte(s), &v) != nil:
			return s
		}
		return v
	}
	return cmp.Diff(read(a), read(b))
}

// marks are the canaries of some roles as they stand in sealed evidence.
func (in In) marks(roles ...evidence.Role) []string {
	var out []string
	for label := range in.labels(roles...) {
		out = append(out, evidence.Mark(label))
	}
	return out
}

// seen says of a sighting what was seen where.
func seen(s evidence.Sighting) string {
	if s.Form != "" {
		return fmt.Sprintf("%s (%s) at %s", s.Label, s.Form, s.Place)
	}
	return s.Label + " at " + s.Place
}

// text is a JSON value as a string, "" if it is none.
func text(v any) string {
	s, _ := v.(string)
	return s
}

func withoutPort(host string) string {
	return strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
}

func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
