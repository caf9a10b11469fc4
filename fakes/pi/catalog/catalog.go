package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// version is a catalogue that is built in.
type version struct{ name, text string }

// Default is the version that is played when nobody asks for one.
const Default = "0.79.4"

// Catalog is the catalogue of one version of Pi.
type Catalog struct {
	order     []string
	words     []string // lines, read when they are asked for
	providers []Provider
}

// Load indexes the catalogue of a version.
func Load(name string) (Catalog, error) {
	for _, v := range builtin() {
		if v.name == name {
			return index(v.text), nil
		}
	}
	return Catalog{}, fmt.Errorf("no catalogue of Pi %s; there are %s", name, strings.Join(Versions(), ", "))
}

// Versions lists the versions that have a catalogue, oldest first.
func Versions() []string {
	var names []string
	for _, v := range builtin() {
		names = append(names, v.name)
	}
	return names
}

// Read reads a catalogue from a file, of a version that is not built in.
func Read(path string) (Catalog, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Catalog{}, fmt.Errorf("read catalogue: %w", err)
	}
	c, err := Parse(string(text))
	if err != nil {
		return Catalog{}, fmt.Errorf("read catalogue %s: %w", path, err)
	}
	return c, nil
}

// Parse reads the text of a catalogue, all of it. The error names a line.
func Parse(text string) (Catalog, error) {
	if err := check(text); err != nil {
		return Catalog{}, err
	}
	c := index(text)
	return c, c.checkWords()
}

// check reads every line, because index and Provider do not expect a bad one.
func check(text string) error {
	order, provider := false, Provider{}
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		var err error
		switch kind, rest, _ := strings.Cut(line, "\t"); {
		case n == 0 && strings.HasPrefix(line, "#"):
		case kind == WordsMark && !order:
		case kind == "!" && !order && provider.ID == "":
			order = true
		case kind == "@" && order:
			if columns := strings.Count(rest, "\t") + 1; columns < colsProvider || rest[0] == '\t' {
				err = fmt.Errorf("a provider has an id and %d columns", colsProvider)
			} else {
				provider = newProvider(rest, "")
			}
		case provider.ID != "":
			var m Model
			if m, err = provider.parse(line); err == nil {
				_, err = json.Marshal(m) // is what it quotes JSON?
			}
		default:
			err = errors.New("a model or a provider comes after the order of providers and its own provider")
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	if provider.ID == "" {
		return errors.New("there is no provider in it")
	}
	return nil
}

// index finds the providers in the text, and leaves their models alone.
func index(text string) Catalog {
	intro, rest, _ := strings.Cut(text, "\n@\t")
	head, order, _ := strings.Cut(intro, "\n!\t")
	c := Catalog{order: strings.Split(order, "\t"), words: wordLines(head)}
	for more := true; more; {
		var section string
		section, rest, more = strings.Cut(rest, "\n@\t")
		head, models, _ := strings.Cut(section, "\n")
		c.providers = append(c.providers, newProvider(head, models))
	}
	return c
}

// Providers lists all providers in catalogue order.
func (c Catalog) Providers() []Provider { return c.providers }

// StartOrder lists the ids of all providers in the order in which Pi looks for
// a model to start with.
func (c Catalog) StartOrder() []string { return c.order }

// Provider finds a provider by its id.
func (c Catalog) Provider(id string) (Provider, bool) {
	for _, p := range c.providers {
		if p.ID == id {
			return p, true
		}
	}
	return Provider{}, false
}
