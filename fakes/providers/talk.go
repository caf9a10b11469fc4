package providers

import (
	"strings"

	"github.com/agenta-ai/conform/fakes/providers/internal/scan"
)

// talk is a conversation as scripts see it.
type talk struct {
	user   string // what the user said last
	tool   string // the result of a tool, if the conversation ends with one
	result bool   // it does
	turn   int    // 1 before the model has said anything
}

// teller puts a talk together, item by item. What was said is read at the end:
// only the last words count.
type teller struct {
	talk
	said  []byte // content of the user's last item
	model bool   // the last item was the model's
}

func (t *teller) says(content []byte) { t.said, t.result, t.tool, t.model = content, false, "", false }
func (t *teller) gets(text string)    { t.result, t.tool, t.model = true, text, false }
func (t *teller) answers() {
	if !t.model {
		t.turn++
	}
	t.result, t.tool, t.model = false, "", true
}

func (t *teller) done() talk {
	t.turn++
	t.user = plainText(t.said)
	return t.talk
}

// item is what matters of an item of a conversation, as it is written.
type item struct {
	role, kind     string
	content, other []byte // other is a tool's output or an id
	calls          []byte
}

// take takes a member of the item.
func (i *item) take(name string, value []byte) {
	switch name {
	case "role":
		i.role, _ = scan.Text(value)
	case "type":
		i.kind, _ = scan.Text(value)
	case "content", "parts":
		i.content = value
	case "output", "tool_call_id":
		i.other = value
	case "tool_calls":
		i.calls = value
	}
}

// each visits the parts of a content in one pass.
func each(content []byte, visit func(i item)) {
	var i item
	_ = scan.Objects(content, i.take, func() { // what is no list has no parts
		visit(i)
		i = item{}
	})
}

// plainText is a content as text: a string, or the texts of its parts.
func plainText(content []byte) string {
	if text, ok := scan.Text(content); ok {
		return text
	}
	var parts []string
	_ = scan.Array(content, func(part []byte) {
		if text, ok := scan.Text(scan.Member(part, "text")); ok {
			parts = append(parts, text)
		} else if text, ok := scan.Text(part); ok {
			parts = append(parts, text)
		}
	})
	return strings.Join(parts, "\n")
}

// messagesTalk reads OpenAI's messages.
func messagesTalk(items []item) talk {
	var t teller
	for _, i := range items {
		switch i.role {
		case "user":
			t.says(i.content)
		case "assistant":
			t.answers()
		case "tool", "function":
			t.gets(plainText(i.content))
		}
	}
	return t.done()
}

// blocksTalk reads Anthropic's messages, where the user brings tool results.
func blocksTalk(items []item) talk {
	var t teller
	for _, i := range items {
		switch i.role {
		case "assistant":
			t.answers()
		case "user":
			result, results, words := "", false, i.content != nil && i.content[0] == '"'
			each(i.content, func(block item) {
				if block.kind == "tool_result" {
					result, results = plainText(block.content), true
				} else {
					words = true
				}
			})
			if words {
				t.says(i.content)
			}
			if results {
				t.gets(result)
			}
		}
	}
	return t.done()
}

// inputTalk reads the input of OpenAI's responses, where it is no plain text.
func inputTalk(items []item) talk {
	var t teller
	for _, i := range items {
		switch {
		case i.kind == "function_call_output":
			t.gets(plainText(i.other))
		case i.kind == "function_call" || i.kind == "reasoning" || i.role == "assistant":
			t.answers()
		case i.role == "user":
			t.says(i.content)
		}
	}
	return t.done()
}

// contentsTalk reads Google's contents.
func contentsTalk(items []item) talk {
	var t teller
	for _, i := range items {
		if i.role == "model" {
			t.answers()
			continue
		}
		var result []byte
		_ = scan.Array(i.content, func(part []byte) {
			if response := scan.Member(part, "functionResponse"); response != nil {
				result = scan.Member(response, "response")
			}
		})
		if result != nil {
			t.gets(string(result))
		} else {
			t.says(i.content)
		}
	}
	return t.done()
}

// promptTalk is a conversation that is a plain text.
func promptTalk(text []byte) talk {
	var t teller
	t.says(text)
	return t.done()
}

// toolNames are the tools that a request offers, whatever the dialect wraps
// them in.
func toolNames(tools []byte) []string {
	var names []string
	add := func(tool []byte) bool {
		name, ok := scan.Text(scan.Member(tool, "name"))
		if ok {
			names = append(names, name)
		}
		return ok
	}
	_ = scan.Array(tools, func(tool []byte) {
		if add(tool) || add(scan.Member(tool, "function")) {
			return
		}
		_ = scan.Array(scan.Member(tool, "functionDeclarations"), func(f []byte) { add(f) })
	})
	return names
}
