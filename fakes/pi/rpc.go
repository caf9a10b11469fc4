package pi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// response answers one command. Members that are not set do not exist, as
// undefined does not in JSON.
type response struct {
	ID      json.RawMessage `json:"id,omitempty"`
	Type    string          `json:"type"`
	Command json.RawMessage `json:"command,omitempty"`
	Success bool            `json:"success"`
	Data    any             `json:"data,omitempty"`
	Error   *string         `json:"error,omitempty"`
}

// request is one command.
type request struct {
	jsval.Value
}

func (r request) raw(name string) json.RawMessage {
	if v := r.Get(name); v.Kind() != jsval.Undefined {
		return v.Append(nil)
	}
	return nil
}

func (r request) succeed(data any) *response {
	return &response{ID: r.raw("id"), Type: "response", Command: r.raw("type"), Success: true, Data: data}
}

func (r request) fail(text string) *response {
	return &response{ID: r.raw("id"), Type: "response", Command: r.raw("type"), Error: &text}
}

// readCommands handles the lines of stdin until there are no more. A last line
// needs no line end.
func (a *agent) readCommands() flight.Exit {
	in := bufio.NewReader(a.Stdin)
	for {
		line, err := in.ReadString('\n')
		if line != "" {
			line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
			a.journal.Stdin(line)
			if crash := a.line(line); crash != "" {
				fmt.Fprintln(a.Stderr, crash)
				return flight.Exit{Code: 1, Reason: crash}
			}
		}
		if err == io.EOF {
			return flight.Exit{Reason: "stdin closed"}
		}
		if err != nil {
			a.journal.Note("stdin: " + err.Error())
			return flight.Exit{Reason: "stdin broken"}
		}
	}
}

// line handles one line of stdin. It returns the text of the error that kills
// Pi, if the line does.
func (a *agent) line(text string) (crash string) {
	v, err := jsval.Parse(text)
	if err != nil {
		message := "Failed to parse command: " + err.Error()
		a.out.send(&response{Type: "response", Command: json.RawMessage(`"parse"`), Error: &message})
		return ""
	}
	if v.Kind() == jsval.Null {
		return "TypeError: Cannot read properties of null (reading 'id')"
	}
	if v.Get("type").String() == "extension_ui_response" {
		return "" // nobody asked
	}
	r := request{v}
	handle := a.command(v.Get("type").String())
	if handle == nil {
		answer := r.fail("Unknown command: " + v.Get("type").Word())
		if !a.who.EchoesUnknownID {
			answer.ID = nil
		}
		a.out.send(answer)
		return ""
	}
	a.gap.Lock()
	defer a.gap.Unlock()
	if answer := handle(r); answer != nil {
		a.out.send(answer)
	}
	return ""
}

// command finds the handler of a command. A handler that answers later, or by
// itself, returns nil.
func (a *agent) command(name string) func(request) *response {
	switch name {
	case "prompt":
		return a.prompt
	case "steer":
		return a.steer
	case "follow_up":
		return a.followUpCommand
	case "abort":
		return a.abort
	case "abort_retry":
		return a.abortRetry
	case "bash":
		return a.bash
	case "abort_bash":
		return a.abortBash
	case "get_state":
		return a.state
	case "get_session_stats":
		return a.stats
	case "get_messages":
		return a.getMessages
	case "get_last_assistant_text":
		return a.lastText
	case "get_commands":
		return a.getCommands
	case "get_fork_messages":
		return a.forkMessages
	case "get_available_models":
		return a.availableModels
	case "set_model":
		return a.setModel
	case "cycle_model":
		return a.cycleModel
	case "set_thinking_level":
		return a.setThinkingLevel
	case "cycle_thinking_level":
		return a.cycleThinkingLevel
	case "get_available_thinking_levels":
		if a.who.HasLevels {
			return a.thinkingLevels
		}
		return nil
	case "clear_queue":
		if a.who.HasClearQueue {
			return a.clearQueue
		}
		return nil
	case "set_steering_mode", "set_follow_up_mode", "set_auto_compaction", "set_auto_retry":
		return a.setSwitch
	case "set_session_name":
		return a.setSessionName
	case "new_session", "switch_session":
		return a.replaceSession
	case "get_entries":
		if a.who.HasEntries {
			return a.getEntries
		}
		return nil
	case "get_tree":
		if a.who.HasEntries {
			return a.getTree
		}
		return nil
	case "fork":
		return a.fork
	case "clone":
		return a.clone
	case "compact":
		return a.compact
	case "export_html":
		return a.exportHTML
	default:
		return nil
	}
}
