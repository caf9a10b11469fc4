package compare

import (
	"encoding/json"

	"github.com/agenta-ai/conform/internal/verify/play"
)

// raced collects what tools found in files that other tools changed at the same
// moment. Calls of one answer run side by side, so this is chance: the file as it
// was, as it is, or empty in between.
func raced(o play.Observation) map[string]bool {
	found := map[string]bool{}
	for _, s := range o.Steps {
		var group []toolLine // calls that run side by side
		for _, text := range s.Lines {
			var l toolLine
			if json.Unmarshal([]byte(text), &l) != nil {
				continue
			}
			switch l.Type {
			case "tool_execution_start":
				group = append(group, l)
			case "tool_execution_end":
				if races(group, l.ID) && len(l.Result.Content) == 1 {
					found[l.Result.Content[0].Text] = true
				}
			case "turn_end":
				group = nil
			}
		}
	}
	return found
}

// toolLine is an event of a tool.
type toolLine struct {
	Type string `json:"type"`
	ID   string `json:"toolCallId"`
	Name string `json:"toolName"`
	Args struct {
		Path string `json:"path"`
	} `json:"args"`
	Result struct {
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
	} `json:"result"`
}

// races reports whether a call reads a file that another call of the group changes.
func races(group []toolLine, id string) bool {
	for _, read := range group {
		if read.ID != id || read.Name != "read" {
			continue
		}
		for _, change := range group {
			if (change.Name == "edit" || change.Name == "write") && change.Args.Path == read.Args.Path {
				return true
			}
		}
	}
	return false
}

// byChance stands for what a tool found by chance.
const byChance = "<what it found just then>"

// unraced leaves out of a message, or an event, what follows from what a tool found
// by chance.
func unraced(v map[string]any) {
	result, _ := v["result"].(map[string]any)
	if lucky(v["content"]) || lucky(result["content"]) {
		for _, name := range []string{"isError", "details", "is_error"} {
			delete(v, name)
		}
	}
}

func lucky(content any) bool {
	blocks, _ := content.([]any)
	for _, b := range blocks {
		if block, ok := b.(map[string]any); ok && block["text"] == byChance {
			return true
		}
	}
	return false
}
