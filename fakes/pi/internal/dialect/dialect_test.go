package dialect

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/google/go-cmp/cmp"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stream string
		want   []sse
	}{
		"plain":          {"data: a\n\ndata:b\n\n", []sse{{data: "a"}, {data: "b"}}},
		"named":          {"event: x\ndata: a\n\n", []sse{{name: "x", data: "a"}}},
		"several lines":  {"data: a\ndata: b\n\n", []sse{{data: "a\nb"}}},
		"comments":       {": ping\n\n: ping\ndata: a\n\n", []sse{{data: "a"}}},
		"CR LF and CR":   {"data: a\r\n\r\ndata: b\r\rdata: c\n\n", []sse{{data: "a"}, {data: "b"}, {data: "c"}}},
		"no blank line":  {"data: a\n\ndata: b", []sse{{data: "a"}, {data: "b", cut: true}}},
		"no event":       {"garbage\n\n", nil},
		"garbage at end": {"{\"a\":1}", []sse{{cut: true}}},
		"empty":          {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// One byte at a time is how a network may bring it.
			in := newEvents(&oneByOne{c.stream})
			var got []sse
			for {
				ev, err := in.next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				ev.lines = nil
				got = append(got, ev)
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(sse{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

type oneByOne struct{ rest string }

func (o *oneByOne) Read(p []byte) (int, error) {
	if o.rest == "" {
		return 0, io.EOF
	}
	p[0], o.rest = o.rest[0], o.rest[1:]
	return 1, nil
}

// TestRefusals has the texts that Pi 0.79.4 was seen to show.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const openai = `{"error":{"message":"No auth","code":401}}`
	c := &Call{}
	for name, tc := range map[string]struct {
		sp     speaker
		status int
		kind   string
		body   string
		want   string
	}{
		"completions":             {completions{}, 401, "", openai, "401 No auth"},
		"completions, empty":      {completions{}, 401, "", "", "401 status code (no body)"},
		"completions, HTML":       {completions{}, 404, "", "<html>", "404 <html>"},
		"completions, no error":   {completions{}, 400, "", `{"detail":"x"}`, "400 status code (no body)"},
		"completions, text error": {completions{}, 400, "", `{"error":"plain"}`, `400 "plain"`},
		"completions, null":       {completions{}, 404, "", "null", "404 null"},
		"completions, raw":        {completions{}, 429, "", `{"error":{"message":"m","metadata":{"raw":"slow"}}}`, "429 m\nslow"},
		"responses":               {responses{}, 401, "", openai, "OpenAI API error (401): 401 No auth"},
		"responses, empty":        {responses{}, 401, "", "", "OpenAI API error (401): 401 status code (no body)"},
		"anthropic":               {anthropic{}, 401, "", `{"type":"error","error":{"message":"bad"}}`, `401 {"type":"error","error":{"message":"bad"}}`},
		"google":                  {google{}, 401, "application/json", openai, openai},
		"google, empty":           {google{}, 401, "application/json", "", "Unexpected end of JSON input"},
		"google, HTML":            {google{}, 404, "text/html", "<html>", `{"error":{"message":"<html>","code":404,"status":"Not Found"}}`},
		"mistral":                 {mistral{}, 401, "", " no \n", "Mistral API error (401): no"},
		"mistral, empty":          {mistral{}, 401, "application/json", "", `Mistral API error (401): API error occurred: Status 401. Body: ""`},
		"mistral, nothing":        {mistral{}, 401, "", "", `Mistral API error (401): API error occurred: Status 401 Content-Type "". Body: ""`},
		"mistral, empty text":     {mistral{}, 401, "text/plain; charset=utf-8", "", `Mistral API error (401): API error occurred: Status 401 Content-Type "text/plain; charset=utf-8". Body: ""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tc.sp.refusal(c, refused{tc.status, "Not Found", tc.kind, tc.body}); got != tc.want {
				t.Errorf("got %s\nwant %s", got, tc.want)
			}
		})
	}
	newer := &Call{}
	newer.Persona.WholeErrors = true
	if got := (completions{}).refusal(newer, refused{status: 401, body: openai}); got != `401: {"message":"No auth","code":401}` {
		t.Errorf("0.80.6: %s", got)
	}
}

// quiet is a sink that only remembers the kinds of events.
type quiet struct{ kinds []string }

func (q *quiet) Start(*chat.Assistant) { q.kinds = append(q.kinds, "start") }
func (q *quiet) Update(e chat.Event)   { q.kinds = append(q.kinds, e.Type) }

func TestStreams(t *testing.T) {
	t.Parallel()
	const toolArgs = `{\"command\":\"ls\"}`
	for name, c := range map[string]struct {
		sp     speaker
		stream string
		kinds  string
		stop   string
		err    string
	}{
		"completions, thinking before text": {completions{}, `data: {"choices":[{"delta":{"reasoning":"hm"}}]}` + "\n\n" +
			`data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}` + "\n\n",
			"start thinking_start thinking_delta text_start text_delta thinking_end text_end", chat.Stop, ""},
		"completions, tool": {completions{}, `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"bash","arguments":"` + toolArgs + `"}}]},"finish_reason":"tool_calls"}]}` + "\n\n",
			"start toolcall_start toolcall_delta toolcall_end", chat.ToolUse, ""},
		"completions, no finish":            {completions{}, "data: {\"choices\":[]}\n\ndata: [DONE]\n\n", "start", chat.Stop, "Stream ended without finish_reason"},
		"completions, error within":         {completions{}, `data: {"error":{"message":"Upstream died","code":502}}` + "\n\n", "start", chat.Stop, "Upstream died"},
		"completions, filtered":             {completions{}, `data: {"choices":[{"delta":{},"finish_reason":"content_filter"}]}` + "\n\n", "start", chat.Error, "Provider finish_reason: content_filter"},
		"responses, early end is a success": {responses{}, "", "start", chat.Stop, ""},
		"responses, error":                  {responses{}, `data: {"type":"error","code":"c","message":"m"}` + "\n\n", "start", chat.Stop, "Error Code c: m"},
		"responses, failed":                 {responses{}, `data: {"type":"response.failed","response":{"error":{"code":"rate","message":"slow"}}}` + "\n\n", "start", chat.Stop, "rate: slow"},
		"anthropic, early end":              {anthropic{}, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n", "start", chat.Stop, "Anthropic stream ended before message_stop"},
		"anthropic, error":                  {anthropic{}, "event: error\ndata: {\"x\":1}\n\n", "start", chat.Stop, `{"x":1}`},
		"anthropic, refusal":                {anthropic{}, "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\n", "start", chat.Error, "The model refused to complete the request"},
		"google, error within is ignored":   {google{}, "data: {\"error\":{}}\n\n", "start", chat.Stop, ""},
		"google, blocked":                   {google{}, `data: {"candidates":[{"finishReason":"SAFETY"}]}` + "\n\n", "start", chat.Error, "An unknown error occurred"},
		"google, tool": {google{}, `data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"bash","args":{"a":1}}}]},"finishReason":"STOP"}]}` + "\n\n",
			"start toolcall_start toolcall_delta toolcall_end", chat.ToolUse, ""},
		"mistral, early end is a success": {mistral{}, "", "start", chat.Stop, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := &quiet{}
			s := newStream(t.Context(), &Call{Model: catalog.Model{ID: "m"}}, sink)
			s.events = newEvents(strings.NewReader(c.stream))
			err := c.sp.read(&Call{Log: io.Discard}, s)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if got := strings.Join(sink.kinds, " "); got != c.kinds || s.answer.StopReason != c.stop || text != c.err {
				t.Errorf("events %s, stop %s, error %s", got, s.answer.StopReason, text)
			}
		})
	}
}

func TestBrokenStream(t *testing.T) {
	t.Parallel()
	s := newStream(t.Context(), &Call{}, &quiet{})
	broken := errors.New("terminated")
	s.events = newEvents(io.MultiReader(strings.NewReader("data: {\"choices\":[{\"delta\":{\"content\":\"par\"}}]}\n\n"), errReader{broken}))
	if err := (completions{}).read(&Call{Log: io.Discard}, s); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if got := chat.PlainText(s.answer.Content, ""); got != "par" {
		t.Errorf("the partial text is %q", got)
	}
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

func FuzzEvents(f *testing.F) {
	for _, s := range []string{"data: a\n\n", "event: x\r\ndata: {}\r\n\r\n", "\n\n\n", "data", ":"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in := newEvents(strings.NewReader(text))
		for range len(text) + 2 {
			if _, err := in.next(); err != nil {
				return
			}
		}
		t.Errorf("%q never ends", text)
	})
}
