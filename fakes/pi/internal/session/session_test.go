package session

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func user(text string) *chat.User {
	return &chat.User{Role: "user", Content: []chat.Block{chat.NewText(text)}}
}

func answer(text string) *chat.Assistant {
	return &chat.Assistant{Role: "assistant", Provider: "p", Model: "m", StopReason: chat.Stop, Content: []chat.Block{chat.NewText(text)}}
}

// talk is a session with a name, two questions and their answers.
func talk(t *testing.T, dir string) *Session {
	t.Helper()
	s, err := New(dir, "/work", "", "")
	must(t, err)
	must(t, s.Model("p", "m"))
	must(t, s.Thinking("low"))
	must(t, s.Message(user("one")))
	must(t, s.Message(answer("first")))
	must(t, s.Rename("a name"))
	must(t, s.Message(user("two")))
	must(t, s.Message(answer("second")))
	return s
}

// lines are the types of a file's lines, with the text of messages.
func lines(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	var out []string
	for line := range strings.Lines(string(text)) {
		var l struct {
			Type    string
			Message struct {
				Content []struct{ Text string }
			}
		}
		must(t, json.Unmarshal([]byte(line), &l))
		if len(l.Message.Content) > 0 {
			l.Type = l.Message.Content[0].Text
		}
		out = append(out, l.Type)
	}
	return strings.Join(out, " ")
}

func TestFileComesWithTheFirstAnswer(t *testing.T) {
	t.Parallel()
	s, err := New(t.TempDir(), "/work", "", "")
	must(t, err)
	must(t, s.Message(user("one")))
	if _, err := os.Stat(s.File); s.Saved() || !os.IsNotExist(err) {
		t.Errorf("it is saved before there is an answer: %v", err)
	}
	must(t, s.Message(answer("first")))
	if got := lines(t, s.File); got != "session one first" || !s.Saved() {
		t.Errorf("the file has %s", got)
	}
	if base := filepath.Base(s.File); !strings.HasSuffix(base, "_"+s.ID+".jsonl") || strings.ContainsAny(base, ":") {
		t.Errorf("it is called %s", base)
	}
}

func TestBranch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at       int // entry of the talk
		lines    string
		messages int
		name     string
	}{
		"before anything was said": {1, "", 0, ""},
		"at a question":            {2, "", 1, ""},
		"at an answer":             {3, "session model_change thinking_level_change one first", 2, ""},
		"at the name":              {4, "session model_change thinking_level_change one first session_info", 2, "a name"},
		"at the end":               {6, "session model_change thinking_level_change one first session_info two second", 4, "a name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, dir := talk(t, t.TempDir()), t.TempDir()
			at := s.Entries()[c.at].ID
			b, h, err := s.Branch(dir, "/work", at)
			must(t, err)
			if len(h.Messages) != c.messages || h.Provider != "p" || h.ModelID != "m" || h.Thinking != "low" || b.Name() != c.name || *b.Leaf() != at {
				t.Errorf("history %+v, name %q, leaf %s", h, b.Name(), *b.Leaf())
			}
			if b.ID == s.ID || filepath.Dir(b.File) != dir {
				t.Errorf("it is %s in %s", b.ID, b.File)
			}
			if c.lines == "" { // no answer yet: nothing worth a file
				if b.Saved() {
					t.Error("it is saved")
				}
				return
			}
			if got := lines(t, b.File); got != c.lines {
				t.Errorf("the file has %s", got)
			}
			text, err := os.ReadFile(b.File)
			must(t, err)
			if parent, _ := json.Marshal(s.File); !strings.Contains(string(text), `"parentSession":`+string(parent)) {
				t.Errorf("it does not name its parent: %s", text)
			}
			must(t, b.Message(user("elsewhere")))
			if got := lines(t, b.File); got != c.lines+" elsewhere" || strings.Contains(lines(t, s.File), "elsewhere") {
				t.Errorf("afterwards the file has %s", got)
			}
		})
	}
}

func TestBranchOfMemoryStaysThere(t *testing.T) {
	t.Parallel()
	s, dir := talk(t, ""), t.TempDir()
	b, h, err := s.Branch(dir, "/work", *s.Leaf())
	must(t, err)
	if left, _ := os.ReadDir(dir); b.File != "" || len(left) != 0 || len(h.Messages) != 4 {
		t.Errorf("file %q, folder %v, %d messages", b.File, left, len(h.Messages))
	}
}

func TestBranchAtNothing(t *testing.T) {
	t.Parallel()
	if _, _, err := talk(t, t.TempDir()).Branch(t.TempDir(), "/work", "deadbeef"); err == nil || err.Error() != "Entry deadbeef not found" {
		t.Errorf("got %v", err)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	const head = `{"type":"session","version":3,"id":"the-id","cwd":"/work"}` + "\n"
	for name, c := range map[string]struct {
		text     string
		err      string
		id, leaf string
		messages int
	}{
		"head alone":      {head, "", "the-id", "", 0},
		"empty":           {"", "Session file is not a valid pi session: ", "", "", 0},
		"garbage":         {"hello\n", "Session file is not a valid pi session: ", "", "", 0},
		"entry first":     {`{"type":"message","id":"a"}` + "\n" + head, "Session file is not a valid pi session: ", "", "", 0},
		"garbage between": {head + "hello\n" + `{"type":"message","id":"a","parentId":null,"message":{"role":"user","content":"hi"}}`, "", "the-id", "a", 1},
		"a circle": {head + `{"type":"message","id":"a","parentId":"b","message":{"role":"user","content":"one"}}` + "\n" +
			`{"type":"message","id":"b","parentId":"a","message":{"role":"user","content":"two"}}`, "", "the-id", "b", 2},
		"another branch": {head + `{"type":"message","id":"a","parentId":null,"message":{"role":"user","content":"one"}}` + "\n" +
			`{"type":"message","id":"b","parentId":"a","message":{"role":"user","content":"two"}}` + "\n" +
			`{"type":"message","id":"c","parentId":"a","message":{"role":"user","content":"three"}}`, "", "the-id", "c", 2},
		"taken out": {head + `{"type":"message","id":"a","parentId":null,"message":{"role":"user","content":"one"}}` + "\n" +
			`{"type":"context_edit","id":"b","parentId":"a","targetId":"a","replacement":null}`, "", "the-id", "b", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "s.jsonl")
			must(t, os.WriteFile(path, []byte(c.text), 0o644))
			s, h, err := Open(path, "/work", true)
			if c.err != "" {
				if err == nil || err.Error() != c.err+path {
					t.Fatalf("got %v", err)
				}
				if _, _, err = Open(path, "/work", false); err != nil {
					t.Fatalf("who does not refuse it overwrites it: %v", err)
				}
				if got := lines(t, path); got != "session" {
					t.Errorf("then the file has %s", got)
				}
				return
			}
			must(t, err)
			leaf := ""
			if s.Leaf() != nil {
				leaf = *s.Leaf()
			}
			if s.ID != c.id || leaf != c.leaf || len(h.Messages) != c.messages || !s.Saved() {
				t.Errorf("id %s, leaf %s, %d messages", s.ID, leaf, len(h.Messages))
			}
		})
	}
}

func TestDefaultDir(t *testing.T) {
	t.Parallel()
	if got := DefaultDir("/home/x/.pi/agent", "/home/x/a:b/c"); got != "/home/x/.pi/agent/sessions/--home-x-a-b-c--" {
		t.Errorf("got %s", got)
	}
}

// FuzzOpen reads any file: no panic, and what is read can be gone on with.
func FuzzOpen(f *testing.F) {
	for _, s := range []string{
		"", "x", `{"type":"session","id":"s"}`, `{"type":"session"}` + "\n" + `{"type":"message","id":"a","message":{"role":"user","content":[{"type":"text"}]}}`,
		`{"type":"session","id":"s"}` + "\n" + `{"type":"message","id":"a","parentId":"a","message":{"role":"assistant","content":null}}`,
		`{"type":"session","id":"s"}` + "\n" + `{"type":"context_edit","id":1,"targetId":{},"replacement":null}` + "\n" + `{"type":"model_change","provider":[]}`,
		`{"type":"session","id":"s"}` + "\n" + `{"type":"message","id":"a","message":{"role":"toolResult","toolCallId":5}}` + "\n[]\nnull",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "s.jsonl")
		must(t, os.WriteFile(path, []byte(text), 0o644))
		s, _, err := Open(path, "/work", true)
		if err != nil {
			return
		}
		must(t, s.Message(answer("more")))
		s.Tree()
		branch, _, err := s.Branch(t.TempDir(), "/work", *s.Leaf())
		must(t, err)
		again, h, err := Open(branch.File, "/work", true)
		must(t, err)
		if last, ok := h.Messages[len(h.Messages)-1].(*chat.Assistant); !ok || chat.PlainText(last.Content, "") != "more" || again.ID != branch.ID {
			t.Errorf("of a branch there is %+v", h)
		}
	})
}
