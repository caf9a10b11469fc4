package compaction_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/compaction"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
)

func user(text string) *chat.User {
	return &chat.User{Role: "user", Content: []chat.Block{chat.NewText(text)}}
}

func answer(blocks ...chat.Block) *chat.Assistant {
	return &chat.Assistant{Role: "assistant", Content: blocks, StopReason: chat.Stop}
}

func call(name, args string) *chat.ToolCall {
	return &chat.ToolCall{Type: "toolCall", ID: "c1", Name: name, Arguments: []byte(args)}
}

// conversation is a session with these messages.
func conversation(t *testing.T, messages ...chat.Message) *session.Session {
	t.Helper()
	s, err := session.New("", filepath.Join(t.TempDir(), "work"), "", "")
	if err != nil {
		t.Fatal(err)
	}
	add(t, s, messages...)
	return s
}

func add(t *testing.T, s *session.Session, messages ...chat.Message) {
	t.Helper()
	for _, m := range messages {
		if err := s.Message(m); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPrepareKeepsWhatFits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 400) // a hundred tokens
	s := conversation(t, user("one "+long), answer(chat.NewText("two")), user("three "+long), answer(call("read", `{"path":"a"}`)),
		&chat.ToolResult{Role: "toolResult", ToolCallID: "c1", ToolName: "read", Content: []chat.Block{chat.NewText(long)}}, answer(chat.NewText("four")))
	ids := func() (out []string) {
		for _, e := range s.Path() {
			out = append(out, e.ID)
		}
		return out
	}()
	for _, c := range []struct {
		name            string
		keep            float64
		kept            int
		history, prefix int
	}{
		{"all of it", 1000, 0, 0, 0},
		{"the last turn", 150, 2, 2, 0},
		{"a turn cut in two, where a call takes its result along", 102, 3, 2, 1},
		{"only the last answer", 1, 5, 2, 3},
	} {
		plan, ok := compaction.Prepare(s.Path(), c.keep)
		if !ok || plan.FirstKept != ids[c.kept] || len(plan.History) != c.history || len(plan.Prefix) != c.prefix {
			t.Errorf("%s: %v, keeps %q, sums up %d and %d", c.name, ok, plan.FirstKept, len(plan.History), len(plan.Prefix))
		}
	}
}

func TestNothingToPrepare(t *testing.T) {
	t.Parallel()
	if _, ok := compaction.Prepare(nil, 1); ok {
		t.Error("there is something to sum up in nothing")
	}
	s := conversation(t, user("hi"), answer(chat.NewText("hello")))
	plan, _ := compaction.Prepare(s.Path(), 0)
	if err := s.Compact(plan.Record("in short", 2, nil)); err != nil {
		t.Fatal(err)
	}
	if _, ok := compaction.Prepare(s.Path(), 0); ok {
		t.Error("what was just compacted is compacted again")
	}
}

func TestSecondCompactionCarriesTheFirstOn(t *testing.T) {
	t.Parallel()
	s := conversation(t, user("look"), answer(call("read", `{"path":"b"}`), call("write", `{"path":"c","content":""}`)), user("on"), answer(chat.NewText("done")))
	first, _ := compaction.Prepare(s.Path(), 1)
	if err := s.Compact(first.Record("SUM", 9, nil)); err != nil {
		t.Fatal(err)
	}
	add(t, s, user("and?"), answer(call("edit", `{"path":"b","edits":[]}`)), user("more"), answer(chat.NewText("yes")))
	second, ok := compaction.Prepare(s.Path(), 1)
	if !ok || second.Previous != "SUM" {
		t.Errorf("%v, carries on %q", ok, second.Previous)
	}
	want := session.Details{Read: []string{}, Modified: []string{"b", "c"}}
	if diff := cmp.Diff(want, second.Files); diff != "" {
		t.Error(diff)
	}
	got := s.Messages()
	if c, ok := got[0].(*chat.CompactionSummary); !ok || c.Summary != "SUM" || c.TokensBefore != 9 {
		t.Errorf("the conversation begins with %v", got[0])
	}
}

func TestPrompts(t *testing.T) {
	t.Parallel()
	plan := compaction.Plan{
		History: []chat.Message{
			user("hi"), answer(&chat.Thinking{Type: "thinking", Thinking: "hm"}, chat.NewText("yes"), call("bash", `{"command":"ls","n":[1]}`)),
			&chat.ToolResult{Role: "toolResult", Content: []chat.Block{chat.NewText(strings.Repeat("é", 2001))}},
			&chat.BashExecution{Role: "bashExecution", Command: "secret", ExcludeFromContext: true},
			&chat.BashExecution{Role: "bashExecution", Command: "pwd", Output: "/"},
		},
	}
	got := plan.HistoryPrompt("the tests")
	for _, want := range []string{
		"<conversation>\n[User]: hi\n\n[Assistant thinking]: hm\n\n[Assistant]: yes\n\n[Assistant tool calls]: bash(command=\"ls\", n=[1])\n\n",
		"é\n\n[... 1 more characters truncated]\n\n[User]: Ran `pwd`\n```\n/\n```\n</conversation>\n\n",
		"\n\nAdditional focus: the tests",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if strings.Contains(got, "secret") {
		t.Error("what is excluded is told")
	}
	plan = compaction.Plan{Prefix: plan.History, Files: session.Details{Read: []string{"a"}, Modified: []string{"b", "c"}}}
	const want = "H\n\n---\n\n**Turn Context (split turn):**\n\nP\n\n<read-files>\na\n</read-files>\n\n<modified-files>\nb\nc\n</modified-files>"
	if got := plan.Summary("H", "P"); got != want {
		t.Errorf("summary %q", got)
	}
}
