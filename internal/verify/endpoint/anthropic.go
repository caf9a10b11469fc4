package endpoint

import (
	"encoding/json"

	"github.com/agenta-ai/conform/internal/verify/input"
)

// anthropic speaks anthropic-messages.
func anthropic(q asked, r input.Reply) []frame {
	usage := func(output int) object {
		if !r.Usage {
			return object{"input_tokens": 0, "output_tokens": 0}
		}
		return object{"input_tokens": 20 - r.Cached, "output_tokens": output, "cache_read_input_tokens": r.Cached, "cache_creation_input_tokens": 0}
	}
	frames := []frame{{text: named("message_start", object{"message": object{
		"id": "msg_x", "type": "message", "role": "assistant", "model": model(q, r), "content": []any{},
		"stop_reason": nil, "stop_sequence": nil, "usage": usage(1),
	}})}}
	for i, b := range r.Blocks {
		block, kind, member, text := object{"type": "text", "text": ""}, "text_delta", "text", b.Text
		switch {
		case b.Tool != nil:
			block = object{"type": "tool_use", "id": b.Tool.ID, "name": b.Tool.Name, "input": json.RawMessage("{}")}
			kind, member, text = "input_json_delta", "partial_json", b.Tool.Args
		case b.Think != "":
			block, kind, member, text = object{"type": "thinking", "thinking": "", "signature": ""}, "thinking_delta", "thinking", b.Think
		}
		frames = append(frames, frame{text: named("content_block_start", object{"index": i, "content_block": block})})
		var pieces []frame
		for _, part := range halves(text) {
			pieces = append(pieces, frame{text: named("content_block_delta", object{"index": i, "delta": object{"type": kind, member: part}})})
		}
		frames = append(frames, mark(pieces)...)
		if b.Think != "" {
			frames = append(frames, frame{text: named("content_block_delta", object{"index": i, "delta": object{"type": "signature_delta", "signature": "c2ln"}})})
		}
		frames = append(frames, frame{text: named("content_block_stop", object{"index": i})})
	}
	frames = append(frames, frame{text: named("error", object{"error": object{"type": "some_error", "message": r.Error}}), error: true})
	stop := "end_turn"
	switch r.Finish {
	case "", "stop":
	case "tool_calls":
		stop = "tool_use"
	case "length":
		stop = "max_tokens"
	case "content_filter":
		stop = "refusal"
	default:
		stop = r.Finish
	}
	return append(frames,
		frame{text: named("message_delta", object{"delta": object{"stop_reason": stop, "stop_sequence": nil}, "usage": object{"output_tokens": 5}})},
		frame{text: named("message_stop", object{})})
}
