package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/dialect"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
	"github.com/agenta-ai/conform/fakes/pi/internal/words"
)

// Tool is one of Pi's tools.
type Tool struct {
	dialect.Tool
	Snippet  string          // what the instructions say of it in a line
	Rules    []string        // what they ask for because of it
	Sampling json.RawMessage // how strictly a model should keep to the schema, nil if nothing is said
}

// Kit is the tools that are played of one version.
type Kit []Tool

// New makes the tools of a version. Their schemas are Pi's; their texts are the
// fake's own, as long as Pi's are.
func New(known []catalog.Tool) Kit {
	own := map[string]string{"read": "Read a file.", "bash": "Run a shell command.", "edit": "Replace texts in a file.", "write": "Write a file."}
	var kit Kit
	for _, k := range known {
		text, played := own[k.Name]
		if !played {
			continue
		}
		t := Tool{
			Tool:     dialect.Tool{Name: k.Name, Description: words.Fit(text, k.Description), Parameters: described(k.Parameters)},
			Snippet:  words.Fit(text, k.Snippet),
			Sampling: k.Sampling,
		}
		for _, size := range k.Rules {
			t.Rules = append(t.Rules, words.Fit("- Mind the tool "+k.Name+".", size+len("- ")))
		}
		kit = append(kit, t)
	}
	return kit
}

// described puts texts into a schema in which their lengths stand.
func described(schema json.RawMessage) json.RawMessage {
	const name = `"description":`
	var out []byte
	for {
		before, after, ok := bytes.Cut(schema, []byte(name))
		out = append(out, before...)
		if !ok {
			return out
		}
		out, schema = append(out, name...), bytes.TrimLeft(after, "0123456789")
		size, err := strconv.Atoi(string(after[:len(after)-len(schema)]))
		if err != nil {
			continue // a property of this name
		}
		out = strconv.AppendQuote(out, words.Fit("As the name says.", size))
	}
}

// Only keeps the tools of these names, in their order.
func (k Kit) Only(names []string) Kit {
	var out Kit
	for _, name := range names {
		if t, ok := k.Find(name); ok {
			out = append(out, t)
		}
	}
	return out
}

// Find finds a tool by its name.
func (k Kit) Find(name string) (Tool, bool) {
	i := slices.IndexFunc(k, func(t Tool) bool { return t.Name == name })
	if i < 0 {
		return Tool{}, false
	}
	return k[i], true
}

// Offered lists the tools as dialects want them.
func (k Kit) Offered() []dialect.Tool {
	var out []dialect.Tool
	for _, t := range k {
		out = append(out, t.Tool)
	}
	return out
}

// Described is the tools as the conversation has them, and as they are counted
// when the size of a context is estimated; nil without any.
func (k Kit) Described(p persona.Personality) json.RawMessage {
	if len(k) == 0 {
		return nil
	}
	type described struct {
		Name        string          `json:"name"`
		Label       string          `json:"label,omitempty"`
		Description string          `json:"description"`
		Parameters  json.RawMessage `json:"parameters"`
		Sampling    json.RawMessage `json:"constrainedSampling,omitempty"`
	}
	var all []described
	for _, t := range k {
		d := described{t.Name, "", t.Description, t.Parameters, t.Sampling}
		if !p.SystemFirst {
			d.Label = t.Name
		}
		all = append(all, d)
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(fmt.Sprintf("tools: %v", err)) // catalogues are checked when they are read
	}
	return text
}
