package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

// Output is what a tool says. Details are for the client alone, nil if it has
// none.
type Output struct {
	Text    string
	Details json.RawMessage
}

// Run runs a tool in the folder dir. While it runs, what it has said so far is
// told to update. An error is what the tool says when it fails.
func (k Kit) Run(ctx context.Context, p persona.Personality, dir, name string, args jsval.Value, update func(soFar string)) (Output, error) {
	if err := k.Check(name, args); err != nil {
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

// Check says what is wrong with a call before anything is run: a tool that is not
// there, required arguments that are missing.
func (k Kit) Check(name string, args jsval.Value) error {
	tool, ok := k.Find(name)
	if !ok {
		return fmt.Errorf("Tool %s not found", name)
	}
	schema, err := jsval.Parse(string(tool.Parameters))
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
