package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/internal/verify/play"
)

// fact is one thing that was seen.
type fact struct {
	name  string
	value any
}

type facts map[Area][]fact

func (f facts) add(a Area, name string, value any) { f[a] = append(f[a], fact{name, value}) }

// factsOf sorts an observation into areas.
func factsOf(in input.Input, o play.Observation) facts {
	n, f := newNormal(o), facts{}
	f.add(Exit, "exit code", float64(o.Exit))
	stderr := n.stderr(o.Stderr)
	f.add(Exit, "stderr", strings.Join(stderr, "\n"))
	f.add(Files, "files", n.files(o.Files))
	if !in.RPC() {
		f.add(Config, "stdout", n.text(o.Stdout))
		f.add(Config, "stderr", strings.Join(stderr, "\n"))
		return f
	}
	f.add(Config, "warnings", strings.Join(stderr, "\n"))
	for i, s := range in.Steps {
		if i < len(o.Steps) {
			n.step(f, fmt.Sprintf("step %d %s", i, commandOf(s)), i, s, o.Steps[i])
		}
	}
	if len(o.Steps) < len(in.Steps) {
		f.add(RPC, "steps", fmt.Sprintf("%d of %d", len(o.Steps), len(in.Steps)))
	}
	for i, r := range o.Requests {
		f.add(Requests, fmt.Sprintf("request %d", i), n.request(r))
	}
	asked := map[string]any{} // how often, by host
	for _, r := range o.Requests {
		host := n.text(r.Host)
		times, _ := asked[host].(float64)
		asked[host] = times + 1
	}
	f.add(Requests, "requests", asked)
	if len(o.Refused) > 0 {
		f.add(Requests, "hosts that nobody plays", strings.Join(o.Refused, " "))
	}
	return f
}

// commandOf is what a step is called.
func commandOf(s input.Step) string {
	if s.Kind == input.End {
		return "end by " + s.Line
	}
	if _, rest, ok := strings.Cut(s.Line, `"type":"`); ok {
		name, _, _ := strings.Cut(rest, `"`)
		return name
	}
	return fmt.Sprintf("%.20q", s.Line)
}

// step sorts what was said in one step.
func (n *normal) step(f facts, name string, index int, s input.Step, seen play.Seen) {
	if seen.Silence != "" {
		f.add(RPC, name+" waits in vain for", seen.Silence)
	}
	var events []any
	run := false
	for _, text := range seen.Lines {
		v := n.parse(text)
		line, _ := v.(map[string]any)
		kind, _ := line["type"].(string)
		if kind != "response" {
			run = run || kind == "agent_start"
			n.event(f, name, kind, line, v)
			if kind == "message_update" {
				begun(events)
			}
			events = append(events, simple(v))
			continue
		}
		if line["id"] == "barrier" {
			continue
		}
		n.answer(f, name, index, s, line)
	}
	if s.Kind == input.Prompt || run || len(events) > 0 {
		events = inOrder(inOnePiece(events))
		f.add(Events, name+" events", types(events))
		f.add(Events, name, events)
	}
}

// answer sorts a response.
func (n *normal) answer(f facts, name string, index int, s input.Step, line map[string]any) {
	command, _ := line["command"].(string)
	data, _ := line["data"].(map[string]any)
	model := []string{"set_model", "cycle_model", "set_thinking_level", "cycle_thinking_level", "get_available_thinking_levels"}
	switch {
	case command == "get_available_models":
		f.add(Models, name, line)
	case command == "get_state" && data["model"] != nil:
		area := SetModel
		if index == 0 {
			area = Default
		}
		f.add(area, name+" model", map[string]any{"model": data["model"], "thinkingLevel": data["thinkingLevel"]})
		delete(data, "model")
		delete(data, "thinkingLevel")
		f.add(RPC, name, line)
	case slices.Contains(model, command):
		f.add(SetModel, name, line)
	case command == "prompt" && line["success"] == false:
		f.add(Errors, name, line)
	default:
		f.add(RPC, name, line)
	}
}

// event sorts an event.
func (n *normal) event(f facts, name, kind string, line map[string]any, whole any) {
	switch kind {
	case "auto_retry_start", "auto_retry_end":
		f.add(Retries, name+" "+kind, whole)
	case "message_end":
		m, _ := line["message"].(map[string]any)
		if text, ok := m["errorMessage"]; ok {
			f.add(Errors, name+" errorMessage", text)
		}
	case "agent_end":
		if again, ok := line["willRetry"]; ok {
			f.add(Retries, name+" willRetry", again)
		}
	}
}

// inOrder sorts what is told of tools that run side by side by the tool: which of
// them is done first is a matter of chance.
func inOrder(events []any) []any {
	member := func(e any, name string) string {
		line, _ := e.(map[string]any)
		text, _ := line[name].(string)
		return text
	}
	place := map[string]int{}
	for from := 0; from < len(events); {
		to := from
		for ; to < len(events); to++ {
			kind := member(events[to], "type")
			if kind == "tool_execution_start" {
				place[member(events[to], "toolCallId")] = len(place)
			}
			if kind != "tool_execution_update" && kind != "tool_execution_end" {
				break
			}
		}
		slices.SortStableFunc(events[from:to], func(a, b any) int {
			return cmp.Compare(place[member(a, "toolCallId")], place[member(b, "toolCallId")])
		})
		from = to + 1
	}
	return events
}

// inOnePiece joins what a command of the client prints: the kernel decides in how
// many pieces that comes.
func inOnePiece(events []any) []any {
	var out []any
	for _, e := range events {
		line, _ := e.(map[string]any)
		piece, ok := line["delta"].(string)
		if n := len(out); ok && n > 0 && line["type"] == "bash_execution_update" {
			last, _ := out[n-1].(map[string]any)
			if before, ok := last["delta"].(string); ok && last["type"] == line["type"] && last["id"] == line["id"] {
				last["delta"] = before + piece
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

// begun makes of an answer that began, and then said something, one that had said
// nothing yet: that it failed later may already stand in its beginning, if all of
// it had been read.
func begun(events []any) {
	if len(events) == 0 {
		return
	}
	last, _ := events[len(events)-1].(map[string]any)
	m, _ := last["message"].(map[string]any)
	if last["type"] == "message_start" && m["role"] == "assistant" {
		m["stopReason"] = unsaid
		delete(m, "errorMessage")
	}
}

// unsaid stands for the stop reason of an answer that has begun.
const unsaid = "<none yet>"

// simple leaves out of an event what is compared elsewhere, or already holds what
// comes later: how much of a stream has been read when a piece of it is told.
func simple(v any) any {
	line, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for k, value := range line {
		out[k] = value
	}
	if m, ok := line["message"].(map[string]any); ok && out["type"] == "message_start" && m["role"] == "assistant" {
		begun := map[string]any{}
		for _, k := range []string{"role", "api", "provider", "stopReason", "errorMessage"} {
			if value, ok := m[k]; ok {
				begun[k] = value
			}
		}
		switch begun["stopReason"] {
		case "stop", "toolUse", "length", "pending": // the last if little of it had been read
			begun["stopReason"] = unsaid
		}
		out["message"] = begun
	}
	if out["type"] == "message_update" {
		out["message"], out["usage"] = present(line, "message"), present(line, "usage")
		if e, ok := line["assistantMessageEvent"].(map[string]any); ok {
			event := map[string]any{}
			for k, value := range e {
				event[k] = value
			}
			event["partial"] = present(e, "partial")
			out["assistantMessageEvent"] = event
		}
	}
	return out
}

func present(m map[string]any, name string) string {
	if _, ok := m[name]; ok {
		return "<there>"
	}
	return "<absent>"
}

// types is the sequence of the kinds of events, with runs of one kind told once.
func types(events []any) string {
	var out []string
	for _, e := range events {
		line, _ := e.(map[string]any)
		kind, _ := line["type"].(string)
		if inner, ok := line["assistantMessageEvent"].(map[string]any); ok {
			kind = fmt.Sprint(inner["type"])
		}
		if m, ok := line["message"].(map[string]any); ok && m["role"] != nil {
			kind += fmt.Sprintf("(%v)", m["role"])
		}
		out = append(out, kind)
	}
	return strings.Join(slices.Compact(out), " ")
}
