package service

import (
	"encoding/json"

	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// What a caller sends, and is sent, that wants a stream as Vercel's AI SDK reads
// it: server-sent events of that SDK's own parts.
const (
	formatHeader       = "X-Ag-Messages-Format"
	formatVercel       = "vercel"
	vercelStreamHeader = "X-Vercel-Ai-Ui-Message-Stream"
)

// vercelEnd closes such a stream.
var vercelEnd = []byte("[DONE]")

// part is one member of a stream of Vercel's.
type part map[string]any

func encodeParts(parts ...part) [][]byte {
	out := make([][]byte, 0, len(parts))
	for _, p := range parts {
		if text, err := json.Marshal(p); err == nil { // texts and JSON always encode
			out = append(out, text)
		}
	}
	return out
}

// vercelOpening begins a stream.
func vercelOpening() [][]byte {
	return encodeParts(part{"type": "start"}, part{"type": "start-step"})
}

// vercelEvent gives the parts of one event. Those that the form has no part for
// travel as data.
func vercelEvent(event []byte) [][]byte {
	var e wire.Event
	if json.Unmarshal(event, &e) != nil {
		return nil
	}
	id := e.ID
	if id == "" {
		id = "message"
	}
	switch e.Type {
	case wire.EventMessage:
		return encodeParts(part{"type": "text-start", "id": id}, part{"type": "text-delta", "id": id, "delta": e.Text}, part{"type": "text-end", "id": id})
	case wire.EventMessageStart:
		return encodeParts(part{"type": "text-start", "id": id})
	case wire.EventMessageDelta:
		return encodeParts(part{"type": "text-delta", "id": id, "delta": e.Delta})
	case wire.EventMessageEnd:
		return encodeParts(part{"type": "text-end", "id": id})
	case wire.EventDone:
		return nil // the finish says it
	}
	return encodeParts(part{"type": "data-" + e.Type, "data": json.RawMessage(event)})
}

// vercelResult ends a stream: with an error part if the turn failed, whose class
// travels as data, since the form has a text for it and nothing else.
func vercelResult(answer []byte) [][]byte {
	var a struct {
		Error *Problem `json:"error"`
	}
	if json.Unmarshal(answer, &a) != nil || a.Error == nil {
		return append(encodeParts(part{"type": "data-result", "data": json.RawMessage(answer)}, part{"type": "finish-step"}, part{"type": "finish"}), vercelEnd)
	}
	return append(encodeParts(part{"type": "data-failure", "data": a.Error}, part{"type": "error", "errorText": a.Error.Message}), vercelEnd)
}
