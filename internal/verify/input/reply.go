package input

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// prompt adds a prompt and what the provider makes of it.
func (m *maker) prompt(d dice) {
	line := map[string]any{"type": "prompt", "message": pick(d, "hi", "Say hello.", "tell me\nmore", "/nosuch thing", "/hello world", "/skill:shout it", "", "é😀")}
	if d.one(9) {
		line["images"] = []any{map[string]any{"type": "image", "data": pixel, "mimeType": "image/png"}}
	}
	if d.one(12) {
		line["streamingBehavior"] = pick(d, "steer", "followUp")
	}
	s := Step{Kind: Prompt, Line: m.identified(jsonOf(line)), Replies: m.replies(d)}
	if len(s.Replies) == 1 && s.Replies[0].Status == 0 && s.Replies[0].Fault == "" && d.one(5) {
		s.During = m.during(d)
	} else if s.Replies[0].Fault == Stall {
		s.During = []During{During(m.identified(`{"type":"abort"}`))}
	}
	m.step(s)
}

// during makes lines for the middle of a run.
func (m *maker) during(d dice) []During {
	lines := some(d, 1+d.IntN(2), []string{
		`{"id":"d1","type":"get_state"}`, `{"id":"d2","type":"prompt","message":"again"}`, `{"id":"d3","type":"prompt","message":"steered","streamingBehavior":"steer"}`,
		`{"id":"d4","type":"follow_up","message":"afterwards"}`, `{"id":"d5","type":"steer","message":"turn left"}`, `{"id":"d6","type":"get_messages"}`,
		`{"id":"d7","type":"get_last_assistant_text"}`, `{"id":"d8","type":"abort_retry"}`, `{"id":"d9","type":"abort"}`, `{"id":"d10","type":"prompt","message":"queued","streamingBehavior":"followUp"}`,
		`{"id":"d11","type":"set_thinking_level","level":"low"}`, `{"id":"d12","type":"nope"}`,
	})
	// What comes right behind an abort may be heard before or after its effect.
	slices.SortStableFunc(lines, func(a, b string) int { return cmp.Compare(strings.Count(a, abort), strings.Count(b, abort)) })
	out := make([]During, len(lines))
	for i, l := range lines {
		out[i] = During(l)
	}
	return out
}

const abort = `"type":"abort"`

// replies makes what the provider answers to the requests of one prompt.
func (m *maker) replies(d dice) []Reply {
	ok := m.answer(d)
	switch n := d.IntN(20); {
	case n < 8:
		return []Reply{ok}
	case n < 11:
		return []Reply{{Blocks: []Block{{Tool: m.tool(d, 1)}}, Finish: "tool_calls", Usage: true}, ok}
	case n < 12:
		one, two := m.tool(d, 1), m.tool(d, 2)
		apart(one, two)
		return []Reply{{Blocks: []Block{{Text: "Two at once."}, {Tool: one}, {Tool: two}}, Finish: "tool_calls", Usage: true}, ok}
	case n < 13:
		return []Reply{{Blocks: []Block{{Text: "I was saying"}}, Fault: Stall}}
	}
	bad := m.failure(d)
	if !m.quick { // real pauses: only what is never asked for again
		bad = Reply{Status: 401, Body: `{"error":{"message":"No credentials","code":"bad_key"}}`}
	}
	if d.one(2) {
		return []Reply{bad}
	}
	return []Reply{bad, ok}
}

// answer is one that succeeds.
func (m *maker) answer(d dice) Reply {
	r := Reply{Usage: !d.one(4)}
	switch d.IntN(10) {
	case 0:
		r.Blocks = []Block{{Think: "Let me see."}, {Text: "Done thinking."}}
	case 1:
		r.Blocks = []Block{{Text: ""}}
	case 2:
		r.Blocks = []Block{{Text: "  \n "}}
	case 3:
		r.Blocks, r.Finish = []Block{{Text: "It goes on and"}}, "length"
	case 4:
		r.Blocks, r.Model = []Block{{Text: "Somebody else."}}, "another-model"
	case 5:
		r.Blocks, r.Cached = []Block{{Text: "Remembered."}}, 7
	case 6:
		r.Blocks = []Block{{Think: "Only thoughts."}}
	default:
		r.Blocks = []Block{{Text: pick(d, "Hello there.", "é😀 and \"quotes\"\nnew line", "ok")}}
	}
	return r
}

// apart gives the second of two calls that are made at once a file of its own if
// one of them changes the file of both: which of them sees what is a matter of
// chance.
func apart(one, two *ToolUse) {
	const file = `"path":"note.txt"`
	changes := one.Name == "edit" || two.Name == "edit"
	if changes && strings.Contains(one.Args, file) && strings.Contains(two.Args, file) {
		two.Args = strings.Replace(two.Args, file, `"path":"other.txt"`, 1)
	}
}

func (m *maker) tool(d dice, n int) *ToolUse {
	calls := []ToolUse{
		{Name: "bash", Args: `{"command":"echo hi"}`}, {Name: "bash", Args: `{"command":"echo no >&2; exit 4"}`}, {Name: "read", Args: `{"path":"note.txt"}`},
		{Name: "read", Args: `{"path":"missing.txt"}`}, {Name: "write", Args: `{"path":"out.txt","content":"made here\n"}`},
		{Name: "edit", Args: `{"path":"note.txt","edits":[{"oldText":"another","newText":"the last"}]}`}, {Name: "nosuchtool", Args: `{"a":1}`}, {Name: "bash", Args: `{}`},
		{Name: "read", Args: `{"path":"note.txt","offset":2,"limit":1}`}, {Name: "edit", Args: `{"path":"note.txt","edits":[{"oldText":"absent","newText":"x"}]}`},
	}
	t := pick(d, calls...)
	t.ID = fmt.Sprintf("call_%s", strings.Repeat("abcdefg"[n:n+1], 9)) // what every dialect takes
	return &t
}

// failure is an answer that fails.
func (m *maker) failure(d dice) Reply {
	text := pick(d, "No credentials", "internal error", "request id abc", "rate limit", "billing", "quota exceeded", "timeout while waiting", "Overloaded", "maximum context length is small", "say «why»")
	status := pick(d, 400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529, 418)
	switch d.IntN(16) {
	case 0, 1, 2:
		return Reply{Status: status, Body: fmt.Sprintf(`{"error":{"message":%s,"type":"some_error","code":%d}}`, quote(text), status)}
	case 3:
		return Reply{Status: status, Body: fmt.Sprintf(`{"error":{"message":%s,"type":"invalid_request_error","param":null,"code":"bad"}}`, quote(text))}
	case 4:
		return Reply{Status: status}
	case 5:
		return Reply{Status: status, Type: "text/html", Body: "<html><body>" + text + "</body></html>"}
	case 6:
		return Reply{Status: status, Type: "text/plain", Body: text}
	case 7:
		return Reply{Status: 429, Body: `{"error":{"message":"slow down","type":"requests"}}`, Retry: "1"}
	case 8:
		return Reply{Status: status, Body: pick(d, `{"message":"plain message"}`, `{"detail":"a detail"}`, `{"error":"only text"}`, `[]`, `null`, `{"error":{}}`, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`,
			`{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}`, `{"error":{"message":"Provider returned error","code":402,"metadata":{"raw":"upstream says no","provider_name":"X"}}}`)}
	case 9:
		return Reply{Status: 200, Type: pick(d, "application/json", "text/html"), Body: pick(d, `{"ok":true}`, "<html>fine</html>", "")}
	case 10:
		return Reply{Blocks: []Block{{Text: "Half of a longer answer"}}, Fault: Cut}
	case 11:
		return Reply{Blocks: []Block{{Text: "Half of a longer answer"}}, Fault: Early}
	case 12:
		return Reply{Blocks: []Block{{Text: "Half of a longer answer"}}, Fault: Malformed}
	case 13:
		return Reply{Blocks: []Block{{Text: "Half of a longer answer"}}, Fault: ErrorMid, Error: text}
	case 14:
		return Reply{Fault: Nothing}
	default:
		return Reply{Blocks: []Block{{Text: "Not like this"}}, Finish: pick(d, "content_filter", "error", "whatever")}
	}
}

// pixel is the smallest picture.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
