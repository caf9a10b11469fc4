package endpoint

import (
	"fmt"

	"github.com/agenta-ai/conform/internal/verify/input"
)

// responses speaks openai-responses, with azure's path too.
func responses(q asked, r input.Reply) []frame {
	n := 0
	event := func(name string, v object) string {
		v["sequence_number"] = n
		n++
		return named(name, v)
	}
	whole := func(status string, output []any) object {
		w := object{"id": "resp_x", "object": "response", "created_at": 1, "status": status, "model": model(q, r), "output": output, "error": nil, "incomplete_details": nil}
		if r.Usage && status != "in_progress" {
			w["usage"] = object{
				"input_tokens": 20, "input_tokens_details": object{"cached_tokens": r.Cached},
				"output_tokens": 5, "output_tokens_details": object{"reasoning_tokens": 2}, "total_tokens": 25,
			}
		}
		return w
	}
	frames := []frame{{text: event("response.created", object{"response": whole("in_progress", []any{})})}}
	output := []any{}
	for i, b := range r.Blocks {
		at := func(v object) object {
			v["output_index"] = i
			return v
		}
		var pieces []frame
		switch {
		case b.Tool != nil:
			item := func(status, args string) object {
				return object{"type": "function_call", "id": fmt.Sprintf("fc_%d", i), "call_id": b.Tool.ID, "name": b.Tool.Name, "arguments": args, "status": status}
			}
			frames = append(frames, frame{text: event("response.output_item.added", at(object{"item": item("in_progress", "")}))})
			for _, part := range halves(b.Tool.Args) {
				pieces = append(pieces, frame{text: event("response.function_call_arguments.delta", at(object{"item_id": fmt.Sprintf("fc_%d", i), "delta": part}))})
			}
			frames = append(frames, mark(pieces)...)
			frames = append(frames,
				frame{text: event("response.function_call_arguments.done", at(object{"item_id": fmt.Sprintf("fc_%d", i), "arguments": b.Tool.Args}))},
				frame{text: event("response.output_item.done", at(object{"item": item("completed", b.Tool.Args)}))})
			output = append(output, item("completed", b.Tool.Args))
		case b.Think != "":
			id := fmt.Sprintf("rs_%d", i)
			item := func(summary ...any) object {
				return object{"type": "reasoning", "id": id, "summary": append([]any{}, summary...)}
			}
			part := object{"type": "summary_text", "text": b.Think}
			frames = append(frames,
				frame{text: event("response.output_item.added", at(object{"item": item()}))},
				frame{text: event("response.reasoning_summary_part.added", at(object{"item_id": id, "summary_index": 0, "part": object{"type": "summary_text", "text": ""}}))})
			for _, text := range halves(b.Think) {
				pieces = append(pieces, frame{text: event("response.reasoning_summary_text.delta", at(object{"item_id": id, "summary_index": 0, "delta": text}))})
			}
			frames = append(frames, mark(pieces)...)
			frames = append(frames,
				frame{text: event("response.reasoning_summary_text.done", at(object{"item_id": id, "summary_index": 0, "text": b.Think}))},
				frame{text: event("response.reasoning_summary_part.done", at(object{"item_id": id, "summary_index": 0, "part": part}))},
				frame{text: event("response.output_item.done", at(object{"item": item(part)}))})
			output = append(output, item(part))
		default:
			id := fmt.Sprintf("msg_%d", i)
			part := object{"type": "output_text", "text": b.Text, "annotations": []any{}}
			item := func(status string, content ...any) object {
				return object{"type": "message", "id": id, "role": "assistant", "status": status, "content": append([]any{}, content...)}
			}
			frames = append(frames,
				frame{text: event("response.output_item.added", at(object{"item": item("in_progress")}))},
				frame{text: event("response.content_part.added", at(object{"item_id": id, "content_index": 0, "part": object{"type": "output_text", "text": "", "annotations": []any{}}}))})
			for _, text := range halves(b.Text) {
				pieces = append(pieces, frame{text: event("response.output_text.delta", at(object{"item_id": id, "content_index": 0, "delta": text}))})
			}
			frames = append(frames, mark(pieces)...)
			frames = append(frames,
				frame{text: event("response.output_text.done", at(object{"item_id": id, "content_index": 0, "text": b.Text}))},
				frame{text: event("response.content_part.done", at(object{"item_id": id, "content_index": 0, "part": part}))},
				frame{text: event("response.output_item.done", at(object{"item": item("completed", part)}))})
			output = append(output, item("completed", part))
		}
	}
	frames = append(frames, frame{text: event("error", object{"code": "server_trouble", "message": r.Error, "param": nil}), error: true})
	last, status := "response.completed", "completed"
	if r.Finish == "length" {
		last, status = "response.incomplete", "incomplete"
	}
	if r.Finish == "error" || r.Finish == "content_filter" {
		last, status = "response.failed", "failed"
	}
	end := whole(status, output)
	switch status {
	case "incomplete":
		end["incomplete_details"] = object{"reason": "max_output_tokens"}
	case "failed":
		end["error"] = object{"code": "some_code", "message": "it failed"}
	}
	return append(frames, frame{text: event(last, object{"response": end})})
}
