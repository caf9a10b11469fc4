package providers

import "encoding/json"

// question is what a request's body asks.
type question struct {
	valid  bool
	model  string
	stream bool
	usage  bool // of the stream, which OpenAI gives on demand only
	size   int  // of the body
}

// read reads a body by the dialect of its place. What it can make out of a body
// that is not valid still goes to the journal.
func read(body []byte, at place) question {
	q := question{model: at.operation.model, stream: at.operation.stream, size: len(body)}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil || at.endpoint.dialect == nil {
		return q
	}
	named := q.model != "" // by the path
	q.valid = filled(members[at.endpoint.dialect.content()])
	if !named {
		if json.Unmarshal(members["model"], &q.model) != nil || q.model == "" {
			q.valid = false
		}
		if stream, ok := members["stream"]; ok && json.Unmarshal(stream, &q.stream) != nil {
			q.valid = false
		}
	}
	var options struct {
		Usage bool `json:"include_usage"`
	}
	if json.Unmarshal(members["stream_options"], &options) == nil {
		q.usage = options.Usage
	}
	return q
}

// filled reports whether a conversation has something in it: a list with
// members or, as openai-responses allows, a text.
func filled(conversation json.RawMessage) bool {
	var text string
	if json.Unmarshal(conversation, &text) == nil {
		return text != ""
	}
	var items []json.RawMessage
	return json.Unmarshal(conversation, &items) == nil && len(items) > 0
}
