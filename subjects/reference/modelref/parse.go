package modelref

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/refusal"
)

// document is the object form of the member.
type document struct {
	Model      *string         `json:"model"`
	Provider   *string         `json:"provider"`
	Connection *connection     `json:"connection"`
	Extras     json.RawMessage `json:"extras"`
}

type connection struct {
	Mode *string `json:"mode"`
	Slug *string `json:"slug"`
}

// Parse reads the member, which may be absent, a string or an object. What it
// refuses is an InvalidModelRefError of stage config.
func Parse(raw json.RawMessage) (Ref, error) {
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0 || string(raw) == "null":
		return Ref{Mode: ModeAgenta}, nil
	case raw[0] == '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return Ref{}, invalid("llm is not a valid string", err)
		}
		return fromText(text), nil
	case raw[0] != '{':
		return Ref{}, invalid("llm must be a string or an object", nil)
	}
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		return Ref{}, invalid("llm is not a valid model reference", err)
	}
	return doc.ref()
}

// fromText cuts a plain string at its first slash.
func fromText(text string) Ref {
	if provider, model, ok := strings.Cut(text, "/"); ok {
		return Ref{Provider: provider, Model: model, Mode: ModeAgenta}
	}
	return Ref{Model: text, Mode: ModeAgenta}
}

func (d document) ref() (Ref, error) {
	// An object that says nothing but the model is the string in other clothes.
	if d.Provider == nil && d.Connection == nil && d.Extras == nil {
		return fromText(value(d.Model)), nil
	}
	ref := Ref{Model: value(d.Model), Provider: value(d.Provider), Mode: ModeAgenta}
	if d.Connection == nil {
		return ref, nil
	}
	ref.HasConnection = true
	ref.Slug = value(d.Connection.Slug)
	if d.Connection.Mode != nil {
		ref.Mode = *d.Connection.Mode
	}
	switch {
	case ref.Mode != ModeAgenta && ref.Mode != ModeSelfManaged:
		return Ref{}, invalid(fmt.Sprintf("connection mode %q is neither %s nor %s", ref.Mode, ModeAgenta, ModeSelfManaged), nil)
	case ref.Mode == ModeSelfManaged && ref.Slug != "":
		return Ref{}, invalid("a self_managed connection takes no slug", nil)
	}
	return ref, nil
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func invalid(text string, cause error) error {
	err := refusal.Client(refusal.InvalidModelRef, refusal.StageConfig, text)
	err.Cause = cause
	return err
}
