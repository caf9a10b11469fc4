package compare

import (
	"strings"
	"testing"
)

// TestContextUsage covers what is compared of a context that may be measured with
// the instructions, which are each Pi's own.
func TestContextUsage(t *testing.T) {
	system := `{"type":"message_end","message":{"role":"system","sections":{"preamble":"` + strings.Repeat("x", 4000) + `"},"toolsAdded":[]}}`
	answer := `{"type":"message_end","message":{"role":"assistant","stopReason":"stop","usage":{"input":3,"output":2}}}`
	for _, test := range []struct {
		name   string
		heard  []string
		tokens float64
		same   bool // it is not compared by its figure
	}{
		{"an estimate with the instructions", []string{system}, 1010, true},
		{"an estimate that is too small to hold them", []string{system}, 10, false},
		{"no instructions", nil, 1010, false},
		{"an answer that reported its usage", []string{system, answer}, 1010, false},
		{"an answer that was taken out again", []string{system, answer, `{"type":"entry_appended","entry":{"type":"context_edit"}}`}, 1010, true},
		{"another session", []string{system, `{"type":"response","command":"new_session","success":true}`}, 1010, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b briefing
			for _, line := range test.heard {
				b.hear(line)
			}
			usage := map[string]any{"tokens": test.tokens, "percent": 1.0}
			b.usage(map[string]any{"command": "get_session_stats", "data": map[string]any{"contextUsage": usage}})
			if _, replaced := usage["tokens"].(string); replaced != test.same {
				t.Errorf("usage %v, replaced %v, want %v", usage, replaced, test.same)
			}
		})
	}
}
