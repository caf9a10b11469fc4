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
	switch media := resp.Header.Get("Content-Type"); {
	case resp.Header.Get("X-Vercel-Ai-Ui-Message-Stream") != "":
		a = readParts(raw, &out)
	case strings.HasPrefix(media, "text/event-stream"):
		a = readStream(raw, "data: ", &out)
	case strings.HasPrefix(media, "application/x-ndjson"):
		a = readStream(raw, "", &out)
	default:
		a = readDocument(raw)
	}
	out.OK, out.Reply, out.Model, out.Error = a.OK, a.Output, a.Model, a.Error
	if events, err := json.Marshal(a.Events); err == nil && a.Events != nil {
		out.Events = events
	}
	return out
}

// broken is what a stream without a result amounts to.
func broken() answer {
	return answer{Error: &shape.Failure{Class: "BrokenStreamError", Stage: "run", Message: "the stream ended without a result"}}
}

func readDocument(raw []byte) (a answer) {
	if err := json.Unmarshal(raw, &a); err != nil {
		a.Error = &shape.Failure{Class: "UnreadableReplyError", Stage: "run", Message: "the reply is not JSON"}
	}
	return a
}

// readStream reads records, each on a line behind the prefix.
func readStream(raw []byte, prefix string, out *shape.Outcome) answer {
	var events []json.RawMessage
	result := broken()
	for line := range bytes.Lines(raw) {
		data, ok := bytes.CutPrefix(line, []byte(prefix))
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

// readParts reads a stream in Vercel's form.
func readParts(raw []byte, out *shape.Outcome) answer {
	result := broken()
	var events []json.RawMessage
	for line := range bytes.Lines(raw) {
		data, ok := bytes.CutPrefix(line, []byte("data: "))
		var part struct {
			Type      string          `json:"type"`
			Delta     string          `json:"delta"`
			ErrorText string          `json:"errorText"`
			Data      json.RawMessage `json:"data"`
		}
		if !ok || json.Unmarshal(data, &part) != nil {
			continue
		}
		events = append(events, bytes.TrimSpace(data))
		switch part.Type {
		case "text-delta":
			out.Deltas = append(out.Deltas, part.Delta)
		case "data-result":
			result = readDocument(part.Data)
		case "data-failure":
			result.Error = &shape.Failure{}
			if json.Unmarshal(part.Data, result.Error) != nil {
				result = broken()
			}
		case "error":
			result.Error.Message = part.ErrorText
		}
	}
	result.Events = events
	return result
}
