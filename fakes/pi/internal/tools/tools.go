package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/dialect"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// Offered lists the tools as a model is told of them.
func Offered(p persona.Personality) []dialect.Tool {
	const text = `{"type":"string"}`
	closed := `,"additionalProperties":false`
	if p.LooseEdit {
		closed = ""
	}
	all := []dialect.Tool{
		{Name: "read", Description: "Read a file.", Parameters: object("path", "path", text, "offset", `{"type":"number"}`, "limit", `{"type":"number"}`)},
		{Name: "bash", Description: "Run a shell command.", Parameters: object("command", "command", text, "timeout", `{"type":"number"}`)},
		{Name: "edit", Description: "Replace texts in a file.", Parameters: object("path edits", "path", text, "edits",
			`{"type":"array","items":{"type":"object","required":["oldText","newText"],"properties":{"oldText":{"type":"string"},"newText":{"type":"string"}}`+closed+`}}`)},
		{Name: "write", Description: "Write a file.", Parameters: object("path content", "path", text, "content", text)},
	}
	if !p.LooseEdit {
		edit := &all[2]
		edit.Parameters = append(edit.Parameters[:len(edit.Parameters)-1:len(edit.Parameters)-1], closed+"}"...)
	}
	return all
}

// Described is a list of tools as the conversation has it, in the versions in
// which it is part of that.
func Described(tools []dialect.Tool) json.RawMessage {
	type described struct {
		dialect.Tool
		Sampling json.RawMessage `json:"constrainedSampling"`
	}
	var all []described
	for _, tool := range tools {
		all = append(all, described{tool, json.RawMessage(`{"type":"json_schema","strict":"prefer"}`)})
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic("tools: " + err.Error()) // they are constants
	}
	return text
}

// object writes the schema of an object: required names, then pairs of a
// property and its schema.
func object(required string, pairs ...string) json.RawMessage {
	out := []byte(`{"type":"object","required":["` + strings.ReplaceAll(required, " ", `","`) + `"],"properties":{`)
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, `"`+pairs[i]+`":`+pairs[i+1]...)
	}
	return append(out, "}}"...)
}

// Check says what is wrong with a call before anything is run.
func Check(p persona.Personality, name string, args jsval.Value) error { return check(p, name, args) }

// Output is what a tool says. Details are for the client alone, nil if it has
// none.
type Output struct {
	Text    string
	Details json.RawMessage
}

// Run runs a tool in the folder dir. While it runs, what it has said so far is
// told to update. An error is what the tool says when it fails.
func Run(ctx context.Context, p persona.Personality, dir, name string, args jsval.Value, update func(soFar string)) (Output, error) {
	if err := Check(p, name, args); err != nil {
		return Output{}, err
	}
	text, err := "", error(nil)
	switch name {
	case "bash":
		text, err = bash(ctx, dir, args, update)
	case "read":
		text, err = read(at(dir, args), args)
	case "write":
		text, err = write(at(dir, args), args, p)
	case "edit":
		return edit(at(dir, args), args)
	default:
		err = fmt.Errorf("Tool %s not found", name)
	}
	return Output{Text: text}, err
}

// check reports the required arguments that are missing.
func check(p persona.Personality, name string, args jsval.Value) error {
	i := slices.IndexFunc(Offered(p), func(t dialect.Tool) bool { return t.Name == name })
	if i < 0 {
		return fmt.Errorf("Tool %s not found", name)
	}
	schema, err := jsval.Parse(string(Offered(p)[i].Parameters))
	if err != nil {
		return fmt.Errorf("schema of %s: %w", name, err)
	}
	var problems []string
	for _, required := range schema.Get("required").Items() {
		if field := required.String(); !args.Has(field) {
			problems = append(problems, fmt.Sprintf("  - %s: must have required properties %s", field, field))
		}
	}
	if problems == nil {
		return nil
	}
	received, err := json.MarshalIndent(args, "", "  ")
	if err != nil {
		return fmt.Errorf("arguments of %s: %w", name, err)
	}
	return errors.New("Validation failed for tool \"" + name + "\":\n" + strings.Join(problems, "\n") + "\n\nReceived arguments:\n" + string(received))
}

func at(dir string, args jsval.Value) string {
	path := args.Get("path").String()
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
