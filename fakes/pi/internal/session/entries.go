package session

import (
	"encoding/json"
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
)

// Entry is one line of the session after its header.
type Entry struct {
	ID, Parent string
	Kind       string       // "message", "model_change", "compaction", ...
	Message    chat.Message // nil if it is none
	Compaction *Compaction  // nil if it is none
	omits      string       // id of the entry that it takes out of the conversation
	text       any          // entry, or json.RawMessage of a file
}

// MarshalJSON writes the entry as the file has it.
func (e Entry) MarshalJSON() ([]byte, error) { return json.Marshal(e.text) }

// User is the message of the user that the entry is, nil if it is another.
func (e Entry) User() *chat.User {
	m, _ := e.Message.(*chat.User)
	return m
}

// Entries lists all entries, oldest first.
func (s *Session) Entries() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clip(s.entries)
}

// Saved reports whether the session is in its file.
func (s *Session) Saved() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flushed
}

// Leaf is the id of the last entry, nil if there is none.
func (s *Session) Leaf() *string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leaf == "" {
		return nil
	}
	leaf := s.leaf
	return &leaf
}

// Node is an entry with those that follow from it.
type Node struct {
	Entry    Entry   `json:"entry"`
	Children []*Node `json:"children"`
}

// Tree hangs every entry below its parent. An entry whose parent is not there
// is a root.
func (s *Session) Tree() []*Node {
	roots, nodes := []*Node{}, map[string]*Node{}
	for _, e := range s.Entries() {
		n := &Node{e, []*Node{}}
		if parent := nodes[e.Parent]; parent != nil {
			parent.Children = append(parent.Children, n)
		} else {
			roots = append(roots, n)
		}
		nodes[e.ID] = n
	}
	return roots
}

// EditedSince reports whether something was taken out of the conversation after
// a message.
func (s *Session) EditedSince(m chat.Message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range slices.Backward(s.entries) {
		if e.Message == m {
			return false
		}
		if e.Kind == "context_edit" {
			return true
		}
	}
	return false
}
