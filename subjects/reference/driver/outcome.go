package driver

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
)

// answer is the part of the service's answer that a caller reads.
type answer struct {
	OK     bool              `json:"ok"`
	Output string            `json:"output"`
	Model  string            `json:"model"`
	Events []json.RawMessage `json:"events"`
	Error  *shape.Failure    `json:"error"`
}

// outcome reports what the reply said, and nothing that it did not say.
func outcome(resp *http.Response, raw []byte) shape.Outcome {
	out := shape.Outcome{Status: resp.StatusCode, Raw: string(raw)}
	var a answer
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		a = readStream(raw, &out)
	} else if err := json.Unmarshal(raw, &a); err != nil {
		a.Error = &shape.Failure{Class: "UnreadableReplyError", Stage: "run", Message: "the reply is not JSON"}
	}
	out.OK, out.Reply, out.Model, out.Error = a.OK, a.Output, a.Model, a.Error
	if events, err := json.Marshal(a.Events); err == nil && a.Events != nil {
		out.Events = events
	}
	return out
}

// readStream reads server-sent events. A stream without a result is a broken
// one.
func readStream(raw []byte, out *shape.Outcome) answer {
	var events []json.RawMessage
	result := answer{Error: &shape.Failure{Class: "BrokenStreamError", Stage: "run", Message: "the stream ended without a result"}}
	for line := range bytes.Lines(raw) {
		data, ok := bytes.CutPrefix(line, []byte("data: "))
		var record struct {
			Kind   string          `json:"kind"`
			Event  json.RawMessage `json:"event"`
			Result *answer         `json:"result"`
		}
		if !ok || json.Unmarshal(data, &record) != nil {
			continue
		}
		if record.Result != nil {
			result = *record.Result
			continue
		}
		events = append(events, record.Event)
		var e struct{ Type, Delta string }
		if json.Unmarshal(record.Event, &e) == nil && e.Type == "message_delta" {
			out.Deltas = append(out.Deltas, e.Delta)
		}
	}
	result.Events = events
	return result
}
