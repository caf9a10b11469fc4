package matrix

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/goccy/go-yaml"
)

//go:embed data
var data embed.FS

// A Kind is what is publicly known of a provider kind: how Pi calls it, where
// its requests go, and model ids that serve as fixtures.
type Kind map[string]string

// Matrix is the axes, the rules and the expectations of one edition.
type Matrix struct {
	Edition string
	Axes    []Axis
	Kinds   map[string]Kind
	groups  map[string]map[string][]string
	crosses []cross
	rules   []rule
	tables  []table
}

// A cross is a full product of some values, beside the one of the cross axes.
type cross struct {
	name    string
	because string
	axes    conditions
}

// Run is what a matrix needs to know of the run besides the case.
type Run struct {
	Pi        string // "fake" or "real"
	PiVersion string
}

// A rule excludes cells.
type rule struct {
	name    string
	when    conditions
	unless  conditions
	because string
}

// Load reads the data that is built in, for an edition, and checks every name in
// it. Errors carry file:line:column.
func Load(edition string, c *contract.Contract) (*Matrix, error) {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		return nil, fmt.Errorf("open matrix data: %w", err)
	}
	return LoadFS(sub, edition, c)
}

// LoadFS is Load from another place: axes.yaml, kinds.yaml, constraints.yaml and
// expectations/<edition>.yaml.
func LoadFS(files fs.FS, edition string, c *contract.Contract) (*Matrix, error) {
	m := &Matrix{Edition: edition}
	if err := m.loadAxes(files); err != nil {
		return nil, err
	}
	if err := m.loadKinds(files); err != nil {
		return nil, err
	}
	if err := m.loadRules(files); err != nil {
		return nil, err
	}
	if err := m.loadTables(files, c); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Matrix) loadAxes(files fs.FS) error {
	const file = "axes.yaml"
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return fmt.Errorf("read axes: %w", err)
	}
	var doc struct {
		Axes []Axis `yaml:"axes"`
	}
	if err := guarded(func() error { return yaml.UnmarshalWithOptions(text, &doc, yaml.Strict()) }); err != nil {
		return misread(file, err)
	}
	for i := range doc.Axes {
		a := &doc.Axes[i]
		if len(a.Values) == 0 {
			return fmt.Errorf("%s:1:1: axis %q has no values", file, a.Name)
		}
		for _, v := range a.Values {
			if a.Has(v.Name) {
				return fmt.Errorf("%s:1:1: axis %q has %q twice", file, a.Name, v.Name)
			}
			a.names = append(a.names, v.Name)
		}
	}
	m.Axes = doc.Axes
	if m.axis("provider") == nil {
		return fmt.Errorf("%s:1:1: no axis %q, which kinds.yaml speaks of", file, "provider")
	}
	return nil
}

func (m *Matrix) loadKinds(files fs.FS) error {
	root, err := open(files, "kinds.yaml")
	if err != nil {
		return err
	}
	entries, err := root.entries()
	if err != nil {
		return err
	}
	provider := m.axis("provider")
	m.Kinds = map[string]Kind{}
	for _, e := range entries {
		if !provider.Has(e.name) {
			return e.key.Errorf("no provider %q%s", e.name, nearest.Hint(e.name, provider.names))
		}
		fields, err := e.value.entries()
		if err != nil {
			return err
		}
		k := Kind{"name": e.name}
		for _, f := range fields {
			if k[f.name], err = f.value.text(); err != nil {
				return err
			}
		}
		m.Kinds[e.name] = k
	}
	return nil
}

func (m *Matrix) loadRules(files fs.FS) error {
	root, err := open(files, "constraints.yaml")
	if err != nil {
		return err
	}
	entries, err := root.entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch e.name {
		case "groups":
			err = m.loadGroups(e.value)
		case "crosses":
			err = m.readCrosses(e.value)
		case "rules":
			err = m.readRules(e.value)
		default:
			err = e.key.Errorf("unknown key %q; allowed are groups, crosses and rules", e.name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Matrix) loadGroups(n node) error {
	m.groups = map[string]map[string][]string{}
	axes, err := n.entries()
	if err != nil {
		return err
	}
	for _, a := range axes {
		axis := m.axis(a.name)
		if axis == nil {
			return a.key.Errorf("no axis %q", a.name)
		}
		m.groups[a.name] = map[string][]string{}
		groups, err := a.value.entries()
		if err != nil {
			return err
		}
		for _, g := range groups {
			items, err := g.value.items()
			if err != nil {
				return err
			}
			for _, it := range items {
				v, err := it.text()
				if err != nil {
					return err
				}
				if !axis.Has(v) {
					return it.Errorf("axis %s has no value %q%s", a.name, v, nearest.Hint(v, axis.names))
				}
				m.groups[a.name][g.name] = append(m.groups[a.name][g.name], v)
			}
		}
	}
	return nil
}

func (m *Matrix) readCrosses(n node) error {
	words := m.vocabulary()
	words.forgetRun() // a cross is made of axes
	items, err := n.items()
	if err != nil {
		return err
	}
	for _, it := range items {
		fields, err := it.entries()
		if err != nil {
			return err
		}
		var c cross
		for _, f := range fields {
			switch f.name {
			case "cross":
				c.name, err = f.value.text()
			case "because":
				c.because, err = f.value.text()
			case "axes":
				c.axes, err = words.conditions(f.value)
			default:
				err = f.key.Errorf("unknown key %q; allowed are cross, because, axes", f.name)
			}
			if err != nil {
				return err
			}
		}
		if c.name == "" || c.because == "" || len(c.axes) == 0 {
			return it.Errorf("a cross needs a name, axes and a reason")
		}
		m.crosses = append(m.crosses, c)
	}
	return nil
}

func (m *Matrix) readRules(n node) error {
	words, axesOnly := m.vocabulary(), m.vocabulary()
	axesOnly.forgetRun()
	items, err := n.items()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, it := range items {
		fields, err := it.entries()
		if err != nil {
			return err
		}
		var r rule
		for _, f := range fields {
			switch f.name {
			case "rule":
				r.name, err = f.value.text()
			case "when":
				r.when, err = words.conditions(f.value)
			case "unless":
				r.unless, err = axesOnly.conditions(f.value)
			case "because":
				r.because, err = f.value.text()
			default:
				err = f.key.Errorf("unknown key %q; allowed are rule, when, unless, because", f.name)
			}
			if err != nil {
				return err
			}
		}
		if r.name == "" || r.because == "" || len(r.when) == 0 {
			return it.Errorf("a rule needs a name, conditions and a reason")
		}
		if seen[r.name] {
			return it.Errorf("rule %q stands here twice", r.name)
		}
		seen[r.name] = true
		m.rules = append(m.rules, r)
	}
	return nil
}

// vocabulary is what rules may speak of.
func (m *Matrix) vocabulary() vocabulary {
	v := vocabulary{values: map[string][]string{"pi": {"fake", "real"}, "edition": contract.Editions()}, groups: m.groups}
	for _, a := range m.Axes {
		v.values[a.Name] = a.names
	}
	return v
}

// forgetRun leaves what a cell is made of.
func (v vocabulary) forgetRun() {
	delete(v.values, "pi")
	delete(v.values, "edition")
}

func (m *Matrix) axis(name string) *Axis {
	i := slices.IndexFunc(m.Axes, func(a Axis) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &m.Axes[i]
}

func open(files fs.FS, name string) (node, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return node{}, fmt.Errorf("read matrix data: %w", err)
	}
	return parse(name, text)
}
