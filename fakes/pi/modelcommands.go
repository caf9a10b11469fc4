package pi

import (
	"cmp"
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

func (a *agent) availableModels(r request) *response {
	return r.succeed(map[string]any{"models": a.registry.Available()})
}

func (a *agent) setModel(r request) *response {
	provider, id := r.Get("provider").Word(), r.Get("modelId").Word()
	for _, m := range a.registry.Available() {
		if m.Provider == provider && m.ID == id {
			a.switchTo(m, "")
			return r.succeed(m)
		}
	}
	return r.fail("Model not found: " + provider + "/" + id)
}

// switchTo makes a model the current one. An empty level keeps what the user
// wanted so far, which a model without thinking may have hidden.
func (a *agent) switchTo(m catalog.Model, level string) {
	a.mu.Lock()
	if level == "" {
		level = a.thinking
		saved, isSaved := a.settings.Get("defaultThinkingLevel"), false
		switch saved.Kind() {
		case jsval.Undefined, jsval.Null:
		default:
			isSaved = true // whatever it is
		}
		switch {
		case !a.who.RaisesThinking:
			if isSaved {
				level = saved.Word()
			}
			level = cmp.Or(a.settings.Text("modelThinkingLevels", m.Provider+"/"+m.ID), level)
		case a.model.Reasoning:
		case isSaved:
			level = saved.Word()
		default:
			level = config.DefaultThinking
		}
	}
	a.model = m
	s := a.session
	a.mu.Unlock()
	a.keep(s.Model(m.Provider, m.ID))
	if a.who.SavesChoice {
		a.keep(a.settings.Set(
			config.Change{Value: jsval.Of(m.Provider), Path: []string{"defaultProvider"}},
			config.Change{Value: jsval.Of(m.ID), Path: []string{"defaultModel"}},
		))
	}
	a.think(level)
}

// think changes the thinking level to what the current model has of it.
func (a *agent) think(level string) {
	a.mu.Lock()
	level = config.Clamp(a.who, a.model, level)
	changed := level != a.thinking
	a.thinking = level
	reasons := a.model.Reasoning
	s := a.session
	a.mu.Unlock()
	if !changed {
		return
	}
	a.keep(s.Thinking(level))
	if a.who.SavesChoice && (reasons || level != "off") {
		a.keep(a.settings.Set(config.Change{Value: jsval.Of(level), Path: []string{"defaultThinkingLevel"}}))
	}
	a.out.send(thinkingChanged{"thinking_level_changed", level})
}

// cycled is the answer to cycle_model.
type cycled struct {
	Model    catalog.Model `json:"model"`
	Thinking string        `json:"thinkingLevel"`
	IsScoped bool          `json:"isScoped"`
}

// cycleModel goes to the next model of the scope, or of all if there is none.
func (a *agent) cycleModel(r request) *response {
	var choices []config.Choice
	for _, c := range a.scope {
		if a.registry.HasAuth(c.Model.Provider) {
			choices = append(choices, c)
		}
	}
	scoped := len(a.scope) > 0
	if !scoped {
		for _, m := range a.registry.Available() {
			choices = append(choices, config.Choice{Model: m})
		}
	}
	if len(choices) <= 1 {
		return r.succeed(null())
	}
	a.mu.Lock()
	current := a.model
	a.mu.Unlock()
	at := max(0, slices.IndexFunc(choices, func(c config.Choice) bool { return config.Same(c.Model, current) }))
	next := choices[(at+1)%len(choices)]
	a.switchTo(next.Model, next.Thinking)
	a.mu.Lock()
	defer a.mu.Unlock()
	return r.succeed(cycled{a.model, a.thinking, scoped})
}

func (a *agent) setThinkingLevel(r request) *response {
	a.think(r.Get("level").Word())
	return r.succeed(nil)
}

func (a *agent) cycleThinkingLevel(r request) *response {
	a.mu.Lock()
	model, level := a.model, a.thinking
	a.mu.Unlock()
	if !model.Reasoning {
		return r.succeed(null())
	}
	levels := config.Levels(a.who, model)
	next := levels[(slices.Index(levels, level)+1)%len(levels)]
	a.think(next)
	return r.succeed(map[string]string{"level": next})
}

func (a *agent) thinkingLevels(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	return r.succeed(map[string]any{"levels": config.Levels(a.who, a.model)})
}
