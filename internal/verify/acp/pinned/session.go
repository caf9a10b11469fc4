package pinned

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Options say how to start a session.
type Options struct {
	Command []string // of the Pi
	Env     []string // all of it
	Dir     string   // working directory
	Log     io.Writer
}

// Update is one thing that a client of the adapter is told.
type Update struct {
	Kind    string          `json:"sessionUpdate"`
	Text    string          `json:"text,omitempty"`
	Call    string          `json:"toolCallId,omitempty"`
	Title   string          `json:"title,omitempty"`
	Status  string          `json:"status,omitempty"`
	Input   json.RawMessage `json:"rawInput,omitempty"`
	Output  json.RawMessage `json:"rawOutput,omitempty"`
	Running *bool           `json:"running,omitempty"`
}

// Session is a session with one Pi. Its methods are called one after another, but
// for Cancel, Updates and Await.
type Session struct {
	Models  []string // as provider/id
	Current string   // model and thinking level

	pi *pi

	mu        sync.Mutex
	updates   []Update
	more      chan struct{} // closed and replaced when an update comes
	turn      chan Turn     // the turn that goes on: how it ends, once
	cancelled bool

	calls map[string]string // tool calls that were told, and how far they are; of handle alone
}

// ErrCredentials says that the adapter asks its client for a login.
var ErrCredentials = errors.New("authentication required")

// Start begins a session. It fails with ErrCredentials where Pi has no model.
func Start(ctx context.Context, o Options) (*Session, error) {
	s := &Session{more: make(chan struct{}), calls: map[string]string{}}
	var err error
	if s.pi, err = launch(ctx, o, s.handle); err != nil {
		return nil, err
	}
	state, err := s.state(ctx) // a handshake, before anything is asked
	if err != nil {
		return nil, err
	}
	if state.File != "" {
		if err := os.MkdirAll(filepath.Dir(state.File), 0o755); err != nil {
			return nil, fmt.Errorf("start a session: %w", err)
		}
	}
	if _, err = s.state(ctx); err != nil { // for the id of the session
		return nil, err
	}
	if err := s.refresh(ctx); err != nil {
		return nil, err
	}
	if len(s.Models) == 0 {
		_, err := s.Close(ctx)
		return nil, errors.Join(ErrCredentials, err)
	}
	_, err = s.pi.call(ctx, "get_commands", nil)
	return s, err
}

type state struct {
	File     string `json:"sessionFile"`
	Thinking string `json:"thinkingLevel"`
	Model    model  `json:"model"`
}

type model struct {
	Provider string `json:"provider"`
	ID       string `json:"id"`
}

func (m model) String() string { return strings.TrimSpace(m.Provider) + "/" + strings.TrimSpace(m.ID) }

func (s *Session) state(ctx context.Context) (state, error) {
	var st state
	data, err := s.pi.call(ctx, "get_state", nil)
	if err == nil {
		err = json.Unmarshal(data, &st)
	}
	return st, err
}

// refresh asks for what the client can choose from.
func (s *Session) refresh(ctx context.Context) error {
	models, err := s.models(ctx)
	if err != nil {
		return err
	}
	st, err := s.state(ctx)
	if err != nil {
		return err
	}
	s.Models = nil
	for _, m := range models {
		s.Models = append(s.Models, m.String())
	}
	s.Current = st.Model.String() + " " + st.Thinking
	return nil
}

func (s *Session) models(ctx context.Context) ([]model, error) {
	data, err := s.pi.call(ctx, "get_available_models", nil)
	if err != nil {
		return nil, err
	}
	var available struct {
		Models []model `json:"models"`
	}
	err = json.Unmarshal(data, &available)
	return available.Models, err
}

// SetModel chooses a model: provider/id, or an id alone.
func (s *Session) SetModel(ctx context.Context, name string) error {
	provider, id, ok := strings.Cut(name, "/")
	if !ok {
		models, err := s.models(ctx)
		if err != nil {
			return err
		}
		provider = ""
		for _, m := range models {
			if m.ID == name {
				provider, id = m.Provider, m.ID
				break
			}
		}
	}
	if provider == "" || id == "" {
		return fmt.Errorf("invalid params: unknown modelId: %s", name)
	}
	if _, err := s.pi.call(ctx, "set_model", object{"provider": provider, "modelId": id}); err != nil {
		return err
	}
	return s.refresh(ctx)
}

// SetLevel chooses a thinking level.
func (s *Session) SetLevel(ctx context.Context, level string) error {
	if _, err := s.pi.call(ctx, "set_thinking_level", object{"level": level}); err != nil {
		return err
	}
	return s.refresh(ctx)
}

// Turn is how a turn ended for the client.
type Turn struct {
	Reason string // end_turn or cancelled
	Told   int    // updates that the client had been told by then
}

// Prompt is a turn. Instead of how it ended it may return ErrCredentials.
func (s *Session) Prompt(ctx context.Context, text string) (Turn, error) {
	turn := make(chan Turn, 1)
	s.mu.Lock()
	s.turn, s.cancelled = turn, false
	s.mu.Unlock()
	s.tell(running(true))
	refused := make(chan error, 1)
	go func() {
		_, err := s.pi.call(ctx, "prompt", object{"message": text, "images": []any{}})
		refused <- err
	}()
	for {
		select {
		case t := <-turn:
			return t, nil
		case err := <-refused:
			if err == nil {
				refused = nil // accepted: what ends the turn is an event
				continue
			}
			s.endTurn()
			if aboutCredentials(err.Error()) {
				return Turn{}, ErrCredentials
			}
			return <-turn, ctx.Err()
		case <-s.pi.ended:
			return Turn{}, errors.New("the turn is never answered: Pi has ended")
		case <-ctx.Done():
			return Turn{}, fmt.Errorf("waiting for the end of the turn: %w", ctx.Err())
		}
	}
}

// Cancel stops the turn that goes on. It returns when Pi has answered.
func (s *Session) Cancel(ctx context.Context) error {
	s.mu.Lock()
	s.cancelled = true
	s.mu.Unlock()
	_, err := s.pi.call(ctx, "abort", nil)
	return err
}

// Close ends the session and returns Pi's exit code.
func (s *Session) Close(ctx context.Context) (int, error) { return s.pi.close(ctx) }

// Updates returns what the client was told so far.
func (s *Session) Updates() []Update {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.updates[:len(s.updates):len(s.updates)]
}

// Await waits for an update at or behind an index, and returns the index behind it.
func (s *Session) Await(ctx context.Context, from int, what string, ok func(Update) bool) (int, error) {
	for ended := false; ; {
		s.mu.Lock()
		for ; from < len(s.updates); from++ {
			if ok(s.updates[from]) {
				s.mu.Unlock()
				return from + 1, nil
			}
		}
		more := s.more
		s.mu.Unlock()
		if ended {
			return from, fmt.Errorf("pi ended before %s", what)
		}
		select {
		case <-more:
		case <-s.pi.ended:
			ended = true // whatever it said last has been told by now
		case <-ctx.Done():
			return from, fmt.Errorf("waiting for %s: %w", what, ctx.Err())
		}
	}
}

func (s *Session) tell(u Update) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates = append(s.updates, u)
	close(s.more)
	s.more = make(chan struct{})
}

// endTurn tells that nothing goes on, and ends the turn if there is one.
func (s *Session) endTurn() {
	s.tell(running(false))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn == nil {
		return
	}
	t := Turn{"end_turn", len(s.updates)}
	if s.cancelled {
		t.Reason = "cancelled"
	}
	s.turn <- t
	s.turn = nil
}

func running(yes bool) Update { return Update{Kind: "session_info_update", Running: &yes} }

func said(text string) Update { return Update{Kind: "agent_message_chunk", Text: text} }

// seconds is how the adapter writes a pause.
func seconds(ms float64) int {
	if ms > 0 {
		return int(max(1, math.Floor(ms/1000+0.5)))
	}
	return 0
}
