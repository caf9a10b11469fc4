package compare

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/internal/verify/endpoint"
	"github.com/agenta-ai/conform/internal/verify/play"
)

func TestRacingToolsAreCompared(t *testing.T) {
	t.Parallel()
	lines := func(edited, found string) []string {
		return []string{
			`{"type":"tool_execution_start","toolCallId":"a","toolName":"edit","args":{"path":"` + edited + `"}}`,
			`{"type":"tool_execution_start","toolCallId":"b","toolName":"read","args":{"path":"note.txt"}}`,
			`{"type":"tool_execution_end","toolCallId":"a","toolName":"edit","result":{"content":[{"type":"text","text":"changed"}]},"isError":false}`,
			`{"type":"tool_execution_end","toolCallId":"b","toolName":"read","result":{"content":[{"type":"text","text":"` + found + `"}],"details":{}},"isError":` +
				map[bool]string{true: "true", false: "false"}[strings.HasPrefix(found, "Offset")] + `}`,
		}
	}
	observe := func(edited, found string) func(*play.Observation) {
		return func(o *play.Observation) {
			o.Steps[2].Lines = append(o.Steps[2].Lines, lines(edited, found)...)
			o.Requests = append(o.Requests, endpoint.Request{Step: 2, Body: `{"messages":[{"role":"tool","content":"` + found + `"}]}`})
		}
	}
	for _, c := range []struct {
		name, edited string
		equal        bool
	}{{"the same file", "note.txt", true}, {"another file", "other.txt", false}} {
		in, real := conversation()
		_, fake := conversation()
		observe(c.edited, "the old text")(&real)
		observe(c.edited, "Offset 2 is beyond end of file")(&fake)
		equal := true
		for _, r := range Observations(in, real, fake) {
			equal = equal && len(r.Differences) == 0
		}
		if equal != c.equal {
			t.Errorf("%s: equal %v", c.name, equal)
		}
	}
}
