package suites

import (
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/fakes/runner"
	. "github.com/onsi/gomega"
)

// runReply is the runner's reply as the wire carried it; reports whether one
// was seen.
func (in In) runReply() (runner.Call, bool) {
	if d := in.Got.Direct; d != nil {
		return runner.Call{Status: d.Status, Reply: d.Body, Error: d.Error}, true
	}
	if c := in.runCall(); c != nil {
		return *c, true
	}
	return runner.Call{}, false
}

// streamed reports whether a reply is NDJSON.
func streamed(c runner.Call) bool {
	return strings.HasPrefix(c.ContentType, "application/x-ndjson")
}

// streamRecord is one line of a streamed reply.
type streamRecord struct {
	Kind   string         `json:"kind"`
	Event  map[string]any `json:"event"`
	Result map[string]any `json:"result"`
}

// streamRecords reads the lines of a streamed reply.
func streamRecords(g Gomega, c runner.Call) []streamRecord {
	var records []streamRecord
	for i, line := range strings.Split(strings.TrimRight(c.Reply, "\n"), "\n") {
		var r streamRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			g.Expect(err).NotTo(HaveOccurred(), "line %d of the streamed reply: %s", i+1, line)
			continue
		}
		records = append(records, r)
	}
	return records
}

// streamOrder expects events and then one result, whose own events are empty.
func streamOrder(g Gomega, in In) string {
	call := in.runCall()
	g.Expect(call).NotTo(BeNil(), "the run request")
	if call == nil {
		return ""
	}
	if !strings.Contains(call.Header["accept"], "application/x-ndjson") {
		return "the run request did not ask for a stream"
	}
	g.Expect(call.ContentType).To(HavePrefix("application/x-ndjson"), "type of the streamed reply")
	if !streamed(*call) {
		return ""
	}
	g.Expect(call.Status).To(Equal(200), "HTTP status of the streamed reply")
	records := streamRecords(g, *call)
	results := 0
	for i, r := range records {
		switch r.Kind {
		case "event":
			g.Expect(r.Event["type"]).To(BeAssignableToTypeOf(""), "type of the event on line %d of the streamed reply", i+1)
			g.Expect(results).To(BeZero(), "results before the event on line %d of the streamed reply", i+1)
		case "result":
			results++
			g.Expect(r.Result["events"]).To(BeEmpty(), "events of the streamed result")
		default:
			g.Expect(r.Kind).To(BeElementOf("event", "result"), "kind of line %d of the streamed reply", i+1)
		}
	}
	g.Expect(results).To(Equal(1), "result records of the streamed reply")
	return ""
}

// failedReply expects the failure in the form of its transport.
func failedReply(g Gomega, in In) string {
	call, ok := in.runReply()
	g.Expect(ok).To(BeTrue(), "a reply of the runner")
	if !ok {
		return ""
	}
	var result map[string]any
	if streamed(call) {
		g.Expect(call.Status).To(Equal(200), "HTTP status of a failed run on NDJSON")
		for _, r := range streamRecords(g, call) {
			if r.Kind == "result" {
				result = r.Result
			}
		}
		g.Expect(result).NotTo(BeNil(), "a result record in the streamed reply")
	} else {
		g.Expect(call.Status).To(Equal(500), "HTTP status of a failed one-shot run")
		err := json.Unmarshal([]byte(call.Reply), &result)
		g.Expect(err).NotTo(HaveOccurred(), "reply of the runner: %s", call.Reply)
	}
	if result == nil {
		return ""
	}
	g.Expect(result["ok"]).To(Equal(false), "ok of the failed run")
	text, _ := result["error"].(string)
	g.Expect(text).NotTo(BeEmpty(), "error of the failed run")
	g.Expect(text).NotTo(ContainSubstring("\n"), "error of the failed run, which is one line")
	return ""
}
