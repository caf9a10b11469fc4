package session

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// History is what a resumed session begins with.
type History struct {
	Messages    []chat.Message
	Provider    string
	ModelID     string
	Thinking    string
	HasThinking bool
}

// Open continues the session of a file. A file that does not exist is a new
// session. One that is no session is an error, in Pi's words, or is overwritten
// by one.
func Open(path, cwd string, refuseGarbage bool) (*Session, History, error) {
	s := &Session{ID: uuid7(time.Now().UTC()), File: path, cwd: cwd}
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return s, History{}, s.head(time.Now().UTC(), "")
	}
	if err != nil {
		return nil, History{}, fmt.Errorf("session: %w", err)
	}
	id, history, leaf, name := s.read(string(text))
	if id == "" && refuseGarbage {
		return nil, History{}, fmt.Errorf("Session file is not a valid pi session: %s", path)
	}
	if id == "" {
		if err := os.Remove(path); err != nil {
			return nil, History{}, fmt.Errorf("session: %w", err)
		}
		s.answer = true // so that the header is written now
		err := s.head(time.Now().UTC(), "")
		s.answer = false
		return s, History{}, err
	}
	s.ID, s.leaf, s.name, s.flushed = id, leaf, name, true
	return s, history, nil
}

// read follows the entries from the last one back to the first. Lines that are
// no JSON are passed over.
func (s *Session) read(text string) (id string, h History, leaf, name string) {
	byID := map[string]jsval.Value{}
	for line := range strings.SplitSeq(text, "\n") {
		v, err := jsval.Parse(line)
		if err != nil {
			continue
		}
		switch {
		case v.Get("type").String() == "session":
			id = v.Get("id").String()
		case id == "":
			return "", h, "", ""
		default:
			leaf = v.Get("id").String()
			byID[leaf] = v
			m, _ := chat.Decode(v.Get("message")) // nil if the entry has none
			s.entries = append(s.entries, Entry{leaf, v.Get("parentId").String(), m, json.RawMessage(line)})
		}
	}
	var path []jsval.Value
	for at := leaf; at != ""; {
		v, ok := byID[at]
		if !ok {
			break
		}
		delete(byID, at) // a file that goes round in a circle ends here
		path = append(path, v)
		at = v.Get("parentId").String()
	}
	omitted := map[string]bool{}
	for _, v := range path {
		if v.Get("type").String() == "context_edit" && v.Get("replacement").Kind() == jsval.Null {
			omitted[v.Get("targetId").String()] = true
		}
	}
	for i := len(path) - 1; i >= 0; i-- {
		v := path[i]
		switch v.Get("type").String() {
		case "model_change":
			h.Provider, h.ModelID = v.Get("provider").String(), v.Get("modelId").String()
		case "thinking_level_change":
			h.Thinking, h.HasThinking = v.Get("thinkingLevel").String(), true
		case "session_info":
			name = v.Get("name").String()
		case "message":
			if m, ok := chat.Decode(v.Get("message")); ok {
				if !omitted[v.Get("id").String()] {
					h.Messages = append(h.Messages, m)
				}
				if a, ok := m.(*chat.Assistant); ok {
					h.Provider, h.ModelID = a.Provider, a.Model
				}
			}
		}
	}
	return id, h, leaf, name
}
