package providers

import (
	"bytes"

	"github.com/agenta-ai/conform/fakes/providers/internal/scan"
)

// question is what a request's body asks.
type question struct {
	problem      problem
	model        string
	models       []string // fallbacks
	stream       bool
	usage        bool // of the stream, which OpenAI gives on demand only
	size         int  // of the body
	conversation []byte
	items        []item // of the conversation, if it is a list
	tools        []byte
	only         []byte // providers that OpenRouter may use
	stateful     string // member that asks for state, "" if none does
	unknown      []string
}

// problem is what is wrong with a body. The zero problem is none.
type problem struct {
	kind problemKind
	name string // of the member, or what is wrong
}

type problemKind int

const (
	fine problemKind = iota
	notJSON
	missing
	misshapen  // a member of another type than it must have
	unknownOne // a member that the dialect does not have
	badToolID
)

// shape is what the body of a dialect's requests looks like.
type shape struct {
	conversation string // member that holds it
	required     []string
	known        map[string]bool
	strict       bool // the real provider refuses unknown members
}

// shaped makes a shape; known members are written as one text.
func shaped(conversation string, strict bool, known []string, required ...string) *shape {
	s := &shape{conversation: conversation, strict: strict, required: required, known: map[string]bool{}}
	for _, name := range known {
		s.known[name] = true
	}
	return s
}

// read reads a body by the dialect of its place. What it can make out of a body
// that is not valid still goes to the journal.
func read(body []byte, at place) question {
	q := question{model: at.operation.model, stream: at.operation.stream, size: len(body)}
	if at.endpoint.dialect == nil {
		return q
	}
	shape, named := at.endpoint.dialect.shape(), q.model != "" // by the path
	found := 0
	var one item
	items := scan.Nested{Name: shape.conversation, Visit: one.take, End: func() {
		q.items = append(q.items, one)
		one = item{}
	}}
	err := scan.Deep(body, items, func(name string, value []byte) {
		for _, r := range shape.required {
			if name == r && !null(value) {
				found++
			}
		}
		switch name {
		case shape.conversation:
			q.conversation = value
		case "model":
			if !named {
				q.model, _ = scan.Text(value)
			}
		case "models":
			_ = scan.Array(value, func(id []byte) { // other shapes are ignored, as OpenRouter does
				if text, ok := scan.Text(id); ok {
					q.models = append(q.models, text)
				}
			})
		case "stream":
			switch {
			case named, null(value), bytes.Equal(value, []byte("false")):
			case bytes.Equal(value, []byte("true")):
				q.stream = true
			default:
				q.problem = problem{misshapen, name}
			}
		case "stream_options":
			q.usage = bytes.Equal(scan.Member(value, "include_usage"), []byte("true"))
		case "tools":
			q.tools = value
		case "provider":
			q.only = scan.Member(value, "only")
		case "store":
			if bytes.Equal(value, []byte("true")) {
				q.stateful = name
			}
		case "previous_response_id":
			if !null(value) {
				q.stateful = name
			}
		}
		if !shape.known[name] {
			q.unknown = append(q.unknown, name)
		}
	})
	switch {
	case err != nil:
		q.problem = problem{kind: notJSON}
	case q.model == "" && len(q.models) > 0:
		q.model = q.models[0]
		fallthrough
	case q.problem.kind != fine:
	case q.model == "":
		q.problem = problem{missing, "model"}
	case q.conversation == nil || null(q.conversation):
		q.problem = problem{missing, shape.conversation}
	case !filled(q.conversation):
		q.problem = problem{misshapen, shape.conversation}
	case found < len(shape.required):
		q.problem = problem{missing, shape.required[0]}
	}
	if c, ok := at.endpoint.dialect.(checker); ok && q.problem.kind == fine {
		q.problem = c.check(q.items)
	}
	return q
}

// checker is a dialect with rules of its own for conversations.
type checker interface {
	check(items []item) problem
}

func null(value []byte) bool { return bytes.Equal(value, []byte("null")) }

// filled reports whether a conversation, which is known to be JSON, has something
// in it: a list that begins with an object or a text, or, as some dialects
// allow, a text.
func filled(conversation []byte) bool {
	if conversation[0] == '"' {
		return len(conversation) > 2
	}
	rest := bytes.TrimLeft(conversation[1:], " \t\r\n")
	return conversation[0] == '[' && len(rest) > 0 && (rest[0] == '{' || rest[0] == '"')
}
