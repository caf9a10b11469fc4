package session

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
)

// Branch begins a session with the entries that lead to one of this session's. It
// lies in the folder dir, or in memory if this one does.
func (s *Session) Branch(dir, cwd, at string) (*Session, History, error) {
	entries := map[string]Entry{}
	for _, e := range s.Entries() {
		entries[e.ID] = e
	}
	var path []Entry
	for id := at; id != ""; {
		e, ok := entries[id]
		if !ok {
			break
		}
		delete(entries, id) // a file that goes round in a circle ends here
		path = append(path, e)
		id = e.Parent
	}
	if len(path) == 0 {
		return nil, History{}, fmt.Errorf("Entry %s not found", at)
	}
	if s.File == "" {
		dir = ""
	}
	n, err := New(dir, cwd, "", s.File)
	if err != nil {
		return nil, History{}, err
	}
	text := `{"type":"session","id":"` + n.ID + "\"}\n"
	for i := len(path) - 1; i >= 0; i-- {
		line, err := json.Marshal(path[i])
		if err != nil {
			return nil, History{}, fmt.Errorf("session: %w", err)
		}
		text += string(line) + "\n"
		n.lines = append(n.lines, append(line, '\n'))
		if _, ok := path[i].Message.(*chat.Assistant); ok {
			n.answer = true
		}
	}
	_, history, leaf, name := n.read(strings.TrimSuffix(text, "\n"))
	n.leaf, n.name = leaf, name
	if n.File == "" {
		n.lines = nil
	} else if n.answer {
		err = n.flush()
	}
	return n, history, err
}

// stamp is the time of a session in the name of its file.
func stamp(t time.Time) string {
	return strings.NewReplacer(":", "-", ".", "-").Replace(t.Format(timeFormat))
}
