package compare

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/agenta-ai/conform/internal/verify/endpoint"
	"github.com/agenta-ai/conform/internal/verify/play"
)

// request makes a request comparable.
func (n *normal) request(r endpoint.Request) map[string]any {
	headers := map[string]any{}
	for name, values := range r.Header {
		switch name = strings.ToLower(name); name {
		case "content-length": // follows from the body, and so from the words of the system prompt
			headers[name] = "<length>"
		default:
			headers[name] = n.text(strings.Join(values, ", "))
		}
	}
	body := n.parse(r.Body)
	if b, ok := body.(map[string]any); ok {
		n.body(b)
	}
	return map[string]any{
		"step": float64(r.Step), "method": r.Method, "url": r.Scheme + "://" + n.text(r.Host) + n.text(r.Target),
		"header": headers, "body": body,
	}
}

// body replaces what is Pi's own text, the system prompt and what it says of its
// tools, by how long it is. Whatever of a prompt comes from the configuration is
// still compared.
func (n *normal) body(b map[string]any) {
	for _, member := range []string{"system", "systemInstruction", "instructions"} {
		if v, ok := b[member]; ok {
			b[member] = ours(v)
		}
	}
	for _, member := range []string{"messages", "input"} {
		messages, _ := b[member].([]any)
		for _, m := range messages {
			m, ok := m.(map[string]any)
			if !ok || m["role"] != "system" && m["role"] != "developer" {
				continue
			}
			if content, ok := m["content"]; ok {
				m["content"] = ours(content)
			}
			if tools, ok := m["tools"]; ok { // that the conversation has from here on
				m["tools"] = measured(tools)
			}
		}
	}
	if tools, ok := b["tools"]; ok {
		b["tools"] = measured(tools)
	}
	for name, v := range b {
		b[name] = unasked(v)
	}
}

// What Pi says in its own words around a conversation that it wants summed up, and
// before a summary.
var (
	askedFor = regexp.MustCompile(`(?s)^<conversation>\n.*\n</conversation>\n\n(?:<previous-summary>\n.*\n</previous-summary>\n\n)?(.+?)(?:\n\nAdditional focus: .*)?$`)
	summedUp = regexp.MustCompile(`(?s)^([^\n]+)\n\n<summary>\n.*\n</summary>$`)
)

// unasked leaves these words out of the texts of a request, all but their length.
func unasked(v any) any {
	switch v := v.(type) {
	case string:
		for _, own := range []*regexp.Regexp{askedFor, summedUp} {
			if at := own.FindStringSubmatchIndex(v); at != nil {
				return v[:at[2]] + fmt.Sprintf("<%d characters>", utf8.RuneCountInString(v[at[2]:at[3]])) + v[at[3]:]
			}
		}
	case []any:
		for i := range v {
			v[i] = unasked(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = unasked(v[name])
		}
	}
	return v
}

// ours replaces the texts of a system prompt by their length and what of the input
// they contain.
func ours(v any) any {
	switch v := v.(type) {
	case string:
		if len(v) < 40 && !strings.Contains(v, "\n") {
			return v // such as a type
		}
		text := fmt.Sprintf("<%d characters>", utf8.RuneCountInString(v))
		for _, mark := range []string{"Be brief.", "And kind.", "Be kind.", "AGENTS.md", "shout", "At the top.", "{HOME}/work", "<date>"} {
			if strings.Contains(v, mark) {
				text += " " + mark
			}
		}
		return text
	case []any:
		for i := range v {
			v[i] = ours(v[i])
		}
		return v
	case map[string]any:
		for name := range v {
			v[name] = ours(v[name])
		}
		return v
	}
	return v
}

// measured replaces the descriptions of tools and their parameters by their length.
func measured(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = measured(v[i])
		}
	case map[string]any:
		for name, value := range v {
			if text, ok := value.(string); ok && name == "description" {
				v[name] = fmt.Sprintf("<%d characters>", utf8.RuneCountInString(text))
				continue
			}
			v[name] = measured(value)
		}
	}
	return v
}

// files makes a listing comparable.
func (n *normal) files(files []play.File) map[string]any {
	out := map[string]any{}
	for _, f := range files {
		path := n.text(f.Path)
		switch {
		case strings.HasSuffix(path, ".html"): // a page of Pi's own making
			out[path] = map[string]any{"mode": f.Mode, "content": "<page>"}
		case strings.HasSuffix(path, ".jsonl"):
			out[path] = map[string]any{"mode": f.Mode, "entries": n.entries(f.Text)}
		case f.Text != "":
			out[path] = map[string]any{"mode": f.Mode, "content": n.parse(f.Text)}
		default:
			out[path] = f.Mode
		}
	}
	return out
}

// entries is what a session file is made of.
func (n *normal) entries(text string) []any {
	var out []any
	for line := range strings.Lines(text) {
		v, ok := n.parse(line).(map[string]any)
		if !ok {
			out = append(out, n.text(line))
			continue
		}
		var keys []string
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		entry := map[string]any{"members": strings.Join(keys, " ")}
		for _, k := range []string{"type", "version", "cwd", "provider", "modelId", "thinkingLevel", "name"} {
			if value, ok := v[k]; ok {
				entry[k] = value
			}
		}
		if m, ok := v["message"].(map[string]any); ok {
			entry["message"] = fmt.Sprint(m["role"], " ", m["stopReason"])
		}
		out = append(out, entry)
	}
	return out
}
