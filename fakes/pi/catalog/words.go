package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// WordsMark begins the lines that say how long Pi's own texts are: one for the
// instructions, then one for each tool, each a JSON object. They come first in
// a catalogue.
const WordsMark = "%"

// Prompt is how long the pieces of Pi's own instructions are, in characters (units
// of UTF-16, as Pi counts). Where a version writes one text, without sections,
// headings belong to the piece before them.
type Prompt struct {
	Preamble      int   `json:"preamble"`
	Tools         int   `json:"tools"`         // what follows the list of tools
	ShellRule     int   `json:"shellRule"`     // the line that comes first if there is a shell and no tool that lists files
	Rules         []int `json:"rules"`         // the lines that come last
	Docs          int   `json:"docs"`          // without the path of the installation
	Roots         int   `json:"roots"`         // how often that path stands in it
	Skills        int   `json:"skills"`        // what precedes the list of skills
	SkillsByShell int   `json:"skillsByShell"` // the same where only the shell can read them, 0 if they are then left out
}

// Tool is one of Pi's own tools: its schema, and how long its texts are.
type Tool struct {
	Name        string          `json:"name"`
	Snippet     int             `json:"snippet"` // its line in the instructions
	Rules       []int           `json:"rules"`   // its lines among the rules there
	Description int             `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`                    // JSON schema; each description is a number, its length
	Sampling    json.RawMessage `json:"constrainedSampling,omitempty"` // how strictly a model should keep to the schema
}

// Words are the sizes of what Pi itself writes to models.
func (c Catalog) Words() (p Prompt, tools []Tool, err error) {
	for i, line := range c.words {
		if i == 0 {
			err = json.Unmarshal([]byte(line), &p)
		} else {
			tools = append(tools, Tool{})
			err = json.Unmarshal([]byte(line), &tools[i-1])
		}
		if err != nil {
			return Prompt{}, nil, fmt.Errorf("sizes of texts: %w", err)
		}
	}
	return p, tools, nil
}

// wordLines are the lines about texts in the head of a catalogue.
func wordLines(head string) []string {
	var out []string
	for line := range strings.SplitSeq(head, "\n") {
		if text, ok := strings.CutPrefix(line, WordsMark+"\t"); ok {
			out = append(out, text)
		}
	}
	return out
}

// checkWords reports what a catalogue lacks of the sizes of texts.
func (c Catalog) checkWords() error {
	p, tools, err := c.Words()
	switch {
	case err != nil:
		return err
	case len(c.words) < 2:
		return errors.New("it does not say how long Pi's own texts are; have the command gen write it anew")
	case p.Preamble <= 0 || len(p.Rules) == 0 || p.Docs <= 0:
		return errors.New("sizes of texts: the instructions have no size")
	}
	for _, t := range tools {
		if t.Name == "" || t.Description <= 0 || len(t.Parameters) == 0 {
			return fmt.Errorf("sizes of texts: tool %q has no size or no schema", t.Name)
		}
	}
	return nil
}
