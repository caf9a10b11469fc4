package picker

import (
	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

// Where an option comes from.
const (
	SourceBuiltIn    = "built-in"
	SourceConnection = "connection"
)

// Group is a labelled group of options.
type Group struct {
	Label   string
	Options []Option
}

// Option is one choice. LLM is what choosing it stores in the configuration.
type Option struct {
	Label, Value, Source, Slug, Provider string
	LLM                                  any
}

// Choice is what a model of a connection stores.
type Choice struct {
	Model      string     `json:"model"`
	Provider   string     `json:"provider"`
	Connection Connection `json:"connection"`
}

// Connection names a connection of the project.
type Connection struct {
	Mode string `json:"mode"`
	Slug string `json:"slug"`
}

// Groups gives the options for llm.model: the built-in groups, then those of
// the project's connections.
func Groups(h capability.Harness, records []vault.Record) []Group {
	return append(builtIn(h), connectionGroups(h, records)...)
}

func builtIn(h capability.Harness) []Group {
	var groups []Group
	for _, g := range h.Choices() {
		group := Group{Label: g.Label}
		for _, c := range g.Choices {
			group.Options = append(group.Options, Option{
				Label: c.Label, Value: c.Value, Source: SourceBuiltIn, Provider: c.Provider, LLM: c.Value,
			})
		}
		groups = append(groups, group)
	}
	return groups
}

// connectionGroups gives one group for each custom record that the harness
// reaches and that lists models.
func connectionGroups(h capability.Harness, records []vault.Record) []Group {
	var groups []Group
	for _, c := range reachable(h, records) {
		group := Group{Label: c.name}
		for _, m := range c.record.Data.Models {
			group.Options = append(group.Options, Option{
				Label: m.Slug, Value: c.name + "/" + c.kind + "/" + m.Slug, Source: SourceConnection,
				Slug: c.name, Provider: c.family,
				LLM: Choice{
					Model: m.Slug, Provider: c.family,
					Connection: Connection{Mode: modelref.ModeAgenta, Slug: c.name},
				},
			})
		}
		if len(group.Options) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}
