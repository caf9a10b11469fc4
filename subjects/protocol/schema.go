package protocol

import (
	"bytes"
	_ "embed"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of all messages.
func Schema() []byte { return bytes.Clone(schema) }
