package pinned

import "fmt"

// handle tells the client of an event, if the adapter does.
func (s *Session) handle(e event) {
	switch e.Type {
	case "message_update":
		s.stream(e)
	case "tool_execution_start":
		u := Update{Kind: "tool_call", Call: e.CallID, Title: e.ToolName, Status: "in_progress", Input: e.Args}
		if s.calls[e.CallID] != "" {
			u.Kind, u.Title = "tool_call_update", ""
		}
		s.calls[e.CallID] = u.Status
		s.tell(u)
	case "tool_execution_update":
		s.tell(Update{Kind: "tool_call_update", Call: e.CallID, Status: "in_progress", Output: e.Partial})
	case "tool_execution_end":
		u := Update{Kind: "tool_call_update", Call: e.CallID, Status: "completed", Output: e.Result}
		if e.IsError {
			u.Status = "failed"
		}
		delete(s.calls, e.CallID)
		s.tell(u)
	case "auto_retry_start":
		s.tell(said(fmt.Sprintf("Retrying (attempt %d/%d, waiting %ds)...", e.Attempt, e.Attempts, seconds(e.DelayMs))))
	case "auto_retry_end":
		s.tell(said("Retry finished, resuming."))
	case "agent_end":
		s.endTurn()
	}
}

// stream tells of a piece of an answer.
func (s *Session) stream(e event) {
	m := e.Message
	switch m.Type {
	case "text_delta":
		s.tell(said(m.Delta))
	case "thinking_delta":
		s.tell(Update{Kind: "agent_thought_chunk", Text: m.Delta})
	case "toolcall_start", "toolcall_delta", "toolcall_end":
		c := m.ToolCall
		if c == nil && m.Partial != nil && m.Index < len(m.Partial.Content) {
			c = &m.Partial.Content[m.Index]
		}
		if c == nil || c.ID == "" {
			return // later versions send no partial answer: the call is told when it is whole
		}
		u := Update{Kind: "tool_call", Call: c.ID, Title: c.Name, Status: "pending", Input: c.Arguments}
		if known := s.calls[c.ID]; known != "" {
			u.Kind, u.Title, u.Status = "tool_call_update", "", known // it never goes back
		}
		s.calls[c.ID] = u.Status
		s.tell(u)
	}
}
