package providers_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/agenta-ai/conform/fakes/providers"
)

// heard is what a client makes of an answer with all there is in it.
type heard struct {
	Reasoning, Text string
	Tools           map[string]string // name to arguments
	Finish          string
}

// ear collects an answer from its documents, whole or in pieces.
type ear struct {
	heard
	open string // tool whose arguments come in pieces
}

func (e *ear) tool(name, arguments string) {
	if e.Tools == nil {
		e.Tools = map[string]string{}
	}
	if name != "" {
		e.open = name
	}
	e.Tools[e.open] += arguments
}

// hear reads one document of any dialect.
func (e *ear) hear(d map[string]any) {
	for _, c := range items(d, "choices") { // OpenAI and those like it
		e.Text += at(c, "text")
		for _, m := range []any{field(c, "message"), field(c, "delta")} {
			e.Reasoning += at(m, "reasoning") + at(m, "reasoning_content")
			e.Text += at(m, "content")
			for _, part := range items(m, "content") {
				e.Reasoning += at(part, "thinking", 0, "text")
				e.Text += at(part, "text")
			}
			for _, t := range items(m, "tool_calls") {
				e.tool(at(t, "function", "name"), at(t, "function", "arguments"))
			}
		}
		if f := at(c, "finish_reason"); f != "" {
			e.Finish = f
		}
	}
	for _, c := range items(d, "candidates") { // Google
		for _, p := range items(field(c, "content"), "parts") {
			if thought, _ := field(p, "thought").(bool); thought {
				e.Reasoning += at(p, "text")
			} else {
				e.Text += at(p, "text")
			}
			if call := field(p, "functionCall"); call != nil {
				e.tool(at(call, "name"), text(field(call, "args")))
			}
		}
		if f := at(c, "finishReason"); f != "" {
			e.Finish = f
		}
	}
	e.blocks(d)
	e.items(d)
}

// blocks reads Anthropic's documents.
func (e *ear) blocks(d map[string]any) {
	if at(d, "type") == "message" {
		for _, b := range items(d, "content") {
			e.Text += at(b, "text")
			e.Reasoning += at(b, "thinking")
			if at(b, "type") == "tool_use" {
				e.tool(at(b, "name"), text(field(b, "input")))
			}
		}
		e.Finish = at(d, "stop_reason")
	}
	switch at(d, "type") {
	case "content_block_start":
		if at(d, "content_block", "type") == "tool_use" {
			e.tool(at(d, "content_block", "name"), "")
		}
	case "content_block_delta":
		e.Text += at(d, "delta", "text")
		e.Reasoning += at(d, "delta", "thinking")
		if args := at(d, "delta", "partial_json"); args != "" {
			e.tool("", args)
		}
	case "message_delta":
		e.Finish = at(d, "delta", "stop_reason")
	}
}

// items reads the documents of OpenAI's responses.
func (e *ear) items(d map[string]any) {
	switch at(d, "type") {
	case "response.output_text.delta":
		e.Text += at(d, "delta")
	case "response.reasoning_summary_text.delta":
		e.Reasoning += at(d, "delta")
	case "response.output_item.added":
		if at(d, "item", "type") == "function_call" {
			e.tool(at(d, "item", "name"), "")
		}
	case "response.function_call_arguments.delta":
		e.tool("", at(d, "delta"))
	case "response.completed", "response.incomplete":
		e.Finish = at(d, "response", "status")
	}
	if at(d, "object") != "response" {
		return
	}
	e.Finish = at(d, "status")
	for _, item := range items(d, "output") {
		e.Text += at(item, "content", 0, "text")
		e.Reasoning += at(item, "summary", 0, "text")
		if at(item, "type") == "function_call" {
			e.tool(at(item, "name"), at(item, "arguments"))
		}
	}
}

func field(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

func items(v any, name string) []any {
	list, _ := field(v, name).([]any)
	return list
}

func text(v any) string {
	out, _ := json.Marshal(v)
	return string(out)
}

// listen hears a whole body, streamed or not.
func listen(t *testing.T, body string) heard {
	t.Helper()
	var e ear
	var whole map[string]any
	if json.Unmarshal([]byte(body), &whole) == nil {
		e.hear(whole)
		return e.heard
	}
	for line := range strings.Lines(body) {
		data, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var d map[string]any
		if err := json.Unmarshal([]byte(data), &d); err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		e.hear(d)
	}
	return e.heard
}

func TestEveryDialectSaysAll(t *testing.T) {
	args := `{"city":"Zürich","days":[1,2]}`
	say := &providers.Say{Reasoning: "First I think it over, at length.", Text: "Let me look that up.", Tools: []providers.Tool{
		{Name: "get_weather", Arguments: providers.Arguments{Value: args}},
		{Name: "get_time", Arguments: providers.Arguments{}},
	}}
	change := func(s *providers.Script) { s.Rules = []providers.Rule{{Say: say}} }
	for _, streamed := range []bool{false, true} {
		each(t, change, func(t *testing.T, l lane, s speaker) {
			_, body, err := l.send(t, s.request("good-"+s.host, "acme/m", streamed))
			if err != nil {
				t.Fatal(err)
			}
			want := heard{Reasoning: say.Reasoning, Text: say.Text, Tools: map[string]string{"get_weather": args, "get_time": "{}"}, Finish: "tool_calls"}
			switch s.dialect {
			case "anthropic-messages":
				want.Finish = "tool_use"
				if streamed {
					break
				}
				want.Tools["get_weather"] = `{"city":"Zürich","days":[1,2]}`
			case "openai-responses":
				want.Finish = "completed"
			case "google-generative-ai":
				want.Finish = "STOP"
			case "text-completions":
				want = heard{Text: say.Text, Finish: "tool_calls"} // it has neither tools nor reasoning
			}
			if s.host == "api.openai.com" && s.dialect == "openai-completions" {
				want.Reasoning = "" // OpenAI keeps it for itself
			}
			if diff := cmp.Diff(want, listen(t, body)); diff != "" {
				t.Errorf("%s\nin %s", diff, body)
			}
		})
	}
}

func TestHowAnswersEnd(t *testing.T) {
	words := map[string]map[providers.Finish]string{
		"openai-completions":    {"length": "length", "content_filter": "content_filter", "stop": "stop"},
		"mistral-conversations": {"length": "length", "content_filter": "content_filter", "stop": "stop"},
		"text-completions":      {"length": "length", "content_filter": "content_filter", "stop": "stop"},
		"anthropic-messages":    {"length": "max_tokens", "content_filter": "refusal", "stop": "end_turn"},
		"openai-responses":      {"length": "incomplete", "content_filter": "incomplete", "stop": "completed"},
		"google-generative-ai":  {"length": "MAX_TOKENS", "content_filter": "SAFETY", "stop": "STOP"},
	}
	for _, finish := range []providers.Finish{providers.FinishLength, providers.FinishFilter, providers.FinishStop} {
		change := func(s *providers.Script) {
			s.Rules = []providers.Rule{{Say: &providers.Say{Text: "x", Finish: finish}}}
		}
		for _, streamed := range []bool{false, true} {
			each(t, change, func(t *testing.T, l lane, s speaker) {
				_, body, err := l.send(t, s.request("good-"+s.host, "acme/m", streamed))
				if err != nil {
					t.Fatal(err)
				}
				if got := listen(t, body).Finish; got != words[s.dialect][finish] {
					t.Errorf("%s ends as %q, want %q", finish, got, words[s.dialect][finish])
				}
			})
		}
	}
}
