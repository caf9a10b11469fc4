package pi

import (
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
)

type stateData struct {
	Model          catalog.Model `json:"model"`
	Thinking       string        `json:"thinkingLevel"`
	IsStreaming    bool          `json:"isStreaming"`
	IsCompacting   bool          `json:"isCompacting"`
	SteeringMode   jsval.Value   `json:"steeringMode,omitzero"`
	FollowUpMode   jsval.Value   `json:"followUpMode,omitzero"`
	SessionFile    string        `json:"sessionFile,omitempty"`
	SessionID      string        `json:"sessionId"`
	SessionName    string        `json:"sessionName,omitempty"`
	AutoCompaction jsval.Value   `json:"autoCompactionEnabled"`
	Messages       int           `json:"messageCount"`
	Pending        int           `json:"pendingMessageCount"`
}

func (a *agent) state(r request) *response {
	streaming := a.streaming()
	a.mu.Lock()
	defer a.mu.Unlock()
	return r.succeed(stateData{
		Model: a.model, Thinking: a.thinking, IsStreaming: streaming, IsCompacting: a.endSummary != nil,
		SteeringMode: a.steeringMode, FollowUpMode: a.followUpMode,
		SessionFile: a.session.File, SessionID: a.session.ID, SessionName: a.session.Name(),
		AutoCompaction: a.autoCompaction(),
		Messages:       len(a.messages), Pending: len(a.told.steering) + len(a.told.followUps),
	})
}

// autoCompaction is the setting as it is, whatever it is.
func (a *agent) autoCompaction() jsval.Value {
	if v := a.settings.Get("compaction", "enabled"); v.Kind() != jsval.Undefined && v.Kind() != jsval.Null {
		return v
	}
	return jsval.Of(true)
}

type statsData struct {
	SessionFile       string        `json:"sessionFile,omitempty"`
	SessionID         string        `json:"sessionId"`
	UserMessages      int           `json:"userMessages"`
	AssistantMessages int           `json:"assistantMessages"`
	ToolCalls         int           `json:"toolCalls"`
	ToolResults       int           `json:"toolResults"`
	TotalMessages     int           `json:"totalMessages"`
	Tokens            tokenData     `json:"tokens"`
	Cost              float64       `json:"cost"`
	ContextUsage      *contextUsage `json:"contextUsage,omitempty"`
}

type tokenData struct {
	Input      float64 `json:"input"`
	Output     float64 `json:"output"`
	CacheRead  float64 `json:"cacheRead"`
	CacheWrite float64 `json:"cacheWrite"`
	Total      float64 `json:"total"`
}

// contextUsage is how full the context is. Right after a compaction nobody knows.
type contextUsage struct {
	Tokens  *float64 `json:"tokens"`
	Window  float64  `json:"contextWindow"`
	Percent *float64 `json:"percent"`
}

func (a *agent) stats(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	counted := a.messages
	if a.who.CountsAll {
		counted = nil
		for _, e := range a.session.Entries() {
			if e.Message != nil {
				counted = append(counted, e.Message)
			}
		}
	}
	d := statsData{SessionFile: a.session.File, SessionID: a.session.ID, TotalMessages: len(counted)}
	for _, message := range counted {
		switch m := message.(type) {
		case *chat.User:
			d.UserMessages++
		case *chat.ToolResult:
			d.ToolResults++
		case *chat.Assistant:
			d.AssistantMessages++
			d.ToolCalls += len(m.Calls())
			d.Tokens.Input += m.Usage.Input
			d.Tokens.Output += m.Usage.Output
			d.Tokens.CacheRead += m.Usage.CacheRead
			d.Tokens.CacheWrite += m.Usage.CacheWrite
			d.Cost += m.Usage.Cost.Total
		}
	}
	d.Tokens.Total = d.Tokens.Input + d.Tokens.Output + d.Tokens.CacheRead + d.Tokens.CacheWrite
	if window := a.model.ContextWindow; window > 0 {
		d.ContextUsage = &contextUsage{Window: window}
		if a.measured() {
			tokens := a.estimate(a.messages)
			percent := tokens / window * 100
			d.ContextUsage.Tokens, d.ContextUsage.Percent = &tokens, &percent
		}
	}
	return r.succeed(d)
}

// measured reports whether an answer since the last compaction said how long the
// conversation is.
func (a *agent) measured() bool {
	path := a.session.Path()
	at := session.LastCompaction(path)
	for i := len(path) - 1; i > at && at >= 0; i-- {
		if m, ok := path[i].Message.(*chat.Assistant); ok && m.StopReason != chat.Aborted && m.StopReason != chat.Error {
			return m.Usage.Sum() > 0
		}
	}
	return at < 0
}

// estimate is how much of the context window a conversation fills: what the last
// good answer reported, and an estimate of what came after it.
func (a *agent) estimate(messages []chat.Message) float64 {
	last, tokens := a.lastUsage(messages), 0.0
	if last >= 0 {
		tokens = messages[last].(*chat.Assistant).Usage.Sum()
	}
	for _, m := range messages[last+1:] {
		tokens += chat.Tokens(m)
	}
	return tokens
}

// lastUsage finds the last answer that says how long the conversation is, or -1. An
// answer from before something was taken out of the conversation does not count.
func (a *agent) lastUsage(messages []chat.Message) int {
	for i, message := range slices.Backward(messages) {
		m, ok := message.(*chat.Assistant)
		if ok && m.StopReason != chat.Aborted && m.StopReason != chat.Error && (m.Usage.Sum() > 0 || !a.who.DoubtsZero) && !a.session.EditedSince(m) {
			return i
		}
	}
	return -1
}

func (a *agent) getMessages(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	messages := a.messages
	if messages == nil {
		messages = []chat.Message{}
	}
	return r.succeed(map[string]any{"messages": messages})
}

// lastText is the text of the last answer, but not of one that was aborted
// before it said anything.
func (a *agent) lastText(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	data := map[string]string{}
	for _, message := range slices.Backward(a.messages) {
		m, ok := message.(*chat.Assistant)
		if !ok || m.StopReason == chat.Aborted && len(m.Content) == 0 {
			continue
		}
		if text := strings.TrimSpace(chat.PlainText(m.Content, "")); text != "" {
			data["text"] = text
		}
		break
	}
	return r.succeed(data)
}
