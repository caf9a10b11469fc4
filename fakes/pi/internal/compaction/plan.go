package compaction

import (
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
)

// Plan is what a compaction is about to do.
type Plan struct {
	FirstKept string         // id of the first entry that stays
	History   []chat.Message // what is summed up
	Prefix    []chat.Message // the beginning of a turn that is cut in two, summed up apart
	Previous  string         // summary of an earlier compaction, which the new one carries on
	Files     session.Details
}

// Empty reports whether there is nothing to sum up.
func (p Plan) Empty() bool { return len(p.History) == 0 && len(p.Prefix) == 0 }

// Prepare plans the compaction of the entries that lead to the last one. About
// the last keep tokens stay. It is false where nothing was said since the last
// compaction, or where there is nothing at all.
func Prepare(path []session.Entry, keep float64) (Plan, bool) {
	if len(path) == 0 || path[len(path)-1].Compaction != nil {
		return Plan{}, false
	}
	path = session.Visible(path)
	var p Plan
	files := files{}
	from := 0
	if last := session.LastCompaction(path); last >= 0 {
		c := path[last].Compaction
		p.Previous = c.Summary
		files.carry(c)
		from = slices.IndexFunc(path, func(e session.Entry) bool { return e.ID == c.FirstKept })
		if from < 0 {
			from = last + 1
		}
	}
	kept, turn := cut(path, from, keep)
	if path[kept].ID == "" {
		return Plan{}, false
	}
	p.FirstKept = path[kept].ID
	end := kept
	if turn >= 0 {
		end = turn
		p.Prefix = messages(path[turn:kept])
	}
	p.History = messages(path[from:max(from, end)])
	files.read(p.History)
	files.read(p.Prefix)
	p.Files = files.details()
	return p, true
}

// messages are those of the entries. Summaries of earlier compactions are carried
// on in another way.
func messages(entries []session.Entry) []chat.Message {
	var out []chat.Message
	for _, e := range entries {
		if e.Message != nil {
			out = append(out, e.Message)
		}
	}
	return out
}

// cut finds the first entry that is kept, and the one that begins its turn if the
// turn is cut in two, else -1. A result of a tool stays with its call.
func cut(path []session.Entry, from int, keep float64) (kept, turn int) {
	var candidates []int
	for i := from; i < len(path); i++ {
		if _, result := path[i].Message.(*chat.ToolResult); path[i].Message != nil && !result {
			candidates = append(candidates, i)
		}
	}
	if len(candidates) == 0 {
		return from, -1
	}
	kept = candidates[0]
	tokens := 0.0
	for i := len(path) - 1; i >= from; i-- {
		if path[i].Message == nil {
			continue
		}
		if tokens += chat.Tokens(path[i].Message); tokens >= keep {
			if at := slices.IndexFunc(candidates, func(c int) bool { return c >= i }); at >= 0 {
				kept = candidates[at]
			}
			break
		}
	}
	// What is no message belongs to the message after it.
	for kept > from && path[kept-1].Message == nil && path[kept-1].Compaction == nil {
		kept--
	}
	if begins(path[kept]) {
		return kept, -1
	}
	for turn = kept; turn >= from; turn-- {
		if begins(path[turn]) {
			return kept, turn
		}
	}
	return kept, -1
}

// begins reports whether an entry begins a turn.
func begins(e session.Entry) bool {
	switch e.Message.(type) {
	case *chat.User, *chat.BashExecution:
		return true
	default:
		return false
	}
}
