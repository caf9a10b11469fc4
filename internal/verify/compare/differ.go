package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/internal/verify/play"
)

// Result is the comparison of one area of one input.
type Result struct {
	Area Area
	// Differences says each in one line what differs, and how; empty where the two
	// agree.
	Differences []string
}

// Observations compares what the real Pi and the fake did with one input. Areas
// that neither of them showed are left out.
func Observations(in input.Input, real, fake play.Observation) []Result {
	r, f := factsOf(in, real), factsOf(in, fake)
	var out []Result
	for _, d := range Areas() {
		if len(r[d.Area]) == 0 && len(f[d.Area]) == 0 {
			continue
		}
		out = append(out, Result{d.Area, differences(r[d.Area], f[d.Area])})
	}
	return out
}

// differences compares two lists of facts. Facts are told apart by their names;
// of two with one name the first belongs to the first.
func differences(real, fake []fact) []string {
	index := func(facts []fact) (map[string]any, []string) {
		m, order, seen := map[string]any{}, []string(nil), map[string]int{}
		for _, f := range facts {
			name := f.name
			if seen[f.name]++; seen[f.name] > 1 {
				name = fmt.Sprintf("%s (%d)", f.name, seen[f.name])
			}
			m[name] = f.value
			order = append(order, name)
		}
		return m, order
	}
	r, order := index(real)
	f, more := index(fake)
	for _, name := range more {
		if _, ok := r[name]; !ok {
			order = append(order, name)
		}
	}
	var out []string
	for _, name := range order {
		a, inReal := r[name]
		b, inFake := f[name]
		switch {
		case !inFake:
			out = append(out, fmt.Sprintf("%s: only the real one: %s", name, brief(a)))
		case !inReal:
			out = append(out, fmt.Sprintf("%s: only the fake: %s", name, brief(b)))
		default:
			walk(name, a, b, &out)
		}
	}
	return out
}

// walk compares two values down to where they differ.
func walk(path string, real, fake any, out *[]string) {
	switch r := real.(type) {
	case map[string]any:
		f, ok := fake.(map[string]any)
		if !ok {
			break
		}
		names := slices.Collect(maps.Keys(r))
		for name := range f {
			if _, ok := r[name]; !ok {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			a, inReal := r[name]
			b, inFake := f[name]
			at := path + "." + name
			switch {
			case !inFake:
				*out = append(*out, fmt.Sprintf("%s: real %s, fake nothing", at, brief(a)))
			case !inReal:
				*out = append(*out, fmt.Sprintf("%s: real nothing, fake %s", at, brief(b)))
			default:
				walk(at, a, b, out)
			}
		}
		return
	case []any:
		f, ok := fake.([]any)
		if !ok {
			break
		}
		for i := range min(len(r), len(f)) {
			walk(fmt.Sprintf("%s[%d]", path, i), r[i], f[i], out)
		}
		switch {
		case len(r) > len(f):
			*out = append(*out, fmt.Sprintf("%s: real has %d items, fake %d; next %s", path, len(r), len(f), brief(r[len(f)])))
		case len(f) > len(r):
			*out = append(*out, fmt.Sprintf("%s: real has %d items, fake %d; next %s", path, len(r), len(f), brief(f[len(r)])))
		}
		return
	}
	if a, b := encode(real), encode(fake); a != b {
		*out = append(*out, fmt.Sprintf("%s: real %s, fake %s", path, clip(a), clip(b)))
	}
}

func encode(v any) string {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func brief(v any) string { return clip(encode(v)) }

// clip keeps a line readable.
func clip(text string) string {
	const most = 400
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
