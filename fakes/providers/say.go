package providers

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/agenta-ai/conform/fakes/providers/internal/scan"
)

// Say is an answer of a model.
type Say struct {
	Text      string `yaml:"text"`
	Reasoning string `yaml:"reasoning"` // before the text
	Tools     []Tool `yaml:"tools"`     // calls, after the text
	Finish    Finish `yaml:"finish"`    // how it ends; by what was said if empty
	Usage     Usage  `yaml:"usage"`     // zero members are estimated
	Provider  string `yaml:"provider"`  // that OpenRouter names; by the model's author if empty
	Echo      bool   `yaml:"echo"`      // the user's last words instead of Text
}

// FromScalar reads the short form, a text.
func (s *Say) FromScalar(text string) error {
	*s = Say{Text: text}
	return nil
}

// Tool is a call that the model makes.
type Tool struct {
	Name      string    `yaml:"name"`
	Arguments Arguments `yaml:"arguments"`
	ID        string    `yaml:"id"` // made from the request's number if empty
}

// Check says what is wrong with the call.
func (t *Tool) Check() error {
	if t.Name == "" {
		return fmt.Errorf("a tool call without a name")
	}
	return nil
}

// Arguments are a tool call's: a value that JSON can hold, or a text that is
// sent as it is, even if it is no JSON.
type Arguments struct{ Value any }

// FromValue takes what a file holds.
func (a *Arguments) FromValue(v any) error {
	a.Value = v
	return nil
}

// MarshalJSON gives the value.
func (a Arguments) MarshalJSON() ([]byte, error) { return json.Marshal(a.Value) }

// text is the arguments as models write them.
func (a Arguments) text() string {
	switch v := a.Value.(type) {
	case nil:
		return "{}"
	case string:
		return v
	}
	return string(encode(a.Value))
}

// Finish is how an answer ends.
type Finish string

// The ways to end.
const (
	FinishStop   Finish = "stop"
	FinishTools  Finish = "tool_calls"
	FinishLength Finish = "length"
	FinishFilter Finish = "content_filter"
)

// Check says that there is no such ending.
func (f *Finish) Check() error {
	known := []Finish{"", FinishStop, FinishTools, FinishLength, FinishFilter}
	if !slices.Contains(known, *f) {
		return fmt.Errorf("no ending %q; there are stop, tool_calls, length, content_filter", *f)
	}
	return nil
}

// Usage counts tokens.
type Usage struct {
	Prompt    int `json:"prompt" yaml:"prompt"`
	Output    int `json:"output" yaml:"output"`
	Reasoning int `json:"reasoning,omitempty" yaml:"reasoning"`
	Cached    int `json:"cached,omitempty" yaml:"cached"`
}

// ending picks a dialect's word for how the answer ended.
func (a *answer) ending(stop, tools, length, filter string) string {
	finish := a.finish
	if finish == "" && len(a.calls) > 0 {
		finish = FinishTools
	}
	switch finish {
	case FinishTools:
		return tools
	case FinishLength:
		return length
	case FinishFilter:
		return filter
	}
	return stop
}

// value is the arguments of a call as a JSON value, which some dialects want:
// an empty object if they are no JSON.
func (c toolCall) value() raw {
	if scan.Valid([]byte(c.arguments)) {
		return raw(c.arguments)
	}
	return "{}"
}
