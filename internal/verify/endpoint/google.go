package endpoint

import (
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/internal/verify/input"
)

// google speaks google-generative-ai.
func google(q asked, r input.Reply) []frame {
	chunk := func(parts []any, finish string) string {
		candidate := object{"index": 0, "content": object{"role": "model", "parts": parts}}
		c := object{"candidates": []any{candidate}, "modelVersion": model(q, r), "responseId": "resp-x"}
		if finish != "" {
			candidate["finishReason"] = finish
			if r.Usage {
				c["usageMetadata"] = object{"promptTokenCount": 20, "candidatesTokenCount": 5, "thoughtsTokenCount": 2, "cachedContentTokenCount": r.Cached, "totalTokenCount": 27}
			}
		}
		return data(c)
	}
	var frames []frame
	for _, b := range r.Blocks {
		var pieces []frame
		switch {
		case b.Tool != nil:
			call := object{"name": b.Tool.Name, "args": json.RawMessage(b.Tool.Args), "id": b.Tool.ID}
			pieces = []frame{{text: chunk([]any{object{"functionCall": call}}, "")}}
		case b.Think != "":
			for _, text := range halves(b.Think) {
				pieces = append(pieces, frame{text: chunk([]any{object{"text": text, "thought": true}}, "")})
			}
		default:
			for _, text := range halves(b.Text) {
				pieces = append(pieces, frame{text: chunk([]any{object{"text": text}}, "")})
			}
		}
		frames = append(frames, mark(pieces)...)
	}
	frames = append(frames, frame{text: data(object{"error": object{"code": 503, "message": r.Error, "status": "UNAVAILABLE"}}), error: true})
	finish := "STOP"
	switch r.Finish {
	case "", "stop", "tool_calls":
	case "length":
		finish = "MAX_TOKENS"
	case "content_filter":
		finish = "SAFETY"
	default:
		finish = strings.ToUpper(r.Finish)
	}
	return append(frames, frame{text: chunk([]any{object{"text": ""}}, finish)})
}
