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
			s.entries = append(s.entries, decode(v, line))
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
			if m := v.Get("message"); m.Get("role").String() == "assistant" {
				h.Provider, h.ModelID = m.Get("provider").String(), m.Get("model").String()
			}
		}
	}
	h.Messages = Messages(pathTo(s.entries, leaf))
	return id, h, leaf, name
}

// decode reads an entry of a file.
func decode(v jsval.Value, line string) Entry {
	e := Entry{ID: v.Get("id").String(), Parent: v.Get("parentId").String(), Kind: v.Get("type").String(), text: json.RawMessage(line)}
	e.Message, _ = chat.Decode(v.Get("message")) // nil if the entry has none
	if e.Kind == "context_edit" && v.Get("replacement").Kind() == jsval.Null {
		e.omits = v.Get("targetId").String()
	}
	if e.Kind == "compaction" {
		at, _ := time.Parse(time.RFC3339, v.Get("timestamp").String()) // the zero time if it is none, as old as can be
		before, _ := v.Get("tokensBefore").Float()
		e.Compaction = &Compaction{Summary: v.Get("summary").String(), FirstKept: v.Get("firstKeptEntryId").String(), TokensBefore: before, At: at}
		for _, list := range []struct {
			to   *[]string
			from jsval.Value
		}{{&e.Compaction.Details.Read, v.Get("details").Get("readFiles")}, {&e.Compaction.Details.Modified, v.Get("details").Get("modifiedFiles")}} {
			for _, file := range list.from.Items() {
				*list.to = append(*list.to, file.String())
			}
		}
	}
	return e
}
