package session

import (
	"slices"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
)

// Compaction is an entry that stands for all that was said before the first
// entry that it keeps.
type Compaction struct {
	Summary      string      `json:"summary"`
	FirstKept    string      `json:"firstKeptEntryId"` // its id
	TokensBefore float64     `json:"tokensBefore"`
	Details      Details     `json:"details"`
	Usage        *chat.Usage `json:"usage,omitempty"` // what the summary cost, where it is counted
	FromHook     bool        `json:"fromHook"`
	At           time.Time   `json:"-"`
}

// Details are the files of which a summary tells.
type Details struct {
	Read     []string `json:"readFiles"`
	Modified []string `json:"modifiedFiles"`
}

// Compact records a compaction. It is dated now.
func (s *Session) Compact(c Compaction) error {
	c.At = time.Now().UTC().Truncate(time.Millisecond)
	return s.add(entry{Type: "compaction", Compaction: &c})
}

// Messages are the conversation as a model is told it now.
func (s *Session) Messages() []chat.Message { return Messages(s.Path()) }

// CompactedSince reports whether the conversation was compacted after a message.
func (s *Session) CompactedSince(m chat.Message) bool {
	path := s.Path()
	at := LastCompaction(path)
	return at > 0 && slices.ContainsFunc(path[:at], func(e Entry) bool { return e.Message == m })
}

// Path are the entries from the first to the last, without those of abandoned
// branches.
func (s *Session) Path() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return pathTo(s.entries, s.leaf)
}

// pathTo are the entries that lead to one.
func pathTo(entries []Entry, id string) []Entry {
	byID := map[string]Entry{}
	for _, e := range entries {
		byID[e.ID] = e
	}
	var path []Entry
	for e, ok := byID[id]; ok; e, ok = byID[e.Parent] {
		delete(byID, e.ID) // a file that goes round in a circle ends here
		path = append(path, e)
	}
	slices.Reverse(path)
	return path
}

// LastCompaction finds the last compaction of a path, or -1.
func LastCompaction(path []Entry) int {
	for i, e := range slices.Backward(path) {
		if e.Compaction != nil {
			return i
		}
	}
	return -1
}

// Visible are the entries of a path with the messages that a model is told: what
// an edit has taken out is an entry without a message.
func Visible(path []Entry) []Entry {
	omitted := map[string]bool{}
	for _, e := range path {
		omitted[e.omits] = e.omits != ""
	}
	out := slices.Clone(path)
	for i := range out {
		if omitted[out[i].ID] {
			out[i].Message = nil
		}
	}
	return out
}

// Messages are the conversation of a path: the summary of the last compaction,
// what that kept, and what came after it.
func Messages(path []Entry) []chat.Message {
	path = Visible(path)
	var out []chat.Message
	from, at := 0, LastCompaction(path)
	if at >= 0 {
		c := path[at].Compaction
		out = append(out, &chat.CompactionSummary{Role: "compactionSummary", Summary: c.Summary, TokensBefore: c.TokensBefore, Timestamp: c.At.UnixMilli()})
		from = slices.IndexFunc(path, func(e Entry) bool { return e.ID == c.FirstKept })
		if from < 0 || from > at {
			from = at
		}
	}
	for _, e := range path[from:] {
		if e.Message != nil {
			out = append(out, e.Message)
		}
	}
	return out
}
