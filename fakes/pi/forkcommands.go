package pi

import (
	"encoding/json"
	"errors"
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
		if e.User() == nil {
			continue
		}
		if text := chat.PlainText(e.User().Content, ""); text != "" {
			messages = append(messages, message{e.ID, text})
		}
	}
	return r.succeed(map[string]any{"messages": messages})
}

// clone goes on with a copy of the session.
func (a *agent) clone(r request) *response {
	a.mu.Lock()
	s := a.session
	a.mu.Unlock()
	leaf := s.Leaf()
	if leaf == nil {
		return r.fail("Cannot clone session: no current entry selected")
	}
	if err := a.branch(s, *leaf); err != nil {
		return r.fail(err.Error())
	}
	return r.succeed(map[string]bool{"cancelled": false})
}

// fork goes on with the session as it was before a message of the user.
func (a *agent) fork(r request) *response {
	a.mu.Lock()
	s := a.session
	a.mu.Unlock()
	entries := s.Entries()
	i := slices.IndexFunc(entries, func(e session.Entry) bool { return e.ID == r.Get("entryId").String() && e.User() != nil })
	if i < 0 {
		return r.fail("Invalid entry ID for forking")
	}
	if err := a.branch(s, entries[i].Parent); err != nil {
		return r.fail(err.Error())
	}
	return r.succeed(struct {
		Text      string `json:"text"`
		Cancelled bool   `json:"cancelled"`
	}{chat.PlainText(entries[i].User().Content, ""), false})
}

// branch goes on with what leads to an entry of a session, "" for nothing.
func (a *agent) branch(s *session.Session, at string) error {
	switch {
	case at == "" || s.File == "" || s.Saved():
	case a.who.SaysUnsaved:
		return errors.New("This session has not been saved yet. Wait for the first assistant response before cloning or forking it.")
	default:
		return fmt.Errorf("Entry %s not found", at)
	}
	return a.restart(func() (history session.History, err error) {
		if at == "" {
			a.session, err = session.New(a.sessionDir(), a.Dir, "", s.File)
			return history, err
		}
		branch, history, err := s.Branch(a.sessionDir(), a.Dir, at)
		if err == nil {
			a.session = branch
		}
		return history, err
	})
}

// null is data that is there and null.
func null() json.RawMessage { return json.RawMessage("null") }
