package catalog

import (
	_ "embed" // the catalogues
	"fmt"
	"strings"
)

// One string a version, because a string is not copied when it is used.
//
//go:embed data/0.79.4.tsv
var v0794 string

// Newest is the newest version that has a catalogue.
const Newest = "0.79.4"

// Catalog is the catalogue of one version of Pi.
type Catalog struct {
	order     []string
	providers []Provider
}

// Load indexes the catalogue of a version.
func Load(version string) (Catalog, error) {
	switch version {
	case "0.79.4":
		return index(v0794), nil
	default:
		return Catalog{}, fmt.Errorf("no catalogue of Pi %s; there are %s", version, strings.Join(Versions(), ", "))
	}
}

// Versions lists the versions that have a catalogue, oldest first.
func Versions() []string { return []string{"0.79.4"} }

// index finds the providers in the text, and leaves their models alone.
func index(text string) Catalog {
	intro, rest, _ := strings.Cut(text, "\n@\t")
	_, order, _ := strings.Cut(intro, "\n!\t")
	c := Catalog{order: strings.Split(order, "\t")}
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
