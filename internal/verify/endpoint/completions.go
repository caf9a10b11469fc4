package endpoint

import "github.com/agenta-ai/conform/internal/verify/input"

// completions speaks openai-completions, and mistral-conversations, which is the
// same on the wire.
func completions(q asked, r input.Reply) []frame {
	chunk := func(delta object, finish any, more object) string {
		c := object{
			"id": "chatcmpl-x", "object": "chat.completion.chunk", "created": 1, "model": model(q, r),
			"choices": []any{object{"index": 0, "delta": delta, "finish_reason": finish}},
		}
		for k, v := range more {
			c[k] = v
		}
		return data(c)
	}
	frames := []frame{{text: chunk(object{"role": "assistant", "content": ""}, nil, nil)}}
	tools := 0
	for _, b := range r.Blocks {
		var pieces []frame
		switch {
		case b.Tool != nil:
			for i, part := range halves(b.Tool.Args) {
				call := object{"index": tools, "function": object{"arguments": part}}
				if i == 0 {
					call["id"], call["type"] = b.Tool.ID, "function"
					call["function"] = object{"name": b.Tool.Name, "arguments": part}
				}
				pieces = append(pieces, frame{text: chunk(object{"tool_calls": []any{call}}, nil, nil)})
			}
			tools++
		case b.Think != "":
			for _, part := range halves(b.Think) {
				pieces = append(pieces, frame{text: chunk(object{"reasoning_content": part}, nil, nil)})
			}
		default:
			for _, part := range halves(b.Text) {
				pieces = append(pieces, frame{text: chunk(object{"content": part}, nil, nil)})
			}
		}
		frames = append(frames, mark(pieces)...)
	}
	frames = append(frames, frame{text: data(object{"error": object{"message": r.Error, "code": 502}, "choices": []any{}}), error: true})
	finish := r.Finish
	if finish == "" {
		finish = "stop"
	}
	frames = append(frames, frame{text: chunk(object{}, finish, nil)})
	if r.Usage {
		frames = append(frames, frame{text: data(object{
			"id": "chatcmpl-x", "object": "chat.completion.chunk", "created": 1, "model": model(q, r), "choices": []any{},
			"usage": object{
				"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25,
				"prompt_tokens_details": object{"cached_tokens": r.Cached}, "completion_tokens_details": object{"reasoning_tokens": 2},
			},
		})})
	}
	return append(frames, frame{text: "data: [DONE]\n\n"})
}
