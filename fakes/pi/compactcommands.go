package pi

import "github.com/agenta-ai/conform/fakes/pi/internal/chat"

// compactionEvent is compaction_start or compaction_end.
type compactionEvent struct {
	Type         string `json:"type"`
	Reason       string `json:"reason"`
	Aborted      *bool  `json:"aborted,omitempty"`
	WillRetry    *bool  `json:"willRetry,omitempty"`
	ErrorMessage string `json:"errorMessage,omitempty"`
}

// keptTokens is how much of a conversation a compaction would keep as it is.
const keptTokens = 20_000

const tooSmall = "Nothing to compact (session too small)"

// compact refuses as Pi does where there is nothing to shorten. Summaries are
// not played.
func (a *agent) compact(r request) *response {
	if a.who.CompactsAll || !a.small() {
		return r.unplayed()
	}
	a.out.send(compactionEvent{Type: "compaction_start", Reason: "manual"})
	a.out.send(compactionEvent{"compaction_end", "manual", new(bool), new(bool), "Compaction failed: " + tooSmall})
	return r.fail(tooSmall)
}

// small reports whether a compaction would keep the whole conversation.
func (a *agent) small() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	tokens := 0.0
	for _, m := range a.messages {
		tokens += chat.Tokens(m)
	}
	return tokens <= keptTokens
}
