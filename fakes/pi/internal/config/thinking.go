package config

import (
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// DefaultThinking is the thinking level of a reasoning model when nobody asks
// for another.
const DefaultThinking = "medium"

// Thinking lists all levels, least first.
func Thinking(p persona.Personality) []string {
	levels := []string{"off", "minimal", "low", "medium", "high", "xhigh", "max"}
	if !p.MaxLevel {
		levels = levels[:len(levels)-1]
	}
	return levels
}

// Levels lists the thinking levels that a model has.
func Levels(p persona.Personality, m catalog.Model) []string {
	if !m.Reasoning {
		return []string{"off"}
	}
	return slices.DeleteFunc(Thinking(p), func(level string) bool {
		mapped, listed := m.ThinkingLevelMap[level]
		return listed && mapped == nil || (level == "xhigh" || level == "max") && !listed
	})
}

// Clamp returns the level of the model that is nearest to the wanted one: the
// next above it, else the next below. An unknown level is the lowest.
func Clamp(p persona.Personality, m catalog.Model, level string) string {
	has := Levels(p, m)
	all := Thinking(p)
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
