package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
)

// timeFormat is how JavaScript prints a time.
const timeFormat = "2006-01-02T15:04:05.000Z"

// Session is one conversation on its way to a file. It is safe for concurrent
// use.
type Session struct {
	ID   string
	File string // as Pi names it, seen from the working directory; "" keeps it in memory
	cwd  string

	mu      sync.Mutex
	name    string
	lines   []json.RawMessage // header and entries that are not in the file yet
	flushed bool              // the file exists, and entries are appended to it
	answer  bool              // there is an answer, so the file is worth having
	leaf    string
	entries []Entry
}

// header is the first line of the file.
type header struct {
	Type      string `json:"type"`
	Version   int    `json:"version"`
	ID        string `json:"id"`
	Timestamp string `json:"timestamp"`
	Cwd       string `json:"cwd"`
	Parent    string `json:"parentSession,omitempty"`
}

// entry is any other line. Only what a kind uses is set.
type entry struct {
	Type          string          `json:"type"`
	ID            string          `json:"id"`
	ParentID      *string         `json:"parentId"`
	Timestamp     string          `json:"timestamp"`
	Provider      string          `json:"provider,omitempty"`
	ModelID       string          `json:"modelId,omitempty"`
	ThinkingLevel string          `json:"thinkingLevel,omitempty"`
	Name          string          `json:"name,omitempty"`
	TargetID      string          `json:"targetId,omitempty"`
	Replacement   json.RawMessage `json:"replacement,omitempty"`
	Message       chat.Message    `json:"message,omitempty"`
	*Compaction
}

// DefaultDir is the folder for the sessions of a working directory.
func DefaultDir(agentDir, cwd string) string {
	name := strings.NewReplacer("/", "-", `\`, "-", ":", "-").Replace(strings.TrimPrefix(cwd, "/"))
	return filepath.Join(agentDir, "sessions", "--"+name+"--")
}

// New begins a session in a folder, or in memory if dir is "". An empty id gets
// a new one. The parent is the file of the session that it comes from, "" for none.
func New(dir, cwd, id, parent string) (*Session, error) {
	now := time.Now().UTC()
	if id == "" {
		id = uuid7(now)
	}
	s := &Session{ID: id, cwd: cwd}
	if dir != "" {
		if err := os.MkdirAll(within(cwd, dir), 0o755); err != nil {
			return nil, fmt.Errorf("session folder: %w", err)
		}
		s.File = filepath.Join(dir, stamp(now)+"_"+id+".jsonl")
	}
	return s, s.head(now, parent)
}

// within is a path seen from a folder.
func within(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

func (s *Session) head(now time.Time, parent string) error {
	return s.line(header{Type: "session", Version: 3, ID: s.ID, Timestamp: now.Format(timeFormat), Cwd: s.cwd, Parent: parent})
}

// Model records the choice of a model.
func (s *Session) Model(provider, id string) error {
	return s.add(entry{Type: "model_change", Provider: provider, ModelID: id})
}

// Thinking records a thinking level.
func (s *Session) Thinking(level string) error {
	return s.add(entry{Type: "thinking_level_change", ThinkingLevel: level})
}

// Rename records the name of the session.
func (s *Session) Rename(name string) error {
	s.mu.Lock()
	s.name = name
	s.mu.Unlock()
	return s.add(entry{Type: "session_info", Name: name})
}

// Omit records that a message, a failed answer, is no part of what a model
// is told, and returns the record.
func (s *Session) Omit(m chat.Message) (Entry, error) {
	target := ""
	for _, e := range s.Entries() {
		if e.Message == m {
			target = e.ID
		}
	}
	if target == "" {
		return Entry{}, errors.New("session: the message to omit is not in it")
	}
	err := s.add(entry{Type: "context_edit", TargetID: target, Replacement: json.RawMessage("null")})
	entries := s.Entries()
	return entries[len(entries)-1], err
}

// Message records a message. The first answer brings the file into being.
func (s *Session) Message(m chat.Message) error {
	return s.add(entry{Type: "message", Message: m})
}

// Name is the name of the session, "" if it has none.
func (s *Session) Name() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

func (s *Session) add(e entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := e.Message.(*chat.Assistant); ok {
		s.answer = true
	}
	e.ID = randomHex(4)
	e.Timestamp = time.Now().UTC().Format(timeFormat)
	if s.leaf != "" {
		parent := s.leaf
		e.ParentID = &parent
	}
	s.entries = append(s.entries, Entry{ID: e.ID, Parent: s.leaf, Kind: e.Type, Message: e.Message, Compaction: e.Compaction, omits: e.TargetID, text: e})
	s.leaf = e.ID
	return s.line(e)
}

func (s *Session) line(v any) error {
	if s.File == "" {
		return nil
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("session: %w", err)
	}
	s.lines = append(s.lines, out.Bytes())
	if !s.flushed && !s.answer {
		return nil
	}
	return s.flush()
}

func (s *Session) flush() error {
	flags := os.O_WRONLY | os.O_APPEND | os.O_CREATE
	if !s.flushed {
		flags |= os.O_EXCL
	}
	file, err := os.OpenFile(within(s.cwd, s.File), flags, 0o644)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	for _, line := range s.lines {
		if _, err = file.Write(line); err != nil {
			break
		}
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	s.lines, s.flushed = nil, true
	return nil
}
