package findings

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/verdict"
)

// maxLine is how much of one exchange a finding shows.
const maxLine = 900

// told is what the caller of the smallest cell was told.
func told(r verdict.Result) string {
	if r.Evidence == nil || r.Evidence.Outcome == nil {
		return ""
	}
	out := r.Evidence.Outcome
	if out.Error == nil {
		return fmt.Sprintf("HTTP %d, reply %q", out.Status, clip(out.Reply, 120))
	}
	return fmt.Sprintf("HTTP %d, %s: %s", out.Status, out.Error.Class, clip(one(out.Error.Message), 300))
}

// exchange is what crossed in a cell: what was stored and asked, and each request
// with its answer.
func exchange(r verdict.Result) []string {
	ev := r.Evidence
	if ev == nil {
		return nil
	}
	var out []string
	add := func(format string, args ...any) { out = append(out, clip(one(fmt.Sprintf(format, args...)), maxLine)) }
	if ev.Input.Turn != nil {
		add("turn: harness %s, llm %s", ev.Input.Turn.Harness, ev.Input.Turn.LLM)
	}
	for _, record := range ev.Input.Records {
		text, err := json.Marshal(record.Data)
		if err == nil {
			add("stored: %s %q, slug %q: %s", record.Kind, record.Header.Name, record.Slug, text)
		}
	}
	for _, c := range ev.Vault {
		add("%s %s → %d", c.Method, c.Path, c.Status)
	}
	for _, c := range ev.Platform {
		add("%s %s → %d", c.Method, c.Path, c.Status)
	}
	for _, c := range ev.Wire {
		add("runner: %s %s %s → %d %s", c.Method, c.Path, small(c.Body), c.Status, c.Reply)
	}
	for _, q := range ev.Requests {
		text, err := json.Marshal(q)
		if err == nil {
			add("the same in one form: %s", text)
		}
	}
	for _, c := range ev.Elsewhere {
		add("another address: %s %s → %d", c.Method, c.Path, c.Status)
	}
	return out
}

// resolvedMembers are the members of a run request that findings are about.
var resolvedMembers = []string{"harness", "model", "provider", "deployment", "credentialMode", "secrets", "endpoint", "connection", "modelConnection"}

// small is a run request without what has nothing to do with connections.
func small(body string) string {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &all) != nil {
		return body
	}
	some := map[string]json.RawMessage{}
	for name, value := range all {
		if slices.Contains(resolvedMembers, name) {
			some[name] = value
		}
	}
	text, err := json.Marshal(some)
	if err != nil {
		return body
	}
	return string(text)
}

// rows are the rows of the decision tables that name one of the clauses.
func rows(r verdict.Result, ids map[string]bool) []string {
	var out []string
	for _, x := range r.Expected {
		if !slices.ContainsFunc(x.Clauses, func(id string) bool { return ids[id] }) {
			continue
		}
		text := fmt.Sprintf("%s = %s: %s (%s)", x.Fact, x.Value, x.Because, x.Row)
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func one(text string) string { return strings.Join(strings.Fields(text), " ") }

func clip(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n]) + "…"
}
