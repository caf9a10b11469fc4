package extract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
)

// Format writes the facts as a catalogue.
func (f Facts) Format() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Built-in models of Pi %s, written by the command gen.\n", f.Version)
	if err := f.writeWords(&out); err != nil {
		return nil, err
	}
	fmt.Fprintf(&out, "!\t%s\n", strings.Join(f.Order, "\t"))
	for rest := f.Models; len(rest) > 0; {
		id := rest[0].Provider
		n := slices.IndexFunc(rest, func(m catalog.Model) bool { return m.Provider != id })
		if n < 0 {
			n = len(rest)
		}
		if err := writeProvider(&out, f.Providers[id], rest[:n]); err != nil {
			return nil, fmt.Errorf("provider %s: %w", id, err)
		}
		rest = rest[n:]
	}
	return out.Bytes(), nil
}

func (f Facts) writeWords(out *bytes.Buffer) error {
	lines := []any{f.Words.Prompt}
	for _, t := range f.Words.Tools {
		lines = append(lines, t)
	}
	for _, line := range lines {
		text, err := json.Marshal(line)
		if err != nil {
			return fmt.Errorf("sizes of texts: %w", err)
		}
		fmt.Fprintf(out, "%s\t%s\n", catalog.WordsMark, text)
	}
	return nil
}

func writeProvider(out *bytes.Buffer, p Provider, models []catalog.Model) error {
	api := most(models, func(m catalog.Model) string { return m.API })
	baseURL := most(models, func(m catalog.Model) string { return m.BaseURL })
	line := []string{"@", models[0].Provider, p.DefaultModel, strings.Join(p.Env, " "), api, baseURL}
	if p.Login {
		line = append(line, "login")
	}
	switch {
	case p.Key == nil:
		line = append(line, catalog.NoKey)
	case *p.Key != "":
		line = append(line, *p.Key)
	}
	fmt.Fprintln(out, strings.Join(line, "\t"))
	for _, m := range models {
		columns, err := modelColumns(m, api, baseURL)
		if err != nil {
			return fmt.Errorf("model %s: %w", m.ID, err)
		}
		fmt.Fprintln(out, strings.Join(columns, "\t"))
	}
	return nil
}

func modelColumns(m catalog.Model, api, baseURL string) ([]string, error) {
	name, flags := m.Name, ""
	if name == m.ID {
		name = ""
	}
	if m.Reasoning {
		flags += "r"
	}
	if slices.Contains(m.Input, "image") {
		flags += "i"
	}
	cost := strings.Join([]string{number(m.Cost.Input), number(m.Cost.Output), number(m.Cost.CacheRead), number(m.Cost.CacheWrite)}, " ")
	columns := []string{m.ID, name, flags, number(m.ContextWindow), number(m.MaxTokens), cost}
	if m.API != api {
		columns = append(columns, "api="+m.API)
	}
	if m.BaseURL != baseURL {
		columns = append(columns, "url="+m.BaseURL)
	}
	for _, extra := range []struct {
		name  string
		value any
		there bool
	}{
		{"think", m.ThinkingLevelMap, m.ThinkingLevelMap != nil},
		{"headers", m.Headers, m.Headers != nil},
		{"compat", m.Compat, m.Compat != nil},
		{"tiers", m.Cost.Tiers, m.Cost.Tiers != nil},
		{"limits", m.InputLimits, m.InputLimits != nil},
		{"cache", m.PromptCache, m.PromptCache != nil},
	} {
		if !extra.there {
			continue
		}
		text, err := json.Marshal(extra.value)
		if err != nil {
			return nil, err
		}
		columns = append(columns, extra.name+"="+string(text))
	}
	for _, c := range columns {
		if strings.ContainsAny(c, "\t\n") {
			return nil, fmt.Errorf("%q cannot stand in a column", c)
		}
	}
	return columns, nil
}

// most returns the value that most models have; of equals the smallest.
func most(models []catalog.Model, of func(catalog.Model) string) string {
	counts := map[string]int{}
	for _, m := range models {
		counts[of(m)]++
	}
	return slices.MaxFunc(slices.Sorted(maps.Keys(counts)), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[a], counts[b]), strings.Compare(b, a))
	})
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
