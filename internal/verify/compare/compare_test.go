package compare

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/internal/verify/endpoint"
	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/internal/verify/play"
	"github.com/google/go-cmp/cmp"
)

// conversation is an input with one prompt and what a Pi may do with it.
func conversation() (input.Input, play.Observation) {
	in := input.Input{Steps: []input.Step{
		{Kind: input.Call, Line: `{"id":"c0","type":"get_state"}`},
		{Kind: input.Call, Line: `{"id":"c1","type":"get_available_models"}`},
		{Kind: input.Prompt, Line: `{"id":"c2","type":"prompt","message":"hi"}`},
		{Kind: input.End, Line: input.EOF},
	}}
	return in, play.Observation{
		Steps: []play.Seen{
			{Lines: []string{`{"id":"c0","type":"response","command":"get_state","success":true,"data":{"model":{"id":"m1"},"thinkingLevel":"off","sessionId":"019a0000-0000-7000-8000-000000000001"}}`}},
			{Lines: []string{`{"id":"c1","type":"response","command":"get_available_models","success":true,"data":{"models":[{"id":"m1","contextWindow":5}]}}`}},
			{Lines: []string{
				`{"id":"c2","type":"response","command":"prompt","success":true}`, `{"type":"agent_start"}`,
				`{"type":"message_end","message":{"role":"assistant","stopReason":"error","errorMessage":"401 no","timestamp":1767323046000}}`,
				`{"type":"agent_end","willRetry":false}`,
			}},
			{},
		},
		Requests: []endpoint.Request{{
			Step: 2, Method: "POST", Scheme: "http", Host: "{ADDRESS}", Target: "/v1/chat/completions",
			Header: map[string][]string{"Authorization": {"Bearer k"}, "Content-Length": {"100"}},
			Body:   `{"model":"m1","messages":[{"role":"system","content":"You are a long text of somebody's own making, in {HOME}/work"}],"tools":[{"name":"read","description":"Reads."}]}`,
		}},
		Files: []play.File{{Path: ".pi/agent/auth.json", Mode: "-rw-------", Text: "{}"}},
	}
}

func differ(t *testing.T, change func(*play.Observation)) map[Area][]string {
	t.Helper()
	in, real := conversation()
	_, fake := conversation()
	change(&fake)
	out := map[Area][]string{}
	for _, r := range Observations(in, real, fake) {
		if len(r.Differences) > 0 {
			out[r.Area] = r.Differences
		}
	}
	return out
}

func TestEqual(t *testing.T) {
	t.Parallel()
	// Ids, times, ports' lengths and the words of the system prompt and of tools are
	// nobody's business; how long those are is.
	got := differ(t, func(o *play.Observation) {
		o.Steps[0].Lines[0] = strings.Replace(o.Steps[0].Lines[0], "019a0000-0000-7000-8000-000000000001", "019affff-0000-7000-8000-000000000002", 1)
		o.Steps[2].Lines[2] = strings.Replace(o.Steps[2].Lines[2], "1767323046000", "1767323049999", 1)
		o.Requests[0].Header["Content-Length"] = []string{"77"}
		o.Requests[0].Body = `{"tools":[{"name":"read","description":"Tells."}],"model":"m1","messages":[{"role":"system","content":"Another text, which is as long as the first,  in {HOME}/work"}]}`
	})
	if len(got) > 0 {
		t.Errorf("differences %v", got)
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*play.Observation)
		want   map[Area][]string
	}{
		"model": {
			func(o *play.Observation) {
				o.Steps[0].Lines[0] = strings.Replace(o.Steps[0].Lines[0], `"m1"`, `"m2"`, 1)
			},
			map[Area][]string{Default: {`step 0 get_state model.model.id: real "m1", fake "m2"`}},
		},
		"window": {
			func(o *play.Observation) { o.Steps[1].Lines[0] = strings.Replace(o.Steps[1].Lines[0], "5", "6", 1) },
			map[Area][]string{Models: {"step 1 get_available_models.data.models[0].contextWindow: real 5, fake 6"}},
		},
		"error text": {
			func(o *play.Observation) {
				o.Steps[2].Lines[2] = strings.Replace(o.Steps[2].Lines[2], "401 no", "401", 1)
			},
			map[Area][]string{
				Events: {`step 2 prompt[1].message.errorMessage: real "401 no", fake "401"`},
				Errors: {`step 2 prompt errorMessage: real "401 no", fake "401"`},
			},
		},
		"retry": {
			func(o *play.Observation) { o.Steps[2].Lines[3] = `{"type":"agent_end","willRetry":true}` },
			map[Area][]string{
				Events:  {"step 2 prompt[2].willRetry: real false, fake true"},
				Retries: {"step 2 prompt willRetry: real false, fake true"},
			},
		},
		"key": {
			func(o *play.Observation) { o.Requests[0].Header["Authorization"] = []string{"Bearer other"} },
			map[Area][]string{Requests: {`request 0.header.authorization: real "Bearer k", fake "Bearer other"`}},
		},
		"length of the instructions": {
			func(o *play.Observation) {
				o.Requests[0].Body = strings.Replace(o.Requests[0].Body, "long text", "longer text", 1)
			},
			map[Area][]string{Requests: {`request 0.body.messages[0].content: real "<60 characters> {HOME}/work", fake "<62 characters> {HOME}/work"`}},
		},
		"length of a description": {
			func(o *play.Observation) {
				o.Requests[0].Body = strings.Replace(o.Requests[0].Body, "Reads.", "Reads", 1)
			},
			map[Area][]string{Requests: {`request 0.body.tools[0].description: real "<6 characters>", fake "<5 characters>"`}},
		},
		"no request": {
			func(o *play.Observation) { o.Requests = nil },
			map[Area][]string{Requests: nil},
		},
		"mode": {
			func(o *play.Observation) { o.Files[0].Mode = "-rw-r--r--" },
			map[Area][]string{Files: {`files..pi/agent/auth.json.mode: real "-rw-------", fake "-rw-r--r--"`}},
		},
		"exit": {
			func(o *play.Observation) { o.Exit = 1 },
			map[Area][]string{Exit: {"exit code: real 0, fake 1"}},
		},
		"silence": {
			func(o *play.Observation) {
				o.Steps = o.Steps[:3]
				o.Steps[2] = play.Seen{Silence: "a response"}
			},
			map[Area][]string{RPC: nil, Events: nil, Errors: nil, Retries: nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := differ(t, test.change)
			for area, want := range test.want {
				if want == nil { // whatever it says
					want = got[area]
					if len(want) == 0 {
						t.Errorf("%s agrees", area)
					}
				}
				if diff := cmp.Diff(want, got[area]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", area, diff)
				}
			}
			if len(got) != len(test.want) {
				t.Errorf("areas %v", got)
			}
		})
	}
}

// What a crash says is compared, and where it happened is not.
func TestCrash(t *testing.T) {
	t.Parallel()
	in := input.Input{}
	real := play.Observation{Exit: 1, Stderr: "file:///opt/x/node_modules/@earendil-works/pi-coding-agent/dist/rpc.js:7\n    const id = command.id;\n                       ^\n\nTypeError: Cannot read properties of null (reading 'id')\n    at handle (file:///opt/x)\n\nNode.js v22.23.3\n"}
	fake := play.Observation{Exit: 1, Stderr: "TypeError: Cannot read properties of null (reading 'id')\n"}
	for _, r := range Observations(in, real, fake) {
		if len(r.Differences) > 0 {
			t.Errorf("%s: %v", r.Area, r.Differences)
		}
	}
}

func TestSummariesAreAskedForInOwnWords(t *testing.T) {
	t.Parallel()
	const of = "<conversation>\n[User]: hi\n</conversation>\n\n"
	for _, c := range []struct {
		name, real, fake string
		equal            bool
	}{
		{"instructions", of + "Some words.", of + "Othe\nwords.", true},
		{"longer instructions", of + "Some words.", of + "Some more words.", false},
		{"no instructions", of + "Some words.", of, false},
		{"conversations", of + "Some words.", strings.Replace(of, "hi", "ho", 1) + "Some words.", false},
		{"focuses", of + "Some words.\n\nAdditional focus: names", of + "Some words.\n\nAdditional focus: dates", false},
		{"a previous summary", of + "<previous-summary>\nS\n</previous-summary>\n\nSome words.", of + "Some words.", false},
		{"remarks", "This:\n\n<summary>\nS\n</summary>", "That:\n\n<summary>\nS\n</summary>", true},
		{"summaries", "This:\n\n<summary>\nS\n</summary>", "This:\n\n<summary>\nT\n</summary>", false},
	} {
		if got := unasked(c.real) == unasked(c.fake); got != c.equal {
			t.Errorf("%s: equal %v, want %v", c.name, got, c.equal)
		}
	}
}
