package world

import (
	"encoding/json"

	"github.com/agenta-ai/conform/subjects/protocol"
)

// Choice is what a user does with the picker: take the option of the record Slug
// whose value, label or model is Model, and take Turn with it.
type Choice struct {
	Slug  string
	Model string
	Turn  protocol.Turn
}

// from is the turn that the option gives; offered is false when there is none.
func (c *Choice) from(p protocol.Picker) (turn protocol.Turn, offered bool) {
	turn = c.Turn
	for _, g := range p.Groups {
		for _, o := range g.Options {
			if o.Slug == c.Slug && (o.Value == c.Model || o.Label == c.Model || has(o.LLM, c.Model)) {
				turn.LLM = o.LLM
				return turn, true
			}
		}
	}
	return turn, false
}

// has reports whether a model choice is of this model.
func has(llm json.RawMessage, model string) bool {
	var v struct {
		Model string `json:"model"`
	}
	return json.Unmarshal(llm, &v) == nil && v.Model == model
}
