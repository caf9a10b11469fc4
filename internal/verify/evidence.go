package verify

import (
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/internal/verify/play"
)

// evidenceOf shows both games side by side in the form that reports know: two Pi
// processes. There are no secrets in inputs, so nothing is hidden.
func evidenceOf(cell, seal, version string, in input.Input, real, fake play.Observation) *evidence.Evidence {
	return &evidence.Evidence{
		Cell: cell, Edition: Edition, Seal: seal, Pi: evidence.PiUsed{Kind: "real", Version: version},
		Processes: []flight.Record{record("real", version, in, real), record("fake", version, in, fake)},
	}
}

func record(player, version string, in input.Input, o play.Observation) flight.Record {
	r := flight.Record{Player: player, Version: version, Cwd: input.Home + "/work", AgentDir: input.Home + "/.pi/agent"}
	for _, a := range in.Args {
		r.Argv = append(r.Argv, a...)
	}
	for _, v := range in.Env {
		name, value, _ := strings.Cut(v, "=")
		r.Env = append(r.Env, flight.Var{Name: name, Value: value, Size: len(value)})
	}
	for _, f := range in.Files {
		path, ok := strings.CutPrefix(f.Path, ".pi/agent/")
		if !ok {
			path = "../../" + f.Path
		}
		r.Files = append(r.Files, flight.File{Path: path, Mode: "0644", Size: int64(len(f.Content())), Content: f.Content()})
	}
	for i, s := range o.Steps {
		at := float64(i)
		if i < len(in.Steps) {
			r.Stdin = append(r.Stdin, flight.Line{AtMS: at, Text: in.Steps[i].Line})
			for _, d := range in.Steps[i].During {
				r.Stdin = append(r.Stdin, flight.Line{AtMS: at, Text: string(d)})
			}
		}
		for _, l := range s.Lines {
			r.Stdout = append(r.Stdout, flight.Line{AtMS: at, Text: l})
		}
		if s.Silence != "" {
			r.Notes = append(r.Notes, "waited in vain for "+s.Silence)
		}
	}
	if !in.RPC() {
		for line := range strings.Lines(o.Stdout) {
			r.Stdout = append(r.Stdout, flight.Line{Text: strings.TrimSuffix(line, "\n")})
		}
	}
	for _, q := range o.Requests {
		header := map[string]string{}
		for name, values := range q.Header {
			header[strings.ToLower(name)] = strings.Join(values, ", ")
		}
		r.HTTP = append(r.HTTP, flight.Exchange{Method: q.Method, URL: q.Scheme + "://" + q.Host + q.Target, Header: header, Body: q.Body})
	}
	if o.Stderr != "" {
		r.Notes = append(r.Notes, slices.Collect(strings.Lines(o.Stderr))...)
	}
	r.Exit = &flight.Exit{Code: o.Exit, Reason: "exit"}
	return r
}
