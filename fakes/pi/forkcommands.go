package pi

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
)

func (a *agent) getEntries(r request) *response {
	a.mu.Lock()
	s := a.session
	a.mu.Unlock()
	entries := s.Entries()
	if since := r.Get("since"); since.Kind() != jsval.Undefined {
		i := slices.IndexFunc(entries, func(e session.Entry) bool { return e.ID == since.Word() })
		if i < 0 {
			return r.fail("Entry not found: " + since.Word())
		}
		entries = entries[i+1:]
	}
	return r.succeed(struct {
		Entries []session.Entry `json:"entries"`
		Leaf    *string         `json:"leafId"`
	}{append([]session.Entry{}, entries...), s.Leaf()})
}

func (a *agent) getTree(r request) *response {
	a.mu.Lock()
	s := a.session
	a.mu.Unlock()
	return r.succeed(struct {
		Tree []*session.Node `json:"tree"`
		Leaf *string         `json:"leafId"`
	}{s.Tree(), s.Leaf()})
}

// forkMessages lists the messages that a session can be forked at.
func (a *agent) forkMessages(r request) *response {
	type message struct {
		EntryID string `json:"entryId"`
		Text    string `json:"text"`
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	messages := []message{}
	for _, e := range a.session.Entries() {
		if e.User() != nil {
			messages = append(messages, message{e.ID, chat.PlainText(e.User().Content, "")})
		}
	}
	return r.succeed(map[string]any{"messages": messages})
}

// exportHTML is answered where it is refused; pages are not written here.
func (a *agent) exportHTML(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.session.File == "":
		return r.fail("Cannot export in-memory session to HTML")
	case !a.session.Saved():
		return r.fail("Nothing to export yet - start a conversation first")
	}
	return r.unplayed()
}

// clone is answered where it is refused, as fork is; a branch of a session is
// not played.
func (a *agent) clone(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	leaf := a.session.Leaf()
	switch {
	case a.session.File == "" || a.session.Saved():
		return r.unplayed()
	case a.who.SaysUnsaved:
		return r.fail("This session has not been saved yet. Wait for the first assistant response before cloning or forking it.")
	case leaf == nil:
		return r.fail("Cannot clone session: no current entry selected")
	default:
		return r.fail("Entry " + *leaf + " not found")
	}
}

// fork is answered where it is refused.
func (a *agent) fork(r request) *response {
	a.mu.Lock()
	entries := a.session.Entries()
	a.mu.Unlock()
	known := slices.ContainsFunc(entries, func(e session.Entry) bool { return e.ID == r.Get("entryId").String() && e.User() != nil })
	if !known {
		return r.fail("Invalid entry ID for forking")
	}
	return r.unplayed()
}

// unplayed is the answer to what the fake does not do. No Pi says it.
func (r request) unplayed() *response {
	return r.fail(fmt.Sprintf("the fake does not play %s", r.Get("type").String()))
}

// null is data that is there and null.
func null() json.RawMessage { return json.RawMessage("null") }
