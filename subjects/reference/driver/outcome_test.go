package driver

import (
	"net/http"
	"strings"
	"testing"
)

// TestOutcomeOfEachForm reads one failed turn in every form in which the service
// can tell of it, and the same cut off before its end.
func TestOutcomeOfEachForm(t *testing.T) {
	const failure = `{"class":"AgentRunError","stage":"run","status":500,"message":"the model ran away"}`
	const event = `{"type":"message_delta","id":"m1","delta":"Let me"}`
	records := `{"kind":"event","event":` + event + "}\n" + `{"kind":"result","result":{"ok":false,"error":` + failure + "}}\n"
	parts := `{"type":"start"}` + "\n" + `{"type":"text-delta","id":"m1","delta":"Let me"}` + "\n" +
		`{"type":"data-failure","data":` + failure + "}\n" + `{"type":"error","errorText":"the model ran away"}` + "\n"
	for name, test := range map[string]struct {
		header http.Header
		raw    string
	}{
		"ndjson": {http.Header{"Content-Type": {"application/x-ndjson"}}, records},
		"sse":    {http.Header{"Content-Type": {"text/event-stream"}}, asEvents(records)},
		"vercel": {http.Header{"Content-Type": {"text/event-stream"}, "X-Vercel-Ai-Ui-Message-Stream": {"v1"}}, asEvents(parts)},
	} {
		t.Run(name, func(t *testing.T) {
			whole := outcome(&http.Response{StatusCode: 200, Header: test.header}, []byte(test.raw))
			if whole.OK || whole.Error == nil || whole.Error.Class != "AgentRunError" || whole.Error.Message != "the model ran away" {
				t.Errorf("failed: %+v", whole.Error)
			}
			if strings.Join(whole.Deltas, "") != "Let me" {
				t.Errorf("deltas %q", whole.Deltas)
			}
			head := test.raw[:strings.Index(test.raw, "Let me")+len(`Let me"}}`)] + "\n"
			cut := outcome(&http.Response{StatusCode: 200, Header: test.header}, []byte(head))
			if cut.OK || cut.Error == nil || cut.Error.Class != "BrokenStreamError" {
				t.Errorf("cut off: %+v", cut.Error)
			}
		})
	}
}

// asEvents writes each line as a server-sent event.
func asEvents(lines string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		b.WriteString("data: " + line + "\n")
	}
	return b.String()
}
