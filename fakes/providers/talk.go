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

// teller puts a talk together, item by item.
type teller struct {
	talk
	model bool // the last item was the model's
}

func (t *teller) says(text string) { t.user, t.result, t.tool, t.model = text, false, "", false }
func (t *teller) gets(text string) { t.result, t.tool, t.model = true, text, false }
func (t *teller) answers() {
	if !t.model {
		t.turn++
	}
	t.result, t.tool, t.model = false, "", true
}

func (t *teller) done() talk {
	t.turn++
	return t.talk
}

// each visits the items of a conversation with their roles.
func each(conversation []byte, visit func(role string, item []byte)) {
	_ = scan.Array(conversation, func(item []byte) { // what is no list has no items
		role, _ := scan.Text(scan.Member(item, "role"))
		visit(role, item)
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
func messagesTalk(messages []byte) talk {
	var t teller
	each(messages, func(role string, item []byte) {
		switch role {
		case "user":
			t.says(plainText(scan.Member(item, "content")))
		case "assistant":
			t.answers()
		case "tool", "function":
			t.gets(plainText(scan.Member(item, "content")))
		}
	})
	return t.done()
}

// blocksTalk reads Anthropic's messages, where the user brings tool results.
func blocksTalk(messages []byte) talk {
	var t teller
	each(messages, func(role string, item []byte) {
		content := scan.Member(item, "content")
		switch role {
		case "assistant":
			t.answers()
		case "user":
			result, ok := "", false
			_ = scan.Array(content, func(block []byte) {
				if kind, _ := scan.Text(scan.Member(block, "type")); kind == "tool_result" {
					result, ok = plainText(scan.Member(block, "content")), true
				}
			})
			if text := plainText(content); text != "" || !ok {
				t.says(text)
			}
			if ok {
				t.gets(result)
			}
		}
	})
	return t.done()
}

// inputTalk reads the input of OpenAI's responses.
func inputTalk(input []byte) talk {
	var t teller
	if text, ok := scan.Text(input); ok {
		t.says(text)
		return t.done()
	}
	each(input, func(role string, item []byte) {
		kind, _ := scan.Text(scan.Member(item, "type"))
		switch {
		case kind == "function_call_output":
			t.gets(plainText(scan.Member(item, "output")))
		case kind == "function_call" || kind == "reasoning" || role == "assistant":
			t.answers()
		case role == "user":
			t.says(plainText(scan.Member(item, "content")))
		}
	})
	return t.done()
}

// contentsTalk reads Google's contents.
func contentsTalk(contents []byte) talk {
	var t teller
	each(contents, func(role string, item []byte) {
		parts := scan.Member(item, "parts")
		if role == "model" {
			t.answers()
			return
		}
		result, ok := "", false
		_ = scan.Array(parts, func(part []byte) {
			if response := scan.Member(part, "functionResponse"); response != nil {
				result, ok = string(scan.Member(response, "response")), true
			}
		})
		if ok {
			t.gets(result)
			return
		}
		t.says(plainText(parts))
	})
	return t.done()
}

// promptTalk reads the prompt of the old completions.
func promptTalk(prompt []byte) talk {
	var t teller
	t.says(plainText(prompt))
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
