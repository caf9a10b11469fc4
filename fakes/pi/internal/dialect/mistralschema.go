package dialect

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// issue is one complaint of the schema by which Mistral's library reads a chunk.
type issue struct { // the order is the library's
	Expected string    `json:"expected,omitempty"`
	Code     string    `json:"code"`
	Values   []string  `json:"values,omitempty"`
	Errors   [][]issue `json:"errors,omitempty"`
	Path     []any     `json:"path"`
	Message  string    `json:"message"`
}

// mistralChunk reads one chunk as that library does, whose complaints Pi shows
// as they are. Newer versions read it by themselves.
func mistralChunk(c *Call, data string) (jsval.Value, error) {
	v, err := jsval.Parse(data)
	if c.Persona.OwnMistral {
		if err == nil && v.Get("choices").Kind() != jsval.Array {
			err = errors.New("Invalid Mistral streaming event")
		}
		return v, err
	}
	if err != nil {
		text, encodeErr := json.MarshalIndent([]map[string]any{{
			"code": "custom", "message": "malformed json: SyntaxError: " + err.Error(), "path": []string{"data"},
		}}, "", "  ")
		return v, errors.Join(encodeErr, errors.New(string(text)))
	}
	var issues []issue
	expect := func(kind string, is jsval.Kind, v jsval.Value, path ...any) {
		if v.Kind() != is {
			issues = append(issues, wrongType(kind, v, append([]any{"data"}, path...)))
		}
	}
	expect("string", jsval.String, v.Get("id"), "id")
	expect("string", jsval.String, v.Get("model"), "model")
	expect("array", jsval.Array, v.Get("choices"), "choices")
	for i, choice := range v.Get("choices").Items() {
		expect("number", jsval.Number, choice.Get("index"), "choices", i, "index")
		expect("object", jsval.Object, choice.Get("delta"), "choices", i, "delta")
		for j, call := range choice.Get("delta").Get("tool_calls").Items() {
			expect("string", jsval.String, call.Get("function").Get("name"), "choices", i, "delta", "tool_calls", j, "function", "name")
		}
		if reason := choice.Get("finish_reason"); reason.Kind() != jsval.String && reason.Kind() != jsval.Null {
			issues = append(issues, wrongReason(reason, i))
		}
	}
	if issues == nil {
		return v, nil
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(issues); err != nil {
		return v, err
	}
	return v, errors.New(string(bytes.TrimSpace(text.Bytes())))
}

func wrongType(kind string, v jsval.Value, path []any) issue {
	names := [...]string{"undefined", "null", "boolean", "number", "string", "array", "object"}
	return issue{Expected: kind, Code: "invalid_type", Path: path, Message: "Invalid input: expected " + kind + ", received " + names[v.Kind()]}
}

// wrongReason complains once for each reason that it could have been.
func wrongReason(v jsval.Value, choice int) issue {
	out := issue{Code: "invalid_union", Path: []any{"data", "choices", choice, "finish_reason"}, Message: "Invalid input"}
	for _, word := range []string{"stop", "length", "error", "tool_calls"} {
		out.Errors = append(out.Errors, []issue{{Code: "invalid_value", Values: []string{word}, Path: []any{}, Message: `Invalid input: expected "` + word + `"`}})
	}
	out.Errors = append(out.Errors, []issue{wrongType("string", v, []any{})})
	return out
}
