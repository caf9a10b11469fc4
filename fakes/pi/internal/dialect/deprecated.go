package dialect

import (
	"fmt"
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// warnOfModel prints what Anthropic's library prints before it asks an old model.
func (c *Call) warnOfModel(thinking map[string]any) {
	if end := endOfLife(c.Persona)[c.Model.ID]; end != "" {
		fmt.Fprintf(c.Log, "The model '%s' is deprecated and will reach end-of-life on %s\n", c.Model.ID, end)
		fmt.Fprintln(c.Log, "Please migrate to a newer model. Visit https://docs.anthropic.com/en/docs/resources/model-deprecations for more information.")
	}
	if slices.Contains([]string{"claude-mythos-preview", "claude-opus-4-6"}, c.Model.ID) && thinking["type"] == "enabled" {
		fmt.Fprintf(c.Log, "Using Claude with %s and 'thinking.type=enabled' is deprecated. Use 'thinking.type=adaptive' instead which results in "+
			"better model performance in our testing: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking\n", c.Model.ID)
	}
}

// endOfLife are the dates that the library of a version knows.
func endOfLife(p persona.Personality) map[string]string {
	if !p.WarnsOfModels {
		return nil
	}
	dates := map[string]string{}
	for date, models := range map[string][]string{
		"November 6th, 2024":  {"claude-1.3", "claude-1.3-100k", "claude-instant-1.1", "claude-instant-1.1-100k", "claude-instant-1.2"},
		"July 21st, 2025":     {"claude-3-sonnet-20240229", "claude-2.1", "claude-2.0"},
		"January 5th, 2026":   {"claude-3-opus-20240229"},
		"February 19th, 2026": {"claude-3-7-sonnet-latest", "claude-3-7-sonnet-20250219", "claude-3-5-haiku-latest", "claude-3-5-haiku-20241022"},
		"June 15th, 2026":     {"claude-opus-4-0", "claude-opus-4-20250514", "claude-sonnet-4-0", "claude-sonnet-4-20250514"},
	} {
		for _, model := range models {
			dates[model] = date
		}
	}
	return dates
}
