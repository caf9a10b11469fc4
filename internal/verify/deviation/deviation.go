package deviation

import (
	_ "embed" // the deviations
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/agenta-ai/conform/internal/verify/compare"
	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

//go:embed data/pi.yaml
var builtin []byte

// Deviation is one difference that is meant to be.
type Deviation struct {
	ID       string
	Area     compare.Area
	Versions []string // none: all
	Pattern  *regexp.Regexp
	Reason   string
	Case     input.Case // that shows it
	Where    string     // file:line:column
}

// entry is a deviation as it is written.
type entry struct {
	ID       string   `yaml:"id"`
	Area     string   `yaml:"area"`
	Versions []string `yaml:"versions"`
	Pattern  string   `yaml:"pattern"`
	Reason   string   `yaml:"reason"`
	Case     string   `yaml:"case"`
}

// Load returns the deviations that are built in.
func Load() ([]Deviation, error) { return Parse("internal/verify/deviation/data/pi.yaml", builtin) }

// Parse reads a file of deviations: a list of mappings. Errors begin with
// file:line:column.
func Parse(file string, text []byte) ([]Deviation, error) {
	var doc *ast.File
	err := guarded(func() (err error) {
		doc, err = parser.ParseBytes(text, 0)
		return err
	})
	if err != nil {
		return nil, misread(file, 1, 1, err)
	}
	var out []Deviation
	for _, d := range doc.Docs {
		if d.Body == nil {
			continue
		}
		items, ok := d.Body.(*ast.SequenceNode)
		if !ok {
			return nil, fmt.Errorf("%s:1:1: want a list of deviations", file)
		}
		for _, item := range items.Values {
			dev, err := read(file, item)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(out, func(o Deviation) bool { return o.ID == dev.ID }) {
				return nil, fmt.Errorf("%s: deviation %q stands here twice", dev.Where, dev.ID)
			}
			out = append(out, dev)
		}
	}
	return out, nil
}

func read(file string, node ast.Node) (Deviation, error) {
	tok := node.GetToken()
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
		tok = m.Values[0].Key.GetToken()
	}
	line, column := tok.Position.Line, tok.Position.Column
	where := fmt.Sprintf("%s:%d:%d", file, line, column)
	var e entry
	if err := guarded(func() error { return yaml.NodeToValue(node, &e, yaml.Strict()) }); err != nil {
		return Deviation{}, misread(file, line, column, err)
	}
	for _, member := range []struct{ name, value string }{{"id", e.ID}, {"area", e.Area}, {"pattern", e.Pattern}, {"reason", e.Reason}, {"case", e.Case}} {
		if member.value == "" {
			return Deviation{}, fmt.Errorf("%s: a deviation needs %q", where, member.name)
		}
	}
	d := Deviation{ID: e.ID, Area: compare.Area(e.Area), Versions: e.Versions, Reason: e.Reason, Where: where}
	known := slices.ContainsFunc(compare.Areas(), func(a compare.Description) bool { return a.Area == d.Area })
	if !known {
		return Deviation{}, fmt.Errorf("%s: no area %q", where, e.Area)
	}
	var err error
	if d.Pattern, err = regexp.Compile(e.Pattern); err != nil {
		return Deviation{}, fmt.Errorf("%s: pattern: %w", where, err)
	}
	if d.Case, err = input.ParseCase(e.Case); err != nil {
		return Deviation{}, fmt.Errorf("%s: %w", where, err)
	}
	return d, nil
}

// guarded turns a panic of the YAML library, which odd text can provoke, into an
// error.
func guarded(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("no YAML that can be read: %v", p)
		}
	}()
	return read()
}

func misread(file string, line, column int, err error) error {
	var e yaml.Error
	if errors.As(err, &e) {
		if tok := e.GetToken(); tok != nil {
			line, column = tok.Position.Line, tok.Position.Column
		}
		return fmt.Errorf("%s:%d:%d: %s", file, line, column, e.GetMessage())
	}
	return fmt.Errorf("%s:%d:%d: %w", file, line, column, err)
}

// Of returns the deviations of a version.
func Of(all []Deviation, version string) []Deviation {
	var out []Deviation
	for _, d := range all {
		if len(d.Versions) == 0 || slices.Contains(d.Versions, version) {
			out = append(out, d)
		}
	}
	return out
}

// Covers reports whether a difference in an area is one that is meant to be.
func (d Deviation) Covers(area compare.Area, difference string) bool {
	return d.Area == area && d.Pattern.MatchString(difference)
}
