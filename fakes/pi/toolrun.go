package pi

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/tools"
)

// runTools runs the tools that an answer calls and adds what they say to the
// conversation. All that can be run are begun before the first of them ends; here
// they then come one after another, in an order that Pi leaves open.
func (a *agent) runTools(r *run, calls []*chat.ToolCall) []*chat.ToolResult {
	results := make([]*chat.ToolResult, len(calls))
	for i, call := range calls {
		a.out.send(startOf(call))
		if args, err := jsval.Parse(string(call.Arguments)); err != nil || a.tools().Check(call.Name, args) != nil {
			results[i] = a.runTool(r, call)
		}
	}
	for i, call := range calls {
		if results[i] == nil {
			results[i] = a.runTool(r, call)
		}
	}
	for _, result := range results {
		a.out.send(messageEvent{"message_start", result})
		a.add(r, result)
	}
	return results
}

func startOf(call *chat.ToolCall) toolEvent {
	return toolEvent{Type: "tool_execution_start", ToolCallID: call.ID, ToolName: call.Name, Args: call.Arguments}
}

// runTool runs a tool whose start has been told.
func (a *agent) runTool(r *run, call *chat.ToolCall) *chat.ToolResult {
	started := startOf(call)
	update := func(partial toolOutput) {
		e := started
		e.Type, e.PartialResult = "tool_execution_update", &partial
		a.out.send(e)
	}
	args, err := jsval.Parse(string(call.Arguments))
	kit := a.tools()
	if err == nil && call.Name == "bash" && kit.Check("bash", args) == nil {
		update(toolOutput{Content: []chat.Block{}})
	}
	if _, ok := kit.Find(call.Name); !ok {
		err = fmt.Errorf("Tool %s not found", call.Name)
	}
	var said tools.Output
	if err == nil {
		a.shells.Add(1)
		said, err = kit.Run(r.ctx, a.who, a.Dir, call.Name, args, func(soFar string) {
			update(toolOutput{[]chat.Block{chat.NewText(soFar)}, json.RawMessage("{}")})
		})
		a.shells.Done()
	}
	result := &chat.ToolResult{Role: "toolResult", ToolCallID: call.ID, ToolName: call.Name, IsError: err != nil, Timestamp: time.Now().UnixMilli()}
	if err != nil {
		said = tools.Output{Text: err.Error(), Details: json.RawMessage("{}")}
	}
	result.Content, result.Details = []chat.Block{chat.NewText(said.Text)}, said.Details
	a.out.send(toolEvent{
		Type: "tool_execution_end", ToolCallID: call.ID, ToolName: call.Name,
		Result: &toolOutput{result.Content, result.Details}, IsError: &result.IsError,
	})
	return result
}

// tools are those of Pi's that the command line leaves.
func (a *agent) tools() tools.Kit {
	switch {
	case a.args.noTools:
		return nil
	case a.args.tools == nil:
		return a.kit
	}
	return a.kit.Only(a.args.tools)
}
