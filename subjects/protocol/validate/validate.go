package validate

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/agenta-ai/conform/subjects/protocol"
)

// Validator checks messages against the schema.
type Validator struct {
	compiler *jsonschema.Compiler
	root     string
}

// New compiles the schema.
func New() (*Validator, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(protocol.Schema()))
	if err != nil {
		return nil, fmt.Errorf("read the protocol's schema: %w", err)
	}
	c := jsonschema.NewCompiler()
	// A bare name would be taken for a file of the working folder, and errors would
	// send readers there.
	const root = "conform:subject-protocol"
	if err := c.AddResource(root, doc); err != nil {
		return nil, fmt.Errorf("read the protocol's schema: %w", err)
	}
	return &Validator{compiler: c, root: root}, nil
}

// Shape checks a value against one of the schema's definitions, such as "Turn",
// "Request" or "Response".
func (v *Validator) Shape(name string, value []byte) error { return v.at("/$defs/"+name, value) }

// Result checks the result of a method.
func (v *Validator) Result(method string, result []byte) error {
	return v.at("/$defs/Results/properties/"+method, result)
}

func (v *Validator) at(pointer string, value []byte) error {
	s, err := v.compiler.Compile(v.root + "#" + pointer)
	if err != nil {
		return fmt.Errorf("no such shape in the protocol: %w", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	return s.Validate(doc)
}

// Line checks a whole message of one direction. The result of a response is
// checked when method names the request that it answers.
func (v *Validator) Line(dir protocol.Direction, method string, line []byte) error {
	if dir == protocol.ToDriver {
		return v.Shape("Request", line)
	}
	if err := v.Shape("Response", line); err != nil || method == "" {
		return err
	}
	var f protocol.Frame
	if err := json.Unmarshal(line, &f); err != nil {
		return err
	}
	if f.Error != nil {
		return nil
	}
	return v.Result(method, f.Result)
}
