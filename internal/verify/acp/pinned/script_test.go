package pinned

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/internal/verify/endpoint"
	"github.com/agenta-ai/conform/internal/verify/input"
)

// patience is how long a whole session may take on a busy machine.
const patience = 2 * time.Minute

const models = `{"providers":{"fake":{"baseUrl":"BASE/v1","api":"openai-completions","apiKey":"key-of-fake",
 "models":[{"id":"m1"},{"id":"m2","name":"Model Two","reasoning":true}]}}}`

// script is a whole session, and what its client sees of it.
type script struct {
	*Session
	t        *testing.T
	ctx      context.Context
	home     string
	provider *endpoint.Endpoint
	step     int
	at       int // updates that were written down
	out      strings.Builder
}

// play drives one Pi through a session. Its pauses before retries last for pause
// milliseconds.
func play(t *testing.T, command []string, pause int, do func(*script)) string {
	t.Helper()
	root := t.TempDir()
	home := filepath.Join(root, "home")
	agent, work := filepath.Join(home, ".pi", "agent"), filepath.Join(home, "work")
	provider := endpoint.New()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server := &http.Server{Handler: provider, ReadHeaderTimeout: patience}
	go func() { _ = server.Serve(listener) }() // ends with Close
	t.Cleanup(func() { provider.Close(); _ = server.Close() })
	must(t, os.MkdirAll(work, 0o755))
	must(t, os.MkdirAll(agent, 0o700))
	must(t, os.WriteFile(filepath.Join(agent, "models.json"), []byte(strings.ReplaceAll(models, "BASE", "http://"+listener.Addr().String())), 0o600))
	must(t, os.WriteFile(filepath.Join(agent, "settings.json"), fmt.Appendf(nil, `{"retry":{"baseDelayMs":%d,"maxRetries":2}}`, pause), 0o600))

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var log bytes.Buffer
	s := &script{t: t, ctx: ctx, home: home, provider: provider}
	env := []string{"HOME=" + home, "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TMPDIR=" + root, "PI_OFFLINE=1"}
	s.Session, err = Start(ctx, Options{Command: command, Env: env, Dir: work, Log: &log})
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	do(s)
	exit, err := s.Close(ctx)
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, s.out.String(), log.String())
	}
	s.note(len(s.Updates()), "close: exit %d", exit)
	return s.text()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var install = regexp.MustCompile(`(?m)^(\s+)/.*/docs/`)

// text is what was written down, without what differs from run to run.
func (s *script) text() string {
	return install.ReplaceAllString(strings.ReplaceAll(s.out.String(), s.home, "{HOME}"), "$1{DOCS}/")
}

// note writes down what the client was told up to an index, and a line.
func (s *script) note(told int, format string, args ...any) {
	for ; s.at < told; s.at++ {
		u := s.Updates()[s.at]
		if u.Status == "pending" {
			u.Input = nil // how much of a call is there early depends on how fast it came
		}
		text, err := json.Marshal(u)
		must(s.t, err)
		fmt.Fprintf(&s.out, "    %s\n", text)
	}
	fmt.Fprintf(&s.out, format+"\n", args...)
}

// outcome writes down how something went.
func (s *script) outcome(told int, what string, err error) {
	if s.ctx.Err() != nil {
		s.t.Fatalf("%s: %v\n%s", what, err, s.text())
	}
	if err != nil {
		what += ": " + err.Error()
	}
	s.note(told, "%s", what)
}

// prompt is a turn to whose requests the provider replies in turn.
func (s *script) prompt(text string, replies ...input.Reply) {
	s.step++
	s.provider.Begin(s.step, replies, false)
	s.turn(text)
}

func (s *script) turn(text string) {
	turn, err := s.Prompt(s.ctx, text)
	s.outcome(turn.Told, fmt.Sprintf("prompt %q: %s", text, turn.Reason), err)
}

// later waits for something that is told after a turn has ended.
func (s *script) later(what string, ok func(Update) bool) {
	told, err := s.Await(s.ctx, s.at, what, ok)
	s.outcome(told, "later: "+what, err)
}

func idle(u Update) bool { return u.Running != nil && !*u.Running }

// whole is a session as a client of the platform has it.
func whole(s *script) {
	s.note(0, "models %v, current %s", s.Models, s.Current)
	for _, name := range []string{"fake/m2", "m1", "fake/nope", "groq/openai/gpt-oss-120b", "nope", "fake/m2"} {
		s.outcome(0, "choose "+name, s.SetModel(s.ctx, name))
		s.note(0, "current %s", s.Current)
	}
	s.outcome(0, "level xhigh", s.SetLevel(s.ctx, "xhigh"))
	s.note(0, "current %s", s.Current)

	s.prompt("hi", input.Reply{Blocks: []input.Block{{Think: "Let me see."}, {Text: "Hello there."}}, Usage: true})
	s.prompt("use it",
		input.Reply{Blocks: []input.Block{{Tool: &input.ToolUse{ID: "call_one", Name: "bash", Args: `{"command":"echo from-the-tool"}`}}}, Finish: "tool_calls", Usage: true},
		input.Reply{Blocks: []input.Block{{Text: "It is done."}}, Usage: true})
	s.prompt("read what is not there",
		input.Reply{Blocks: []input.Block{{Tool: &input.ToolUse{ID: "call_two", Name: "read", Args: `{"path":"missing.txt"}`}}}, Finish: "tool_calls", Usage: true},
		input.Reply{Blocks: []input.Block{{Text: "There is none."}}, Usage: true})
	s.prompt("fail", input.Reply{Status: 401, Body: `{"error":{"message":"No credentials","code":"bad_key"}}`})

	s.prompt("again", input.Reply{Status: 503, Body: `{"error":{"message":"Overloaded"}}`},
		input.Reply{Blocks: []input.Block{{Text: "Now it works."}}, Usage: true})
	s.later("the retry has ended", idle)
	s.prompt("never", input.Reply{Status: 503, Body: `{"error":{"message":"Overloaded"}}`})
	s.later("the first retry has failed", idle)
	s.later("the second retry has failed", idle)
	s.later("Pi gives up", func(u Update) bool { return strings.HasPrefix(u.Text, "Retry finished") })

	s.cancel()
	s.prompt("go on", input.Reply{Blocks: []input.Block{{Text: "Here I am."}}, Usage: true})
}

// cancel stops an answer in the middle.
func (s *script) cancel() {
	s.step++
	s.provider.Begin(s.step, []input.Reply{{Blocks: []input.Block{{Text: "I was about to"}}, Fault: input.Stall}}, false)
	cancelled := make(chan error, 1)
	from := s.at
	go func() {
		_, err := s.Await(s.ctx, from, "the first piece", func(u Update) bool { return strings.HasPrefix(u.Text, "I was") })
		cancelled <- errors.Join(err, s.Cancel(s.ctx))
	}()
	s.turn("long")
	must(s.t, <-cancelled)
}

// impatient sends a prompt while Pi pauses before a retry: for the client the turn
// before has ended.
func impatient(s *script) {
	overloaded := input.Reply{Status: 503, Body: `{"error":{"message":"Overloaded"}}`}
	s.prompt("fail", overloaded, input.Reply{Blocks: []input.Block{{Text: "An answer."}}, Usage: true})
	s.later("Pi pauses", func(u Update) bool { return strings.HasPrefix(u.Text, "Retrying") })
	s.turn("and now?")
	s.outcome(s.at, "cancel", s.Cancel(s.ctx))
	s.prompt("and then?", input.Reply{Blocks: []input.Block{{Text: "At last."}}, Usage: true})
}
