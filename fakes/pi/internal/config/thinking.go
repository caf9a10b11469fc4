package config

import (
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
)

// DefaultThinking is the thinking level of a reasoning model when nobody asks
// for another.
const DefaultThinking = "medium"

// Thinking lists all levels, least first.
func Thinking() []string { return []string{"off", "minimal", "low", "medium", "high", "xhigh"} }

// Levels lists the thinking levels that a model has.
func Levels(m catalog.Model) []string {
	if !m.Reasoning {
		return []string{"off"}
	}
	return slices.DeleteFunc(Thinking(), func(level string) bool {
		mapped, listed := m.ThinkingLevelMap[level]
		return listed && mapped == nil || level == "xhigh" && !listed
	})
}

// Clamp returns the level of the model that is nearest to the wanted one: the
// next above it, else the next below. An unknown level is the lowest.
func Clamp(m catalog.Model, level string) string {
	has := Levels(m)
	all := Thinking()
	at := slices.Index(all, level)
	if len(has) == 0 {
		return "off"
	}
	if at < 0 {
		return has[0]
	}
	for _, candidate := range all[at:] {
		if slices.Contains(has, candidate) {
			return candidate
		}
	}
	for i := at - 1; i >= 0; i-- {
		if slices.Contains(has, all[i]) {
			return all[i]
		}
	}
	return has[0]
}

// Effort is the model's own word for a thinking level.
func Effort(m catalog.Model, level string) string {
	if word := m.ThinkingLevelMap[level]; word != nil {
		return *word
	}
	return level
}
