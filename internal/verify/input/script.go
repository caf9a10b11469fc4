package input

import (
	"encoding/json"
	"fmt"
)

// script makes the conversation.
func (m *maker) script() {
	d := m.dice("script")
	m.call(`{"type":"get_state"}`)
	m.call(`{"type":"get_available_models"}`)
	for range 5 + d.IntN(7) {
		switch n := d.IntN(20); {
		case n < 5:
			m.setModel(d)
		case n < 12 && !m.private:
			m.prompt(d)
		case n < 15:
			m.odd(d)
		default:
			m.command(d)
		}
	}
	m.call(`{"type":"get_session_stats"}`)
	if d.one(2) {
		m.call(`{"type":"get_messages"}`)
	}
	m.call(`{"type":"get_state"}`)
	m.end(d)
}

// call adds a command, with an id.
func (m *maker) call(line string) {
	m.step(Step{Kind: Call, Line: m.identified(line)})
}

func (m *maker) step(s Step) { m.in.Steps = append(m.in.Steps, s) }

// identified puts an id at the front of a command.
func (m *maker) identified(line string) string {
	return fmt.Sprintf(`{"id":"c%d",%s`, len(m.in.Steps), line[1:])
}

func jsonOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("input: %v", err)) // plain data
	}
	return string(text)
}

func (m *maker) setModel(d dice) {
	t := m.anyTarget(d)
	switch {
	case d.one(14):
		m.call(fmt.Sprintf(`{"type":"set_model","provider":%s}`, quote(t.provider)))
	case d.one(14):
		m.call(fmt.Sprintf(`{"type":"set_model","provider":%s,"modelId":%s}`, quote("Groq"), quote(t.id)))
	default:
		m.call(fmt.Sprintf(`{"type":"set_model","provider":%s,"modelId":%s}`, quote(t.provider), quote(t.id)))
	}
	if d.one(2) {
		m.call(`{"type":"get_state"}`)
	}
}

// command adds a command that needs no provider.
func (m *maker) command(d dice) {
	m.call(pick(d,
		`{"type":"cycle_model"}`, `{"type":"cycle_thinking_level"}`, `{"type":"get_available_thinking_levels"}`,
		`{"type":"set_thinking_level","level":"high"}`, `{"type":"set_thinking_level","level":"xhigh"}`, `{"type":"set_thinking_level","level":"max"}`,
		`{"type":"set_thinking_level","level":"bogus"}`, `{"type":"set_thinking_level"}`, `{"type":"set_thinking_level","level":"minimal"}`,
		`{"type":"get_commands"}`, `{"type":"get_messages"}`, `{"type":"get_last_assistant_text"}`, `{"type":"get_fork_messages"}`,
		`{"type":"get_available_models"}`, `{"type":"get_state"}`, `{"type":"get_session_stats"}`,
		`{"type":"set_auto_compaction","enabled":false}`, `{"type":"set_auto_compaction","enabled":"no"}`,
		`{"type":"set_steering_mode","mode":"all"}`, `{"type":"set_steering_mode","mode":"zzz"}`, `{"type":"set_follow_up_mode","mode":"all"}`, `{"type":"set_follow_up_mode"}`,
		`{"type":"set_session_name","name":" a name "}`, `{"type":"set_session_name","name":"  "}`, `{"type":"set_session_name"}`, `{"type":"set_session_name","name":7}`,
		`{"type":"new_session"}`, `{"type":"new_session","parentSession":"/nope"}`, `{"type":"switch_session","sessionPath":"{HOME}/other.jsonl"}`, `{"type":"switch_session","sessionPath":"{HOME}/old.jsonl"}`,
		`{"type":"bash","command":"echo from bash; exit 3"}`, `{"type":"bash","command":"pwd"}`, `{"type":"bash","command":"echo out; echo err >&2","excludeFromContext":true}`,
		`{"type":"abort"}`, `{"type":"abort_retry"}`, `{"type":"abort_bash"}`, `{"type":"clear_queue"}`,
		`{"type":"fork","entryId":"nosuchid"}`, `{"type":"clone"}`, `{"type":"get_entries"}`, `{"type":"get_tree"}`, `{"type":"compact"}`,
		`{"type":"set_auto_retry","enabled":false}`, `{"type":"prompt"}`, `{"type":"prompt","message":7}`, `{"type":"export_html"}`,
	))
}

// odd adds a line that is not what a client should send.
func (m *maker) odd(d dice) {
	line := pick(d,
		`{bad json`, ``, `   `, `[]`, `"str"`, `42`, `true`, `{}`, `{"type":"nope"}`, `{"type":"nope","id":"x1"}`, `{"type":"GET_STATE","id":"x2"}`,
		`{"type":5,"id":"x3"}`, `{"type":null}`, `{"type":"get_state","id":7}`, `{"type":"get_state","id":null}`, `{"type":"get_state"}`,
		`{"type":"get_state","id":{"a":1}}`, `{"type":"get_state","extra":[1,2]}`, `{"type":"get_state",}`, `{"type":"get_state"} trailing`,
		`{"type":"get_state"`, `{'type':'get_state'}`, `{"type":"toString","id":"x4"}`, `{"type":"__proto__"}`, `{"id":"x5"}`, `nul`, `{"type":"get_last_assistant_text","id":""}`,
		"{\"type\":\"get_state\",\"id\":\"\u2028\"}", `{"type":"nope","id":"é\ud83d\ude00"}`, "\t{\"type\":\"get_state\"}\t", "{\"type\":\"get_state\",\"id\":\"cr\"}\r", `{"type":"response"}`,
		"{\"type\":\"a\tb\"}", `{"type":"get_state","type":"nope2"}`, `{"a":01}`, `{"a":1e999,"type":"x"}`, `{"type":"x","id":1.50}`, `{"type":"x","id":12345678901234567890}`,
	)
	m.step(Step{Kind: Call, Line: line})
	if d.one(6) {
		m.step(Step{Kind: Silent, Line: `{"type":"extension_ui_response","id":"zz","value":"x"}`})
	}
}

// end decides how it all ends.
func (m *maker) end(d dice) {
	switch d.IntN(20) {
	case 0:
		m.step(Step{Kind: End, Line: SIGTERM})
	case 1:
		m.step(Step{Kind: End, Line: SIGHUP})
	case 2:
		m.step(Step{Kind: End, Line: "null"})
	case 3:
		m.step(Step{Kind: Last, Line: `{"id":"last","type":"get_last_assistant_text"}`})
	case 4, 5:
		if m.private {
			m.step(Step{Kind: End, Line: EOF})
			return
		}
		m.step(Step{Kind: Prompt, Line: m.identified(`{"type":"prompt","message":"cut me off"}`),
			Replies: []Reply{{Blocks: []Block{{Text: "never heard"}}}}, During: []During{During(pick(d, EOF, SIGTERM))}})
	default:
		m.step(Step{Kind: End, Line: EOF})
	}
}
